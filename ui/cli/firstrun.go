package cli

import "github.com/aksight/aksight/ui/config"

// shownAround is what is kept of the tour between runs.
type shownAround struct {
	// Begun is set once somebody was shown around, or offered to be.
	Begun bool `json:"begun"`
}

// firstRun reports whether nobody has used the explorer here before, and remembers
// that somebody has. Where that cannot be remembered it is none, lest every run be.
func firstRun(state *config.State) bool {
	if state == nil {
		return false
	}
	before, err := config.Remembered[shownAround](state, "tour")
	if err != nil || before.Begun {
		return false
	}
	_, err = config.Remember(state, "tour", func(s *shownAround) { s.Begun = true })
	return err == nil
}
