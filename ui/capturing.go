package ui

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/inspect/evidence"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/widget"
)

// capturedMsg tells that a bundle was written, or why not.
type capturedMsg struct {
	saved evidence.Saved
	err   error
}

// shownWithin is what the current page shows of the estate: a cluster, a subscription,
// or all of it where it is empty.
func (a *App) shownWithin() model.ID {
	switch at := a.visits.current().at; at.Kind {
	case page.Cluster, page.Clusters, page.Pool, page.Finding:
		return at.ID
	default:
		return ""
	}
}

// capture writes what the page shows to a bundle in the current folder.
func (a *App) capture() tea.Cmd {
	if a.inspection == nil {
		return nil
	}
	captured := a.inspection.Capture(a.shownWithin(), a.tool, a.now().Truncate(time.Second))
	folder := a.folder
	return tea.Batch(a.say(widget.PendingMark, "saving the evidence"), func() tea.Msg {
		into, err := folder()
		if err != nil {
			return capturedMsg{err: err}
		}
		saved, err := saveNew(into, captured)
		return capturedMsg{saved: saved, err: err}
	})
}

// saveNew writes a bundle under a name that nothing has yet.
func saveNew(folder string, captured evidence.Capture) (evidence.Saved, error) {
	const tries = 20
	name := evidence.Name(captured.Within, captured.At)
	var err error
	for n := 1; n <= tries; n++ {
		path := filepath.Join(folder, name+evidence.Suffix)
		if n > 1 {
			path = filepath.Join(folder, fmt.Sprintf("%s-%d%s", name, n, evidence.Suffix))
		}
		var saved evidence.Saved
		if saved, err = evidence.Save(path, captured, false); !errors.Is(err, evidence.ErrExists) {
			return saved, err
		}
	}
	return evidence.Saved{}, err
}

// captured says where the bundle is, or why there is none.
func (a *App) captured(msg capturedMsg) tea.Cmd {
	if msg.err != nil {
		why := msg.err.Error()
		if path, is := errors.AsType[*fs.PathError](msg.err); is {
			why = path.Err.Error() // the path would push what to do off the line
		}
		return a.say(widget.UnreadMark, "no evidence was saved: "+why+": start aksight in a folder that you may write to")
	}
	folder, name := filepath.Split(msg.saved.Path)
	what := several(msg.saved.Clusters, "cluster")
	if n := len(msg.saved.CouldNotRead); n > 0 {
		what += ", " + several(n, "gap")
	}
	return a.say(widget.PassMark, fmt.Sprintf("saved %s in %s (%s)", name, filepath.Clean(folder), what))
}

func several(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
