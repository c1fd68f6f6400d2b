package cli

import (
	"os"

	"github.com/charmbracelet/x/term"

	"github.com/aksight/aksight/ui/export"
)

// terminal returns the file behind a stream where that is a terminal, else nil.
func terminal(stream any) *os.File {
	file, is := stream.(*os.File)
	if !is || !term.IsTerminal(file.Fd()) {
		return nil
	}
	return file
}

// widthOf returns the terminal's width, or 0 where the stream is none.
func widthOf(stream any) int {
	file := terminal(stream)
	if file == nil {
		return 0
	}
	width, _, err := term.GetSize(file.Fd())
	if err != nil {
		return 0
	}
	return width
}

// table says how tables are drawn on the output.
func (p *program) table() export.TableOptions {
	return export.TableOptions{
		Width: widthOf(p.Out),
		Color: terminal(p.Out) != nil && !p.plain(),
		ASCII: p.ascii,
	}
}
