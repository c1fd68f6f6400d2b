package action

import (
	"fmt"
	"maps"
	"slices"
)

// defaults are the actions in the order of help. An action is listed once
// something implements it.
func defaults() []Action {
	return []Action{
		{ID: Open, Keys: []string{"enter"}, Name: "open", Group: Going, Help: "Open what is selected."},
		{ID: Back, Keys: []string{"esc"}, Name: "back", Group: Going, Everywhere: true,
			Help: "Clear the filter, or go back to exactly where you were."},
		{ID: NextTab, Keys: []string{"tab"}, Name: "next tab", Group: Going, Help: "Go to the next tab or field."},
		{ID: PrevTab, Keys: []string{"shift+tab"}, Name: "previous tab", Group: Going, Quiet: true,
			Help: "Go to the previous tab or field."},
		{ID: Number, Keys: []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}, Name: "tab or column", Group: Going, Quiet: true,
			Help: "Go to the tab of that number, or sort by the column of that number."},
		{ID: JumpBack, Keys: []string{"alt+left", "ctrl+o"}, Name: "jump back", Group: Going, Everywhere: true, Quiet: true,
			Help: "Go to the page seen before this one, wherever it was."},
		{ID: JumpForward, Keys: []string{"alt+right", "ctrl+i"}, Name: "jump forward", Group: Going, Everywhere: true, Quiet: true,
			Help: "Take back a jump."},

		{ID: Up, Keys: []string{"up", "k"}, Name: "up", Group: Moving, Everywhere: true, Quiet: true, Help: "Move up a line."},
		{ID: Down, Keys: []string{"down", "j"}, Name: "down", Group: Moving, Everywhere: true, Quiet: true, Help: "Move down a line."},
		{ID: Left, Keys: []string{"left", "h"}, Name: "left", Group: Moving, Everywhere: true, Quiet: true,
			Help: "Fold a branch, or go to the branch it is on; in a drawing go back along a line."},
		{ID: Right, Keys: []string{"right", "l"}, Name: "right", Group: Moving, Everywhere: true, Quiet: true,
			Help: "Unfold a branch; in a drawing go on along a line."},
		{ID: PageUp, Keys: []string{"pgup"}, Name: "page up", Group: Moving, Everywhere: true, Quiet: true, Help: "Move up a screen."},
		{ID: PageDown, Keys: []string{"pgdown"}, Name: "page down", Group: Moving, Everywhere: true, Quiet: true, Help: "Move down a screen."},
		{ID: HalfUp, Keys: []string{"ctrl+u"}, Name: "half up", Group: Moving, Everywhere: true, Quiet: true, Help: "Move up half a screen."},
		{ID: HalfDown, Keys: []string{"ctrl+d"}, Name: "half down", Group: Moving, Everywhere: true, Quiet: true, Help: "Move down half a screen."},
		{ID: Top, Keys: []string{"home", "g"}, Name: "top", Group: Moving, Everywhere: true, Quiet: true, Help: "Go to the first line."},
		{ID: Bottom, Keys: []string{"end", "G"}, Name: "bottom", Group: Moving, Everywhere: true, Quiet: true, Help: "Go to the last line."},

		{ID: Filter, Keys: []string{"/"}, Name: "filter", Group: Finding,
			Help: "Show only the lines that match, such as sev:high sub:prod* !system."},
		{ID: Palette, Keys: []string{":", "ctrl+p"}, Name: "go to", Group: Finding, Everywhere: true,
			Help: "Go to a page, a cluster or an action by typing some of its name."},
		{ID: Sort, Keys: []string{"s"}, Name: "sort", Group: Finding, Quiet: true, Help: "Sort by the next column."},
		{ID: Reverse, Keys: []string{"S"}, Name: "reverse", Group: Finding, Quiet: true, Help: "Sort the other way round."},
		{ID: Mark, Keys: []string{"space"}, Name: "mark", Group: Finding, Quiet: true,
			Help: "Mark the line, to do the same with several."},
		{ID: Bookmark, Keys: []string{"b"}, Name: "bookmark", Group: Finding, Everywhere: true,
			Help: "Mark this page, with its filter and order, to come back to it in any run."},
		{ID: Rename, Keys: []string{"R"}, Name: "rename", Group: Finding, Help: "Give the bookmark another name."},
		{ID: Delete, Keys: []string{"D", "delete"}, Name: "delete", Group: Finding, Help: "Delete the bookmark; asked for twice."},
		{ID: Columns, Keys: []string{"C"}, Name: "columns", Group: Finding, Everywhere: true,
			Help: "Choose the columns of the list, and their order."},

		{ID: Ask, Keys: []string{"a"}, Name: "who can", Group: Mending, Everywhere: true,
			Help: "Ask who can do something in the cluster: read Secrets, become cluster-admin, or any verb and resource."},
		{ID: Draw, Keys: []string{"d"}, Name: "draw", Group: Mending,
			Help: "Draw the ways as a graph of boxes and lines, or list them as a tree again."},
		{ID: Role, Keys: []string{"o"}, Name: "role", Group: Mending,
			Help: "Show the role: its rules, what is dangerous about them, and who holds it."},
		{ID: Events, Keys: []string{"i"}, Name: "events", Group: Mending,
			Help: "Read the Kubernetes events: what happened lately to the object, or in the namespace."},
		{ID: Findings, Keys: []string{"F"}, Name: "findings", Group: Mending, Help: "List the findings."},
		{ID: Explain, Keys: []string{"x"}, Name: "explain", Group: Mending,
			Help: "Say why it matters and what proves it; where nothing is judged, what the words mean."},
		{ID: Fix, Keys: []string{"f"}, Name: "fix", Group: Mending, Help: "Show the commands that mend it."},
		{ID: Preview, Keys: []string{"="}, Name: "preview", Group: Mending,
			Help: "Show every verdict that the fix would change, or who would lose what without a binding or a membership."},
		{ID: Verify, Keys: []string{"v"}, Name: "verify", Group: Mending, Help: "Read it again, to see whether it is mended."},
		{ID: Waive, Keys: []string{"w"}, Name: "waive", Group: Mending,
			Help: "Accept the finding until a day, with owner and reason, or take that back."},
		{ID: Copy, Keys: []string{"y"}, Name: "copy", Group: Mending, Help: "Copy what is selected."},
		{ID: CopyAll, Keys: []string{"Y"}, Name: "copy all", Group: Mending, Help: "Copy everything that is shown."},
		{ID: Capture, Keys: []string{"E"}, Name: "evidence", Group: Mending,
			Help: "Save what is shown, with all that was read of it, to a file that --from opens again."},
		{ID: Export, Keys: []string{"e"}, Name: "export", Group: Mending,
			Help: "Write the list as it is filtered and sorted to a file or the clipboard: CSV, JSON or Markdown."},
		{ID: Shell, Keys: []string{"s"}, Name: "shell", Group: Mending,
			Help: "Quote the commands for the other shell: POSIX or PowerShell."},

		{ID: Theme, Keys: []string{"T"}, Name: "theme", Group: Program, Everywhere: true,
			Help: "Choose the colours: each theme shows while you move."},
		{ID: Refresh, Keys: []string{"r"}, Name: "refresh", Group: Program, Help: "Read what is shown again."},
		{ID: Help, Keys: []string{"?"}, Name: "help", Group: Program, Everywhere: true, Help: "List the keys."},
		{ID: Tour, Name: "tour", Group: Program, Everywhere: true, Help: "Show around in five steps."},
		{ID: Quit, Keys: []string{"q"}, Name: "quit", Group: Program, Everywhere: true,
			Help: "Leave. ctrl+c leaves too, from everywhere."},
	}
}

