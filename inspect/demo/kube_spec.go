package demo

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

//go:embed inside/*.yaml
var insideFiles embed.FS

// insideStory is what the files under inside/ tell of what runs in clusters.
type insideStory struct {
	kits   []*kubernetesKit
	told   map[string]*insidePlan // by cluster
	shares []*insidePlan          // of grown clusters, one for each percent
}

// kubernetesKit is a set of objects that clusters have because of their settings in
// Azure, or because their story names it.
type kubernetesKit struct {
	name  string
	named bool // only where a story names it
	when  []string
	parts template
}

// insidePlan is what is told of the inside of one cluster.
type insidePlan struct {
	kits    map[string]bool
	refuses []string // resources that the demo's user may not read
	away    bool     // on a private network that the demo's user is not in
	parts   template
}

// partSpec is a namespace, or more of one, and objects in it or beside it.
type partSpec struct {
	Namespace   string            `json:"namespace"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	Age         string            `json:"age"`
	By          string            `json:"by"`
	Objects     []map[string]any  `json:"objects"`
}

// loadInside reads the story once; it is the same for every handler.
var loadInside = sync.OnceValues(func() (*insideStory, error) {
	base, err := readInside("platform")
	if err != nil {
		return nil, err
	}
	l := &insideLoader{}
	l.presets, _ = base.get("presets").(object)
	l.stacks, _ = base.get("stacks").(object)
	story := &insideStory{told: map[string]*insidePlan{}}
	for _, item := range list(base, "kits") {
		spec, _ := item.(object)
		kit, err := l.kit(spec)
		if err != nil {
			return nil, fmt.Errorf("inside/platform.yaml: kit %s: %w", text(spec, "kit"), err)
		}
		story.kits = append(story.kits, kit)
	}
	for _, name := range subscriptionFiles {
		if name == "partner-hub" { // nobody here may read it
			continue
		}
		tree, err := readInside(name)
		if err != nil {
			return nil, err
		}
		for _, item := range list(tree, "clusters") {
			spec, _ := item.(object)
			plan, err := l.plan(spec)
			if err != nil {
				return nil, fmt.Errorf("inside/%s.yaml: %s: %w", name, text(spec, "cluster"), err)
			}
			story.told[text(spec, "cluster")] = plan
		}
	}
	grown, err := readInside("scale")
	if err != nil {
		return nil, err
	}
	for _, item := range list(grown, "clusters") {
		spec, _ := item.(object)
		plan, err := l.plan(spec)
		if err != nil {
			return nil, fmt.Errorf("inside/scale.yaml: %s: %w", text(spec, "story"), err)
		}
		share, _ := spec.get("share").(uint64)
		for range share {
			story.shares = append(story.shares, plan)
		}
	}
	if len(story.shares) != 100 {
		return nil, fmt.Errorf("inside/scale.yaml: the shares add up to %d, not 100", len(story.shares))
	}
	return story, nil
})

func readInside(name string) (object, error) {
	content, err := insideFiles.ReadFile("inside/" + name + ".yaml")
	if err != nil {
		return nil, err
	}
	tree, err := parseTree(content)
	if err != nil {
		return nil, fmt.Errorf("inside/%s.yaml: %w", name, err)
	}
	o, ok := tree.(object)
	if !ok {
		return nil, fmt.Errorf("inside/%s.yaml: not an object", name)
	}
	return o, nil
}

// insideLoader resolves what the files of the story share: presets, which objects
// start from (`with:`), and stacks, which namespaces hold (`stacks:`).
type insideLoader struct {
	presets, stacks object
}

func (l *insideLoader) kit(spec object) (*kubernetesKit, error) {
	kit := &kubernetesKit{name: text(spec, "kit"), named: spec.get("named") == true}
	for _, item := range list(spec, "when") {
		condition, _ := item.(string)
		kit.when = append(kit.when, condition)
	}
	var err error
	kit.parts, err = l.parts(spec)
	return kit, err
}

func (l *insideLoader) plan(spec object) (*insidePlan, error) {
	plan := &insidePlan{kits: map[string]bool{}, away: spec.get("away") == true}
	for _, item := range list(spec, "kits") {
		name, _ := item.(string)
		plan.kits[name] = true
	}
	for _, item := range list(spec, "refuses") {
		resource, _ := item.(string)
		plan.refuses = append(plan.refuses, resource)
	}
	var err error
	plan.parts, err = l.parts(spec)
	return plan, err
}

// parts compiles the parts of a kit or a cluster.
func (l *insideLoader) parts(spec object) (template, error) {
	parts := list(spec, "parts")
	resolved := make([]any, len(parts))
	for i, item := range parts {
		part, _ := item.(object)
		var objects []any
		for _, each := range list(part, "stacks") {
			name, _ := each.(string)
			stack, ok := l.stacks.get(name).([]any)
			if !ok {
				return template{}, fmt.Errorf("no stack %q in platform.yaml", name)
			}
			objects = append(objects, stack...)
		}
		objects = append(objects, list(part, "objects")...)
		for j, each := range objects {
			own, ok := each.(object)
			if !ok {
				return template{}, fmt.Errorf("namespace %s: object %d is none", text(part, "namespace"), j+1)
			}
			full, err := with(nil, l.presets, own)
			if err != nil {
				return template{}, fmt.Errorf("namespace %s: %w", text(part, "namespace"), err)
			}
			objects[j] = merge(full, own.without("with"))
		}
		resolved[i] = part.without("stacks").set("objects", objects)
	}
	return compile(resolved)
}

// render fills in a compiled list of parts for a cluster.
func (t *template) render(f *facts) ([]partSpec, error) {
	var parts []partSpec
	if err := json.Unmarshal(t.append(nil, f), &parts); err != nil {
		return nil, err
	}
	return parts, nil
}

// holds reports whether a condition holds for a cluster's document: PATH, !PATH,
// PATH=VALUE, and several of these with | between, of which one suffices.
func holds(condition string, document map[string]any) bool {
	for alternative := range strings.SplitSeq(condition, "|") {
		path, wanted, compares := strings.Cut(alternative, "=")
		path, negated := strings.CutPrefix(path, "!")
		value := lookUp(document, path)
		is := value != nil && value != false && value != ""
		if compares {
			is = value != nil && fmt.Sprint(value) == wanted
		}
		if is != negated {
			return true
		}
	}
	return false
}

// lookUp returns what stands at a path of a decoded document, or nil.
func lookUp(document map[string]any, path string) any {
	var value any = document
	for key := range strings.SplitSeq(path, ".") {
		o, _ := value.(map[string]any)
		value = o[key]
	}
	return value
}
