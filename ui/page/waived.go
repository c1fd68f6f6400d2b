package page

import (
	"strings"

	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/widget"
)

// isWords are what the filter's word is: knows of a judgement.
func isWords(judged model.Judged) string {
	switch {
	case judged.Failing():
		return "open"
	case judged.Waived:
		return "waived"
	default:
		return ""
	}
}

// waivedWords say on a line that a finding is waived.
func waivedWords(waiver *model.Waiver) string {
	if waiver == nil {
		return "waived"
	}
	return "waived until " + waiver.UntilText()
}

// layWaiver says who waived a finding, until when and why, or that a waiver of it has
// expired.
func layWaiver(text *prose, f *model.Finding) {
	if f.Waiver == nil {
		return
	}
	text.gap()
	if !f.Waived {
		text.marked(widget.UnreadMark, span{"The waiver of " + f.Waiver.Owner + " expired on " + f.Waiver.UntilText() + ".", themes.Warning})
		return
	}
	mark := widget.WaivedMark
	text.marked(mark, span{"Waived until " + f.Waiver.UntilText(), themes.Strong}, span{" by " + f.Waiver.Owner, themes.Text})
	text.indent += 2
	text.paragraph(sentence(f.Waiver.Reason), themes.Text)
	text.indent -= 2
}

// waiverText is a waiver in one line, for the clipboard.
func waiverText(waiver *model.Waiver) string {
	return strings.Join([]string{"waived until", waiver.UntilText(), "by", waiver.Owner + ":", waiver.Reason}, " ")
}