// Registry holds the actions with their keys. It is immutable.
type Registry struct {
	actions []Action
	byID    map[ID]int
	byKey   map[string][]ID
}

// KeyError says what is wrong with a key that a user gives to an action.
type KeyError struct {
	// Action is the name of the action that the user gave the key to.
	Action string
	Say    string
}

// Error says what is wrong.
func (e *KeyError) Error() string { return "keys: " + e.Say }

// New returns the registry; remap replaces the keys of actions, by their ID.
func New(remap map[string][]string) (*Registry, error) {
	r, wrong := build(remap)
	if len(wrong) > 0 {
		return nil, wrong[0]
	}
	return r, nil
}

// Check lists everything that is wrong with keys that replace those of actions.
func Check(remap map[string][]string) []*KeyError {
	_, wrong := build(remap)
	return wrong
}

func build(remap map[string][]string) (*Registry, []*KeyError) {
	r := &Registry{actions: defaults(), byID: map[ID]int{}, byKey: map[string][]ID{}}
	for i, a := range r.actions {
		r.byID[a.ID] = i
	}
	var wrong []*KeyError
	for _, id := range sortedKeys(remap) {
		at, known := r.byID[ID(id)]
		if !known {
			wrong = append(wrong, &KeyError{id, fmt.Sprintf("there is no action %q: see aksight's docs/keys.md for their names", id)})
			continue
		}
		keys := make([]string, 0, len(remap[id]))
		for _, key := range remap[id] {
			key = Normal(key)
			switch key {
			case "":
				wrong = append(wrong, &KeyError{id, id + ": an empty key: write the key's name, such as ctrl+r"})
			case "ctrl+c":
				wrong = append(wrong, &KeyError{id, id + ": ctrl+c always leaves the program and cannot be given to anything else"})
			default:
				if !isKey(key) {
					wrong = append(wrong, &KeyError{id, fmt.Sprintf(
						"%s: there is no key %q: write a character, or a name such as ctrl+r, alt+x, f5, pgdown, space", id, key)})
				}
				keys = append(keys, key)
			}
		}
		r.actions[at].Keys = keys
	}
	for _, a := range r.actions {
		for _, key := range a.Keys {
			if !slices.Contains(r.byKey[key], a.ID) {
				r.byKey[key] = append(r.byKey[key], a.ID)
			}
		}
	}
	return r, append(wrong, r.conflicts(remap)...)
}

