package fix

import (
	"fmt"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/model"
)

// values are what templates may name: strings, numbers, or lists of them.
type values map[string]any

// valuesFor evaluates the names of an option for one subject.
func valuesFor(rule *model.Rule, option *model.FixOption, s model.Subject, vars *expr.Vars) (values, error) {
	all := clusterValues(s)
	if pool := s.PoolTree(); pool != nil {
		all["pool"] = document.Text(pool, "name")
		all["newPool"] = freePoolName(s)
		all["poolFlags"] = poolFlags(rule, option, pool)
	}
	answered, _ := vars.ResolveName("ask")
	for name, value := range answered.(map[string]string) {
		all[name] = value
	}
	for name, source := range option.With {
		program, err := expr.Compile(source)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		value, err := program.Value(vars)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be told from the document: %w", name, err)
		}
		all[name] = value
	}
	return all, legal(all)
}

// placeholders are the values that stand for ones which the reader has still to give.
func (v values) placeholders() []string {
	var known []string
	for name, value := range v {
		if text, is := value.(string); is && text == "<"+name+">" {
			known = append(known, text)
		}
	}
	return known
}

// clusterValues are the names that every fix has.
func clusterValues(s model.Subject) values {
	tree := s.Cluster.Tree
	version := document.Text(tree, "properties.currentKubernetesVersion")
	if version == "" {
		version = document.Text(tree, "properties.kubernetesVersion")
	}
	return values{
		"group":        s.Cluster.ID.ResourceGroup(),
		"cluster":      s.Cluster.ID.Name(),
		"id":           string(s.Cluster.ID),
		"subscription": s.Cluster.ID.Subscription(),
		"location":     document.Text(tree, "location"),
		"nodeGroup":    document.Text(tree, "properties.nodeResourceGroup"),
		"version":      version,
	}
}
