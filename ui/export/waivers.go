package export

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/waive"
	"github.com/aksight/aksight/model"
)

// WaiverTable lists waivers for people, the first to end first.
func WaiverTable(w io.Writer, set *waive.Set, now time.Time, opts TableOptions) error {
	t := newTable(bufio.NewWriter(w), opts)
	var counts [waive.Expired + 1]int
	for _, waiver := range waive.ByEnd(set.All()) {
		state := waive.StateOf(waiver, now)
		counts[state]++
		until := waiver.UntilText()
		if state == waive.Expiring {
			until += fmt.Sprintf(", in %s", plural(waive.Days(waiver, now), "day"))
		}
		t.line(stateText(t, state) + "  " + fit(until, len("2026-12-01, in 30 days")) + "  " +
			t.style("1", waiver.Rule) + "  " + t.text(waiver.Owner))
		where := waiver.Resource
		if waiver.Part != "" {
			where += ", node pools " + waiver.Part
		}
		t.whole("          " + t.text(where))
		t.wrapped("          ", t.text(waiver.Reason))
		t.whole("          " + t.style("2", t.text(fmt.Sprintf("%s:%d", waiver.File, waiver.Line))))
		t.line("")
	}
	if len(set.All()) == 0 {
		t.wrapped("", "no waivers; w on a finding in the explorer writes one")
		return t.out.Flush()
	}
	says := plural(len(set.All()), "waiver")
	if n := counts[waive.Expiring]; n > 0 {
		says += fmt.Sprintf(", %d of them for 30 days or less", n)
	}
	if n := counts[waive.Expired]; n > 0 {
		says += fmt.Sprintf(", %d expired", n)
	}
	t.wrapped("", says+"; aksight waivers check tells which ones match nothing.")
	return t.out.Flush()
}

// stateText is a state in a column of its own.
func stateText(t *table, state waive.State) string {
	text := fit(state.String(), len("expiring"))
	switch state {
	case waive.Expired:
		return t.style("31", text)
	case waive.Expiring:
		return t.style("33", text)
	default:
		return text
	}
}

// WaiverJSON lists waivers as a JSON array, one a line.
func WaiverJSON(w io.Writer, set *waive.Set, now time.Time) error {
	var lines []string
	for _, waiver := range waive.ByEnd(set.All()) {
		line := &bytes.Buffer{}
		encoder := json.NewEncoder(line)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(waiverLine(waiver, now)); err != nil {
			return fmt.Errorf("writing a waiver of %s: %w", waiver.Rule, err)
		}
		lines = append(lines, strings.TrimSpace(line.String()))
	}
	_, err := io.WriteString(w, "["+strings.Join(lines, ",\n ")+"]\n")
	return err
}

func waiverLine(waiver *model.Waiver, now time.Time) any {
	return struct {
		Rule     string `json:"rule"`
		Resource string `json:"resource"`
		Part     string `json:"part,omitempty"`
		Owner    string `json:"owner"`
		Reason   string `json:"reason"`
		Until    string `json:"until"`
		State    string `json:"state"`
		File     string `json:"file"`
		Line     int    `json:"line"`
	}{
		waiver.Rule, waiver.Resource, waiver.Part, waiver.Owner, waiver.Reason, waiver.UntilText(),
		waive.StateOf(waiver, now).String(), waiver.File, waiver.Line,
	}
}
