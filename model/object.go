package model

import (
	"slices"
	"strings"
	"time"
)

// Ref names a Kubernetes object within its cluster. It is comparable.
type Ref struct {
	// Kind is the kind in the API, such as Deployment; KindInside for the cluster's
	// inside as a whole.
	Kind Kind
	// Namespace is empty for an object that is in none.
	Namespace string
	Name      string
}

// String says the reference as it stands in lists: Deployment shop/web.
func (r Ref) String() string {
	switch {
	case r.Kind == KindInside:
		return "cluster"
	case r.Namespace == "":
		return string(r.Kind) + " " + r.Name
	}
	return string(r.Kind) + " " + r.Namespace + "/" + r.Name
}

// Compare orders references by namespace, name and kind.
func (r Ref) Compare(other Ref) int {
	if order := strings.Compare(r.Namespace, other.Namespace); order != 0 {
		return order
	}
	if order := strings.Compare(r.Name, other.Name); order != 0 {
		return order
	}
	return strings.Compare(string(r.Kind), string(other.Kind))
}

// Object is a Kubernetes object as it was read. It is immutable.
type Object struct {
	Ref
	// APIVersion is the group and version it was read in, such as apps/v1.
	APIVersion string
	UID        string
	// Created is when the API server made it.
	Created time.Time
	// Labels and Owner are of its metadata; Owner is the controller, or zero.
	Labels map[string]string
	Owner  Ref
	// Raw is the document with secrets masked, large fields dropped, and managedFields
	// reduced to manager, operation and time. It is empty where the kind is read
	// otherwise; see Form.
	Raw JSON
	// Typed is the object of k8s.io/api where the kind is read so, such as
	// *rbacv1.RoleBinding, and not to be changed; else nil.
	Typed  any
	ReadAt time.Time
	// Pod is what tables and joins need of a pod or of a controller's template; else nil.
	Pod *PodSummary
	// Secret is what is known of a Secret; else nil.
	Secret *SecretSummary
}

// PodSummary is what tables and joins need of a pod, or of the template that a
// controller makes pods of.
type PodSummary struct {
	// Labels are the pod's; those of the template for a controller.
	Labels map[string]string
	// ServiceAccount is "default" where the specification names none.
	ServiceAccount string
	HostNetwork    bool
	Containers     []ContainerSummary
	// Secrets are those that the pod uses, in its own namespace.
	Secrets []SecretUse
	// SecretClasses are the SecretProviderClasses whose secrets it mounts.
	SecretClasses []string
	// ConfigMaps are the names of those that the pod uses.
	ConfigMaps []string
	// Addresses are those that a pod was given, such as 10.244.1.7.
	Addresses []string
	// Node, Phase, Ready and Restarts are of a pod that was scheduled; Ready counts the
	// containers that are.
	Node     string
	Phase    string
	Ready    int
	Restarts int
	// Wanted and Available are the replicas of a controller.
	Wanted, Available int
}

// Whole reports whether the pod runs and all its containers are ready. Init containers
// and those that were added to debug do not count.
func (p *PodSummary) Whole() bool {
	ordinary := 0
	for i := range p.Containers {
		if !p.Containers[i].Init && !p.Containers[i].Ephemeral {
			ordinary++
		}
	}
	return p.Phase == "Running" && p.Ready >= ordinary
}

// ContainerSummary is a container in tables and joins.
type ContainerSummary struct {
	Name  string
	Image string
	// Digest is that of the image which runs, such as sha256:..., where a pod tells it.
	Digest string
	// User is whom it runs as, where a pod tells it.
	User ContainerUser
	// Init is set for an init container, Sidecar for one that stays, Ephemeral for one
	// that was added to debug.
	Init, Sidecar, Ephemeral bool
	Ports                    []ContainerPort
}

// ContainerUser is whom the first process of a container runs as.
type ContainerUser uint8

// Whom.
const (
	UserUntold ContainerUser = iota // nothing tells
	UserRoot
	UserOther
)

// ContainerPort is a port that a container names.
type ContainerPort struct {
	Name     string
	Number   int32
	Protocol string // TCP, UDP, SCTP
	// OnNode is the port that it takes on its node, or 0.
	OnNode int32
}

// SecretUse is one way in which a pod uses a Secret.
type SecretUse struct {
	Name string
	How  SecretHow
}

// SecretHow says how a pod gets at a Secret.
type SecretHow uint8

// The ways.
const (
	SecretAsEnvironment SecretHow = iota
	SecretAsFile
	SecretToPull // an image pull secret
)

// SecretSummary is what is known of a Secret: never a value.
type SecretSummary struct {
	// Type is such as kubernetes.io/tls.
	Type string
	// Keys is the number of its values.
	Keys int
}

// Workload reports whether the object runs pods and no other controls it, so that
// rules judge it: the owner is judged, its pods are shown.
func (o *Object) Workload() bool {
	if o.Owner.Kind != "" && (o.Owner.Kind == KindNode || slices.Contains(ControllerKinds, o.Owner.Kind)) {
		return false
	}
	return o.Kind == KindPod || slices.Contains(ControllerKinds, o.Kind)
}

// Inside is what was read of the inside of one cluster. It is immutable.
type Inside struct {
	Cluster ID
	// Server is the API server's version, such as v1.34.2; empty while not known.
	Server string
	// Objects holds the objects by kind, in the order of namespace and name.
	Objects map[Kind][]*Object
	// Reads tells how reading each kind stands; a missing kind is unread. A kind that the
	// cluster does not serve was read: there are none.
	Reads map[Kind]Read
	// Versions tells in which API version each kind was read, such as apps/v1.
	Versions map[Kind]string
}

// Find returns an object, or nil.
func (in *Inside) Find(ref Ref) *Object {
	if in == nil {
		return nil
	}
	objects := in.Objects[ref.Kind]
	at, found := slices.BinarySearchFunc(objects, ref, func(o *Object, ref Ref) int { return o.Compare(ref) })
	if !found {
		return nil
	}
	return objects[at]
}

// InNamespace returns the objects of a kind in one namespace. It is a part of Objects.
func (in *Inside) InNamespace(kind Kind, namespace string) []*Object {
	objects := in.Objects[kind]
	from, _ := slices.BinarySearchFunc(objects, namespace, func(o *Object, namespace string) int {
		return strings.Compare(o.Namespace, namespace)
	})
	to := from
	for to < len(objects) && objects[to].Namespace == namespace {
		to++
	}
	return objects[from:to]
}

// TopOwner follows an object's owners up to the one that rules judge.
func (in *Inside) TopOwner(o *Object) *Object {
	for range 8 { // no more than that own each other
		if o.Workload() {
			return o
		}
		owner := in.Find(o.Owner)
		if owner == nil {
			return o
		}
		o = owner
	}
	return o
}

// Exact reports whether every kind was read to its end.
func (in *Inside) Exact() bool {
	for _, kind := range ObjectKinds {
		if in.Reads[kind.Kind].State != ReadDone {
			return false
		}
	}
	return true
}
