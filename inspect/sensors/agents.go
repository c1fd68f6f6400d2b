// Package sensors tells which runtime sensors and platform agents stand where in a
// cluster, node by node, and where they are missing.
package sensors

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/aksight/aksight/inspect/images"
	"github.com/aksight/aksight/model"
)

// Agent is a sensor or platform agent that is known.
type Agent struct {
	// Name is what people call it, Key a word for filters and rules.
	Name string `yaml:"name"`
	Key  string `yaml:"key"`
	// Watches is set for a sensor that watches what runs for attacks, Platform for an
	// agent of AKS.
	Watches  bool `yaml:"watches"`
	Platform bool `yaml:"platform"`
	// OS are the operating systems that it is made for: linux, windows. It is empty
	// where nothing of it runs on each node.
	OS []string `yaml:"os"`

	Names  []string          `yaml:"names"`
	Labels map[string]string `yaml:"labels"`
	Images []string          `yaml:"images"`
	// Support are the Deployments that it needs beside what runs on each node.
	Support []string `yaml:"support"`
}

//go:embed agents.yaml
var agentsFile []byte

// Agents returns the agents that are known, sensors first.
var Agents = sync.OnceValue(func() []Agent {
	var agents []Agent
	if err := yaml.Unmarshal(agentsFile, &agents); err != nil {
		panic("the embedded list of sensors: " + err.Error()) // a test loads it
	}
	return agents
})

// PerNode reports whether a DaemonSet is the agent's.
func (a *Agent) PerNode(o *model.Object) bool {
	if len(a.OS) == 0 || o.Kind != model.KindDaemonSet {
		return false
	}
	return a.named(o, a.Names) || a.labelled(o) || a.runs(o)
}

// Supports reports whether a Deployment belongs to the agent beside what runs on nodes.
func (a *Agent) Supports(o *model.Object) bool {
	return o.Kind == model.KindDeployment && a.named(o, a.Support)
}

// platformNamespaces are where AKS puts its own agents: what carries their names
// elsewhere is something else.
var platformNamespaces = []string{"kube-system", "gatekeeper-system", "mdc"}

func (a *Agent) named(o *model.Object, names []string) bool {
	if (a.Platform || a.Key == "defender") && !slices.Contains(platformNamespaces, o.Namespace) {
		return false
	}
	return slices.ContainsFunc(names, func(name string) bool {
		if begin, is := strings.CutSuffix(name, "*"); is {
			return strings.HasPrefix(o.Name, begin)
		}
		return o.Name == name
	})
}

func (a *Agent) labelled(o *model.Object) bool {
	for key, value := range a.Labels {
		if o.Labels[key] == value || o.Pod != nil && o.Pod.Labels[key] == value {
			return true
		}
	}
	return false
}

// runs reports whether a container's image is the agent's. Registries are mirrored, so
// the end of the repository's path counts.
func (a *Agent) runs(o *model.Object) bool {
	if o.Pod == nil {
		return false
	}
	for _, container := range o.Pod.Containers {
		parsed, err := images.Parse(container.Image)
		if err != nil {
			continue
		}
		repository := "/" + parsed.Registry + "/" + parsed.Repository
		if slices.ContainsFunc(a.Images, func(image string) bool { return strings.HasSuffix(repository, "/"+image) }) {
			return true
		}
	}
	return false
}