// together lists actions that share a key because no page has both.
var together = [][2]ID{{Sort, Shell}}

// conflicts tells of keys that mean two things at once.
func (r *Registry) conflicts(remap map[string][]string) []*KeyError {
	var wrong []*KeyError
	for _, key := range slices.Sorted(maps.Keys(r.byKey)) {
		ids := r.byKey[key]
		if len(ids) < 2 || len(ids) == 2 && slices.Contains(together, [2]ID{ids[0], ids[1]}) {
			continue
		}
		given := ids[0] // the one that the user gave the key to
		for _, id := range ids {
			if _, own := remap[string(id)]; own {
				given = id
			}
		}
		wrong = append(wrong, &KeyError{string(given), fmt.Sprintf(
			"the key %s is given to both %s and %s: choose another key for one of them", key, ids[0], ids[1])})
	}
	return wrong
}

// Actions returns all actions in the order of help.
func (r *Registry) Actions() []Action { return r.actions }

// Get returns the action of that ID.
func (r *Registry) Get(id ID) (Action, bool) {
	at, known := r.byID[id]
	if !known {
		return Action{}, false
	}
	return r.actions[at], true
}

// For returns the actions that a key may mean.
func (r *Registry) For(key string) []ID { return r.byKey[key] }

// Place returns which of an action's keys a key is, counted from 1; 0 for none.
func (r *Registry) Place(id ID, key string) int {
	if at, known := r.byID[id]; known {
		return slices.Index(r.actions[at].Keys, key) + 1
	}
	return 0
}

// Key returns the first key of an action as screens show it, or "".
func (r *Registry) Key(id ID) string {
	at, known := r.byID[id]
	if !known || len(r.actions[at].Keys) == 0 {
		return ""
	}
	return r.actions[at].Keys[0]
}

func sortedKeys(m map[string][]string) []string {
	return slices.Sorted(maps.Keys(m))
}
