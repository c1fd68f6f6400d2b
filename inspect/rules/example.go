package rules

import (
	"fmt"
	"strconv"
	"time"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// exampleVersion is the api-version of examples that name none: newer than any
// rule's since.
const exampleVersion = "2099-01-01"

// exampleNow is the day on which examples are judged that name none.
var exampleNow = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

// ExampleSubject returns the subject of a rule's example, and what the rule may know
// beside it.
func ExampleSubject(rule *model.Rule, example model.Example) (model.Subject, Env, error) {
	env := Env{Now: exampleNow}
	if example.Now != "" {
		day, err := time.Parse(time.DateOnly, example.Now)
		if err != nil {
			return model.Subject{}, env, fmt.Errorf("now: %w", err)
		}
		env.Now = day
	}
	s := model.Subject{Pool: -1, Children: map[model.Kind][]*model.Document{}, Reads: map[model.Kind]model.Read{}}
	tree := document.Clone(example.Given)
	if rule.Subject == model.KindPool {
		tree = withPool(document.Clone(example.Cluster), tree)
		s.Pool = 0
	}
	if tree == nil {
		tree = map[string]any{}
	}
	document.Normalize(tree)
	version := example.APIVersion
	if version == "" && rule.Preview {
		version = exampleVersion + "-preview"
	}
	s.Cluster = &model.Document{Resource: exampleResource(model.KindCluster, "", version), Tree: tree}
	for _, kind := range rule.Reads {
		s.Reads[kind] = model.Read{State: model.ReadDone, At: env.Now}
	}
	if example.Calendar != nil {
		s.Calendar = &model.Calendar{AsOf: exampleNow, Versions: example.Calendar}
	}
	if rule.Preview {
		s.Reads[model.KindClusterPreview] = model.Read{State: model.ReadDone, At: env.Now}
	}
	for kind, given := range example.Children {
		s.Reads[kind] = model.Read{State: model.ReadDone, At: env.Now}
		s.Children[kind] = []*model.Document{}
		for i, child := range given {
			child = document.Clone(child)
			document.Normalize(child)
			name := document.Text(child, "name")
			if name == "" {
				name = strconv.Itoa(i)
			}
			resource := exampleResource(kind, "/"+kind.Collection()+"/"+name, "")
			if id := document.Text(child, "id"); id != "" {
				resource.ID = model.ID(id)
			}
			s.Children[kind] = append(s.Children[kind], &model.Document{Resource: resource, Tree: child})
		}
	}
	return s, env, nil
}

// exampleID is the cluster that examples are about.
const exampleID = model.ID("/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-example" +
	"/providers/Microsoft.ContainerService/managedClusters/example")

func exampleResource(kind model.Kind, suffix, version string) *model.Resource {
	if version == "" {
		version = exampleVersion
	}
	return &model.Resource{
		ID: exampleID + model.ID(suffix), Parent: model.SubscriptionID(exampleID.Subscription()),
		Kind: kind, ReadAt: exampleNow, APIVersion: version, Via: "example",
	}
}

// withPool puts a pool's profile in front of the cluster's own pools.
func withPool(cluster, pool map[string]any) map[string]any {
	if cluster == nil {
		cluster = map[string]any{}
	}
	if pool == nil {
		pool = map[string]any{}
	}
	if _, named := pool["name"]; !named {
		pool["name"] = "pool1"
	}
	properties, is := cluster["properties"].(map[string]any)
	if !is {
		properties = map[string]any{}
		cluster["properties"] = properties
	}
	others, _ := properties["agentPoolProfiles"].([]any)
	properties["agentPoolProfiles"] = append([]any{pool}, others...)
	return cluster
}
