package network

import (
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// world is everything that can be at one end of traffic: the pods, in classes that no
// policy tells apart, and pieces of the address space. Ends are numbered, classes first.
type world struct {
	classes    []*class
	namespaces []string // sorted
	labels     []labels.Set
	blocks     *blocks
	// size is the number of ends; pods, hosts and outside are those that are pods, nodes'
	// own network, and addresses.
	size                        int
	every, pods, hosts, outside bitset
	ofNamespace                 []bitset
	// blocksMatchPods: see Engine.
	blocksMatchPods bool
	view            *object.View
}

// class is the pods that no policy tells apart.
type class struct {
	number    int
	namespace int
	labels    labels.Set // those that policies ask for
	host      bool
	named     map[string]Ports
	pieces    []int // where its addresses are
	count     int   // running pods
	sides     [2]classSide
}

// member is a pod, or a template that no pod was made of yet.
type member struct {
	workload *model.Object
	pod      *model.Object // nil for a template
	summary  *model.PodSummary
}

// members are the pods that have a network, and the workloads without any.
func members(view *object.View) []member {
	all := make([]member, 0, len(view.Objects[model.KindPod]))
	running := map[*model.Object]bool{}
	for _, pod := range view.Objects[model.KindPod] {
		if pod.Pod == nil || pod.Pod.Phase == string(corev1.PodSucceeded) || pod.Pod.Phase == string(corev1.PodFailed) {
			continue
		}
		top := view.TopOwner(pod)
		running[top] = true
		all = append(all, member{top, pod, pod.Pod})
	}
	for _, kind := range model.ControllerKinds {
		for _, o := range view.Objects[kind] {
			if o.Workload() && o.Pod != nil && !running[o] {
				all = append(all, member{workload: o, summary: o.Pod})
			}
		}
	}
	return all
}

// relevant gathers what policies ask for.
type relevant struct {
	keys   map[string]bool
	ranges []netip.Prefix
}

func newWorld(view *object.View, parts []*part, all []member, engine Engine) (*world, []*class) {
	w := &world{blocksMatchPods: engine.blocksMatchPods(), view: view}
	asked := relevant{keys: map[string]bool{}}
	for _, part := range parts {
		part.selectors(func(s podSelector) {
			requirements, _ := s.pods.Requirements()
			for _, requirement := range requirements {
				asked.keys[requirement.Key()] = true
			}
		})
		part.ranges(func(p netip.Prefix) { asked.ranges = append(asked.ranges, p) })
	}
	w.blocks = cut(asked.ranges)
	w.nameNamespaces(view, all)
	of := w.classify(all, slices.Sorted(keysOf(asked.keys)))
	w.size = len(w.classes) + len(w.blocks.starts)
	w.every, w.pods, w.hosts, w.outside = newBitset(w.size), newBitset(w.size), newBitset(w.size), newBitset(w.size)
	w.ofNamespace = make([]bitset, len(w.namespaces))
	for i := range w.ofNamespace {
		w.ofNamespace[i] = newBitset(w.size)
	}
	for i := range w.size {
		w.every.add(i)
		switch {
		case i >= len(w.classes):
			w.outside.add(i)
		case w.classes[i].host:
			w.hosts.add(i)
		default:
			w.pods.add(i)
			w.ofNamespace[w.classes[i].namespace].add(i)
		}
	}
	return w, of
}

func keysOf(set map[string]bool) func(func(string) bool) {
	return func(yield func(string) bool) {
		for key := range set {
			if !yield(key) {
				return
			}
		}
	}
}

// nameNamespaces lists the namespaces with their labels, also those that only pods name.
func (w *world) nameNamespaces(view *object.View, all []member) {
	known := map[string]labels.Set{}
	for _, m := range all {
		known[m.workload.Namespace] = nil
	}
	for _, o := range view.Objects[model.KindNamespace] {
		known[o.Name] = o.Labels
	}
	for name := range known {
		w.namespaces = append(w.namespaces, name)
	}
	slices.Sort(w.namespaces)
	for _, name := range w.namespaces {
		set := labels.Set{}
		maps.Copy(set, known[name])
		set[namespaceByName], set[calicoNamespaceName] = name, name
		w.labels = append(w.labels, set)
	}
}

// namespace is the number of a namespace, or -1.
func (w *world) namespace(name string) int {
	if at, found := slices.BinarySearch(w.namespaces, name); found {
		return at
	}
	return -1
}

// classify sorts the pods into classes; the answer is by member.
func (w *world) classify(all []member, keys []string) []*class {
	byKey := map[string]*class{}
	of := make([]*class, len(all))
	var text []byte
	for i, m := range all {
		number := w.namespace(m.workload.Namespace)
		pieces := w.piecesOf(m.summary.Addresses)
		text = strconv.AppendInt(text[:0], int64(number), 10)
		text = strconv.AppendBool(text, m.summary.HostNetwork)
		for _, key := range keys {
			if value, has := w.labelOf(m, number, key); has {
				text = append(append(text, '='), value...)
			} else {
				text = append(text, '!')
			}
		}
		for _, piece := range pieces {
			text = strconv.AppendInt(append(text, '@'), int64(piece), 10)
		}
		text = appendNamed(text, m.summary)
		one := byKey[string(text)]
		if one == nil {
			one = &class{number: len(w.classes), namespace: number, host: m.summary.HostNetwork, pieces: pieces,
				labels: labels.Set{}, named: namedPorts(m.summary)}
			for _, key := range keys {
				if value, has := w.labelOf(m, number, key); has {
					one.labels[key] = value
				}
			}
			byKey[string(text)] = one
			w.classes = append(w.classes, one)
		}
		if m.pod != nil {
			one.count++
		}
		of[i] = one
	}
	return of
}

// labelOf is a label of a pod, or what Cilium and Calico add to them.
func (w *world) labelOf(m member, namespace int, key string) (string, bool) {
	switch key {
	case ciliumAccount, calicoAccount:
		return m.summary.ServiceAccount, true
	case calicoNamespace:
		return w.namespaces[namespace], true
	case calicoOrchestrator:
		return "k8s", true
	}
	if own, has := m.summary.Labels[key]; has {
		return own, true
	}
	if of, is := strings.CutPrefix(key, calicoNamespacePrefix); is {
		value, has := w.labels[namespace][of]
		return value, has
	}
	if of, is := strings.CutPrefix(key, calicoAccountPrefix); is {
		account := w.view.Find(model.Ref{Kind: model.KindServiceAccount, Namespace: m.workload.Namespace, Name: m.summary.ServiceAccount})
		if account == nil {
			return "", false
		}
		value, has := account.Labels[of]
		return value, has
	}
	return "", false
}

func (w *world) piecesOf(addresses []string) []int {
	var pieces []int
	if !w.blocksMatchPods {
		return nil
	}
	for _, text := range addresses {
		if addr, err := netip.ParseAddr(text); err == nil {
			pieces = append(pieces, w.blocks.of(addr.Unmap().WithZone("")))
		}
	}
	return pieces
}

func appendNamed(text []byte, pod *model.PodSummary) []byte {
	for _, container := range pod.Containers {
		for _, port := range container.Ports {
			if port.Name != "" {
				text = append(append(append(text, '#'), port.Name...), port.Protocol...)
				text = strconv.AppendInt(text, int64(port.Number), 10)
			}
		}
	}
	return text
}

func namedPorts(pod *model.PodSummary) map[string]Ports {
	var named map[string]Ports
	for _, container := range pod.Containers {
		for _, port := range container.Ports {
			if port.Name != "" {
				if named == nil {
					named = map[string]Ports{}
				}
				name := strings.ToLower(port.Name)
				named[name] = named[name].or(NewPorts(port.Protocol, port.Number, port.Number))
			}
		}
	}
	return named
}

// selected are the classes that a selector selects. Pods in the node's network are not
// of those that policies know by labels.
func (w *world) selected(s podSelector) bitset {
	found := newBitset(w.size)
	add := func(at int) {
		if s.pods.Empty() {
			found.addAll(w.ofNamespace[at])
			return
		}
		w.ofNamespace[at].each(func(i int) {
			if s.pods.Matches(w.classes[i].labels) {
				found.add(i)
			}
		})
	}
	if s.namespace != "" { // the common case needs no search
		if at := w.namespace(s.namespace); at >= 0 && w.inNamespace(s, at) {
			add(at)
		}
		return found
	}
	for at := range w.namespaces {
		if w.inNamespace(s, at) {
			add(at)
		}
	}
	return found
}

func (w *world) inNamespace(s podSelector, at int) bool {
	if s.namespace != "" && s.namespace != w.namespaces[at] {
		return false
	}
	return s.namespaces == nil || s.namespaces.Matches(w.labels[at])
}

// block are the ends within a range of addresses, without the exceptions.
func (w *world) block(p peer) bitset {
	found := newBitset(w.size)
	first := len(w.classes)
	from, to := w.blocks.within(p.block)
	for piece := from; piece <= to; piece++ {
		found.add(first + piece)
	}
	for _, except := range p.except {
		cut := newBitset(w.size)
		for piece, to := w.blocks.within(except); piece <= to; piece++ {
			cut.add(first + piece)
		}
		found.removeAll(cut)
	}
	if !w.blocksMatchPods {
		return found
	}
	for i, one := range w.classes {
		matches := len(one.pieces) == 0 && p.block.Bits() == 0 && len(p.except) == 0
		for _, piece := range one.pieces {
			matches = matches || found.has(first+piece)
		}
		if matches {
			found.add(i)
		}
	}
	return found
}
