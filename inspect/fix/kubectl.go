package fix

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// kubectl writes command lines for kubectl.
type kubectl struct {
	shell Shell
	// context is the kubeconfig's context that names the cluster, or "".
	context string
	// known are the placeholders that a reader has still to replace; numbers are those
	// that stand for numbers.
	known, numbers []string
}

func plain(text string) token { return token{text: text} }
func value(text string) token { return token{text: text, filled: true} }

// words fills a template in.
func (k *kubectl) words(template string, all values) ([]token, error) {
	filled, err := words(template, all)
	if err != nil {
		return nil, err
	}
	return k.inContext(filled), nil
}

// inContext names the kubeconfig's context on each kubectl of a line.
func (k *kubectl) inContext(line []token) []token {
	if k.context == "" {
		return line
	}
	var with []token
	for i, t := range line {
		with = append(with, t)
		if t.text == "kubectl" && (i == 0 || line[i-1].operator) {
			with = append(with, plain("--context"), value(k.context))
		}
	}
	return with
}

// patch is the command that patches an object.
func (k *kubectl) patch(ref model.Ref, tree, patch map[string]any, how patchKind) []token {
	line := []token{plain("kubectl"), plain("patch"), value(resourceName(ref.Kind, tree)), value(nameOf(ref))}
	if ref.Namespace != "" {
		line = append(line, plain("-n"), value(ref.Namespace))
	}
	return k.inContext(append(line, plain("--type="+string(how)), plain("-p"), token{text: k.document(patch), filled: true}))
}

// document writes a patch as one word. Windows PowerShell loses double quotes on the
// way to a program, and later ones do not: YAML, which kubectl reads too, needs none.
func (k *kubectl) document(patch map[string]any) string {
	text := asJSON(patch)
	if k.shell == PowerShell {
		text = flow(patch)
	}
	for _, number := range k.numbers {
		// What is put in its place must not become text.
		text = strings.NewReplacer(`"`+number+`"`, number, "'"+number+"'", number).Replace(text)
	}
	return text
}

// numbersOf are the placeholders of the numbers that an option asks for.
func numbersOf(option *model.FixOption) []string {
	var numbers []string
	for _, ask := range option.Ask {
		if ask.Type == "number" {
			numbers = append(numbers, "<"+ask.Name+">")
		}
	}
	return numbers
}

// line writes words as one command line.
func (k *kubectl) line(words []token) (string, error) {
	quoted := make([]string, len(words))
	for i, t := range words {
		if strings.ContainsFunc(t.text, unsafeRune) {
			return "", fmt.Errorf("%.80q holds characters that cannot be typed in a shell", t.text)
		}
		if i > 0 && t.filled && !words[i-1].filled && words[i-1].text != "-p" {
			if err := argument(t.text); err != nil {
				return "", err
			}
		}
		switch {
		case t.operator:
			quoted[i] = t.text
		case k.shell != PowerShell:
			quoted[i] = quote(t.text, POSIX)
		case strings.Contains(t.text, `"`):
			return "", fmt.Errorf("%.80q holds double quotes, which PowerShell does not hand on the same way everywhere: use a POSIX shell", t.text)
		case t.text == "":
			quoted[i] = "''"
		default:
			quoted[i] = quote(t.text, PowerShell)
		}
	}
	return strings.Join(quoted, " "), nil
}

// tried are the commands of kubectl that change something and can be tried first.
var tried = []string{"apply", "annotate", "label", "patch", "delete", "create", "replace", "scale", "set", "taint"}

// trial is the same command with nothing stored, and whether it has such a form.
func (k *kubectl) trial(line []token) ([]token, bool) {
	own := line
	if len(line) > 3 && line[0].text == "echo" && line[2].operator {
		own = line[3:] // it reads the object that is written before it
	}
	if len(own) == 0 || own[0].text != "kubectl" || slices.ContainsFunc(own, func(t token) bool {
		return t.operator || strings.HasPrefix(t.text, "--dry-run")
	}) {
		return nil, false
	}
	verb := slices.IndexFunc(own, func(t token) bool { return slices.Contains(tried, t.text) && !t.filled })
	if verb < 0 || verb > 3 { // behind the context
		return nil, false
	}
	if verb+1 < len(line) && line[verb].text == "create" && line[verb+1].text == "token" {
		return nil, false // a token is not stored, and cannot be tried
	}
	return append(slices.Clip(line), plain("--dry-run=server")), true
}

func hasCommand(steps []model.PlannedStep, program string) bool {
	return slices.ContainsFunc(steps, func(step model.PlannedStep) bool {
		return strings.HasPrefix(step.Command, program+" ") || strings.Contains(step.Command, "| "+program+" ")
	})
}

// resourceName is how kubectl is told a kind: with its group where another could have
// the same name.
func resourceName(kind model.Kind, tree map[string]any) string {
	known, is := model.FindObjectKind(kind)
	switch {
	case kind == model.KindConstraint:
		group, _, _ := strings.Cut(document.Text(tree, "apiVersion"), "/")
		return strings.ToLower(document.Text(tree, "kind")) + "." + group
	case is && len(known.Elsewhere) > 0:
		group, _, _ := strings.Cut(document.Text(tree, "apiVersion"), "/")
		return known.Resource + "." + group
	case is && known.Optional:
		return known.Resource + "." + known.Group
	default:
		return strings.ToLower(string(kind))
	}
}

var (
	objectName    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:-]{0,252}$`)
	namespaceName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)
)

// legalNames refuses names that no API server gives.
func legalNames(ref model.Ref) error {
	switch {
	case !objectName.MatchString(nameOf(ref)):
		return fmt.Errorf("the name %.60q is none that Kubernetes takes: the document was changed, and no command is made from it", ref.Name)
	case ref.Namespace != "" && !namespaceName.MatchString(ref.Namespace):
		return fmt.Errorf("the namespace %.60q is none that Kubernetes takes: the document was changed, and no command is made from it", ref.Namespace)
	}
	return nil
}

// nameOf is an object's name as kubectl is told it. A constraint's reference names its
// kind too, since each has names of its own.
func nameOf(ref model.Ref) string {
	if _, name, has := strings.Cut(ref.Name, "/"); has && ref.Kind == model.KindConstraint {
		return name
	}
	return ref.Name
}

var plainScalar = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// reserved are words that YAML takes for something else than text.
var reserved = []string{"y", "n", "yes", "no", "on", "off", "true", "false", "null"}

// flow writes a value as YAML on one line, without double quotes.
func flow(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case string:
		return scalar(value)
	case map[string]any:
		members := make([]string, 0, len(value))
		for _, key := range slices.Sorted(maps.Keys(value)) {
			members = append(members, scalar(key)+": "+flow(value[key]))
		}
		return "{" + strings.Join(members, ", ") + "}"
	case []any:
		items := make([]string, len(value))
		for i, item := range value {
			items[i] = flow(item)
		}
		return "[" + strings.Join(items, ", ") + "]"
	default:
		return fmt.Sprint(value)
	}
}

func scalar(text string) string {
	if plainScalar.MatchString(text) && !slices.Contains(reserved, strings.ToLower(text)) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}
