// Command empty is the least that a Bubble Tea program with the product's libraries
// can be: what it needs to start and to answer a key is the floor that the product
// is measured against.
package main

import (
	"fmt"
	"os"
	"strings"

	tea "charm.land/bubbletea/v2"

	// Linked for their initialisation alone, which is part of a start.
	_ "cel.dev/cel-go/cel"
	_ "charm.land/bubbles/v2/textinput"
	_ "github.com/Azure/azure-sdk-for-go/sdk/azcore/arm/runtime"
	_ "github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	_ "github.com/Azure/azure-sdk-for-go/sdk/azidentity/cache"
	_ "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/containerservice/armcontainerservice/v6"
	_ "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resourcegraph/armresourcegraph"
	_ "github.com/atotto/clipboard"
	_ "github.com/goccy/go-yaml"
	_ "github.com/junegunn/fzf/src/algo"
	_ "github.com/spf13/cobra"
)

type model struct{ row, rows int }

func (m model) Init() tea.Cmd { return nil }

func (m model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.rows = max(1, msg.Height-2)
	case tea.KeyPressMsg:
		switch msg.String() {
		case "q", "ctrl+c":
			return m, tea.Quit
		case "down", "j":
			m.row = (m.row + 1) % max(1, m.rows)
		case "y":
			return m, tea.SetClipboard("empty")
		case "!":
			return m, func() tea.Msg { panic("asked for") }
		}
	}
	return m, nil
}

func (m model) View() tea.View {
	var b strings.Builder
	for row := range m.rows {
		mark := "  "
		if row == m.row {
			mark = "▌ "
		}
		fmt.Fprintf(&b, "%srow %d\n", mark, row)
	}
	view := tea.NewView("empty " + fmt.Sprint(m.row) + "\n" + b.String())
	view.AltScreen = true
	return view
}

func main() {
	if _, err := tea.NewProgram(model{}, tea.WithFPS(120)).Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
