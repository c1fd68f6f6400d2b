package cli

import (
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
)

// plugin is how people call aksight where kubectl found it as kubectl-aksight.
const plugin = "kubectl aksight"

// isPlugin reports whether the program was started as a kubectl plugin. Plugin
// managers write the name with an underscore where the file system likes it better.
func isPlugin(program string) bool {
	// filepath knows the separators of the system that the path is from.
	name := strings.TrimSuffix(strings.ToLower(filepath.Base(program)), ".exe")
	return name == "kubectl-aksight" || name == "kubectl_aksight"
}

// nameAsPlugin has help and usage name the commands as a kubectl user types them.
func nameAsPlugin(root *cobra.Command) {
	if root.Annotations == nil {
		root.Annotations = map[string]string{}
	}
	root.Annotations[cobra.CommandDisplayNameAnnotation] = plugin
	var visit func(cmd *cobra.Command)
	visit = func(cmd *cobra.Command) {
		cmd.Long, cmd.Example = asPlugin(root, cmd.Long), asPlugin(root, cmd.Example)
		for _, child := range cmd.Commands() {
			visit(child)
		}
	}
	visit(root)
}

// asPlugin rewrites the command lines in a text, and leaves the name of the product.
func asPlugin(root *cobra.Command, text string) string {
	words := []string{`--?[a-z]`}
	for _, cmd := range root.Commands() {
		words = append(words, regexp.QuoteMeta(cmd.Name())+`\b`)
	}
	// What stands before tells a command line that says kubectl already.
	commandLine := regexp.MustCompile(`(kubectl )?\baksight (` + strings.Join(words, "|") + `)`)
	return commandLine.ReplaceAllString(text, plugin+" $2")
}
