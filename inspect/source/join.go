package source

// Join returns a source that reads an estate from the one and looks into its clusters
// with the other.
func Join(estate Source, insides Insider) Source { return joined{estate, insides} }

type joined struct {
	Source
	Insider
}
