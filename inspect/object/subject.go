package object

import (
	"maps"
	"strconv"
	"sync"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// Subject is what a rule judges inside a cluster: an object, or the inside as a whole.
// It is not safe for concurrent use.
type Subject struct {
	View *View
	// Object is nil for the inside as a whole.
	Object *model.Object
	// Tree is the decoded document; empty for the inside as a whole.
	Tree map[string]any
	// Template is what the object's pods are made of; nil where it runs none. It is a
	// part of Tree.
	Template map[string]any

	containers []any
	gathered   bool
}

// NewSubject decodes an object for judging; nil stands for the inside as a whole.
func NewSubject(view *View, o *model.Object) (*Subject, error) {
	if o == nil {
		return &Subject{View: view, Tree: map[string]any{}}, nil
	}
	tree, err := Tree(o)
	if err != nil {
		return nil, err
	}
	if o.Typed != nil { // typed objects do not say what they are
		tree["apiVersion"], tree["kind"] = o.APIVersion, string(o.Kind)
	}
	return &Subject{View: view, Object: o, Tree: tree, Template: Template(o.Kind, tree)}, nil
}

// Ref names the subject.
func (s *Subject) Ref() model.Ref {
	if s.Object == nil {
		return model.Ref{Kind: model.KindInside}
	}
	return s.Object.Ref
}

// Recycle takes the decoded document for those to come: nobody may hold any part of it.
func (s *Subject) Recycle() {
	if s.Object != nil {
		document.Recycle(&model.Document{Tree: s.Tree})
	}
	*s = Subject{}
}

// ClusterTree is the document of Azure Resource Manager, empty where there is none.
func (s *Subject) ClusterTree() map[string]any {
	if s.View.Cluster == nil {
		return map[string]any{}
	}
	return s.View.Cluster.Tree
}

// The keys that Containers adds to each container, and the roles.
const (
	ContainerPath = "path"
	ContainerRole = "role"

	RoleContainer = "container"
	RoleInit      = "init"
	RoleSidecar   = "sidecar"
	RoleEphemeral = "ephemeral"
)

// Containers returns every container of the subject's pods: init containers, then
// ordinary and ephemeral ones. Each is the container's document with where it stands
// (path, such as spec.template.spec.containers[web]) and its role beside.
func (s *Subject) Containers() []any {
	if s.gathered || s.Template == nil {
		return s.containers
	}
	s.gathered = true
	spec := object(s.Template["spec"])
	base := "spec."
	if path, _ := TemplatePath(s.Object.Kind); path != "" {
		base = path + ".spec."
	}
	for _, list := range containerLists {
		for i, each := range items(spec[list]) {
			c := make(map[string]any, len(each)+2)
			maps.Copy(c, each)
			c[ContainerPath], c[ContainerRole] = base+list+"["+orElse(document.Text(each, "name"), strconv.Itoa(i))+"]", roleIn(list, each)
			s.containers = append(s.containers, c)
		}
	}
	return s.containers
}

func roleIn(list string, container map[string]any) string {
	switch {
	case list == "ephemeralContainers":
		return RoleEphemeral
	case list == "containers":
		return RoleContainer
	case container["restartPolicy"] == "Always":
		return RoleSidecar
	default:
		return RoleInit
	}
}

// Namespace returns the document of the subject's namespace, empty where it was not
// read. It is shared, and not to be changed.
func (s *Subject) Namespace() map[string]any {
	if s.Object == nil {
		return map[string]any{}
	}
	if s.Object.Kind == model.KindNamespace {
		return s.Tree
	}
	return NamespaceTree(s.View, s.Object.Namespace)
}

type namespaceKey struct{}

// namespaces are the decoded documents of namespaces, each decoded at first sight.
type namespaces struct {
	mu    sync.Mutex
	trees map[string]map[string]any
}

// NamespaceTree returns a namespace's decoded document, empty where it was not read.
// It is shared, and not to be changed.
func NamespaceTree(view *View, name string) map[string]any {
	held := Derived(view, namespaceKey{}, func(*View) *namespaces { return &namespaces{trees: map[string]map[string]any{}} })
	held.mu.Lock()
	defer held.mu.Unlock()
	tree, is := held.trees[name]
	if !is {
		tree = map[string]any{}
		if o := view.Find(model.Ref{Kind: model.KindNamespace, Name: name}); o != nil {
			if decoded, err := Tree(o); err == nil {
				tree = decoded
			}
		}
		held.trees[name] = tree
	}
	return tree
}
