package network

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/aksight/aksight/model"
)

// sensitive is an administrative interface that is known.
type sensitive struct {
	Name   string   `yaml:"name"`
	Images []string `yaml:"images"`
	Names  []string `yaml:"names"`
	Labels []string `yaml:"labels"`
}

//go:embed interfaces.yaml
var interfacesFile []byte

var interfaces = sync.OnceValue(func() []sensitive {
	var all []sensitive
	if err := yaml.Unmarshal(interfacesFile, &all); err != nil {
		panic("the embedded list of interfaces: " + err.Error()) // a test loads it
	}
	return all
})

// Interface names the administrative interface that a workload is, or returns "".
func Interface(workload *model.Object) string {
	if workload.Pod == nil {
		return ""
	}
	known := interfaces()
	for i := range known {
		if known[i].is(workload) {
			return known[i].Name
		}
	}
	return ""
}

func (s *sensitive) is(workload *model.Object) bool {
	if slices.Contains(s.Labels, workload.Pod.Labels["app.kubernetes.io/name"]) && s.named(workload) {
		return true
	}
	return s.named(workload) && slices.ContainsFunc(workload.Pod.Containers, func(c model.ContainerSummary) bool {
		repository := "/" + repositoryOf(c.Image)
		return !c.Init && slices.ContainsFunc(s.Images, func(image string) bool { return strings.HasSuffix(repository, "/"+image) })
	})
}

func (s *sensitive) named(workload *model.Object) bool {
	return len(s.Names) == 0 || slices.ContainsFunc(s.Names, func(part string) bool { return strings.Contains(workload.Name, part) })
}
