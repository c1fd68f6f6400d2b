package demo

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
)

// world is what one API server holds. What it is follows from its cluster and the time
// that has passed since the handler's first request.
type world struct {
	server  string // its version, such as v1.34.2
	minor   int
	refuses []string
	kinds   []*served // in the order of discovery
	epoch   time.Time

	mu      sync.Mutex
	lists   map[string][]entry // by the kind's path, in the order of namespace and name
	version int64              // resource version of the latest change
	oldest  int64              // versions before it are no longer known
	log     []change
	played  int     // changes that have happened
	reports []entry // the events of what happened since the world began
}

// entry is one object. Typed objects carry no kind and version, as in the API's lists.
// They are immutable: a change makes a new one.
type entry struct {
	namespace, name string
	object          runtime.Object
}

// change is an event of a watch.
type change struct {
	version int64
	kind    *served
	event   string // ADDED, MODIFIED, DELETED
	entry   entry
}

// versionStart is the resource version from which a demo's cluster counts.
const versionStart = 81_500_000

// armCluster is what the inside of a cluster takes from its document in Azure.
type armCluster struct {
	raw        map[string]any
	Properties struct {
		FQDN        string    `json:"fqdn"`
		PrivateFQDN string    `json:"privateFQDN"`
		Pools       []armPool `json:"agentPoolProfiles"`
		PowerState  struct {
			Code string `json:"code"`
		} `json:"powerState"`
		AAD *struct {
			ServerAppID string `json:"serverAppID"`
		} `json:"aadProfile"`
		API struct {
			Ranges  []string `json:"authorizedIPRanges"`
			Private bool     `json:"enablePrivateCluster"`
		} `json:"apiServerAccessProfile"`
		EnableRBAC *bool `json:"enableRBAC"`
	} `json:"properties"`
}

type armPool struct {
	Name             string            `json:"name"`
	Count            int               `json:"count"`
	VMSize           string            `json:"vmSize"`
	Type             string            `json:"type"`
	OSType           string            `json:"osType"`
	OSSKU            string            `json:"osSKU"`
	Mode             string            `json:"mode"`
	Version          string            `json:"currentOrchestratorVersion"`
	NodeImageVersion string            `json:"nodeImageVersion"`
	MaxPods          int               `json:"maxPods"`
	Labels           map[string]string `json:"nodeLabels"`
	Taints           []string          `json:"nodeTaints"`
	Zones            []string          `json:"availabilityZones"`
	PublicIP         bool              `json:"enableNodePublicIP"`
	Runtime          string            `json:"workloadRuntime"`
}

func readARM(document []byte) (*armCluster, error) {
	a := &armCluster{}
	if err := json.Unmarshal(document, a); err != nil {
		return nil, err
	}
	return a, json.Unmarshal(document, &a.raw)
}

// newWorld builds what runs in a cluster.
func newWorld(f *facts, arm *armCluster, plan *insidePlan, kits []*kubernetesKit) (*world, error) {
	b := newWorldBuilder(f, arm)
	for _, kit := range kits {
		if !kit.chosen(plan, arm) {
			continue
		}
		if err := b.parts(&kit.parts, f); err != nil {
			return nil, fmt.Errorf("kit %s: %w", kit.name, err)
		}
	}
	if err := b.parts(&plan.parts, f); err != nil {
		return nil, err
	}
	if err := b.finish(); err != nil {
		return nil, err
	}
	w := &world{server: "v" + f.version, minor: b.minor, refuses: plan.refuses, kinds: b.kinds, epoch: f.now, lists: map[string][]entry{}}
	w.number(b.made)
	return w, nil
}

// chosen reports whether a cluster has the kit.
func (k *kubernetesKit) chosen(plan *insidePlan, arm *armCluster) bool {
	if plan.kits["no-"+k.name] {
		return false
	}
	if plan.kits[k.name] || k.named {
		return plan.kits[k.name]
	}
	for _, condition := range k.when {
		if !holds(condition, arm.raw) {
			return false
		}
	}
	return true
}

// number gives the objects their resource versions, in the order of their making.
func (w *world) number(made []builtObject) {
	slices.SortStableFunc(made, func(a, b builtObject) int { return a.created.Compare(b.created) })
	w.version = versionStart
	for _, each := range made {
		w.version++
		accessor, err := meta.Accessor(each.object)
		if err != nil {
			continue // not an object of the API: there are none such
		}
		accessor.SetResourceVersion(fmt.Sprint(w.version))
		path := each.kind.path()
		w.lists[path] = append(w.lists[path], entry{accessor.GetNamespace(), accessor.GetName(), each.object})
	}
	w.oldest = w.version
	for _, list := range w.lists {
		slices.SortFunc(list, compareEntries)
	}
}

func compareEntries(a, b entry) int {
	if order := strings.Compare(a.namespace, b.namespace); order != 0 {
		return order
	}
	return strings.Compare(a.name, b.name)
}

// kind finds what is served at a path of the API, or nil.
func (w *world) kind(group, version, resource string) *served {
	for _, k := range w.kinds {
		if k.Group == group && k.Version == version && k.resource == resource {
			return k
		}
	}
	return nil
}

// mayRead reports whether the demo's user may read a resource.
func (w *world) mayRead(group, resource string) bool {
	for _, refused := range w.refuses {
		if refused == resource || refused == "*."+group && group != "" {
			return false
		}
	}
	return true
}
