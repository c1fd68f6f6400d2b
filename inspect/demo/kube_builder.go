package demo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/aksight/aksight/inspect/lifecycle"
)

// worldBuilder makes the objects of one cluster.
type worldBuilder struct {
	f      *facts
	arm    *armCluster
	scheme *runtime.Scheme
	minor  int

	specs      []partSpec
	kinds      []*served
	byKind     map[string]*served
	made       []builtObject
	names      map[string]bool
	namespaces map[string]*corev1.Namespace
	nodes      []*corev1.Node
	pods       []*corev1.Pod
	placed     map[string]int // pods by node
	services   []*corev1.Service
	budgets    []*policyv1.PodDisruptionBudget
	addresses  int // public addresses given to load balancers
}

// builtObject is an object that was made.
type builtObject struct {
	kind    *served
	created time.Time
	object  runtime.Object
}

func newWorldBuilder(f *facts, arm *armCluster) *worldBuilder {
	b := &worldBuilder{
		f: f, arm: arm, minor: lifecycle.Number(f.version), byKind: map[string]*served{}, names: map[string]bool{},
		namespaces: map[string]*corev1.Namespace{}, placed: map[string]int{},
	}
	for i := range builtIn {
		if builtIn[i].since <= b.minor {
			b.serve(&builtIn[i])
		}
	}
	return b
}

func (b *worldBuilder) serve(k *served) {
	b.kinds = append(b.kinds, k)
	b.byKind[k.Kind] = k
}

// parts takes up what a kit or the story tells.
func (b *worldBuilder) parts(t *template, f *facts) error {
	specs, err := t.render(f)
	b.specs = append(b.specs, specs...)
	return err
}

// finish makes everything, in the order in which one needs the other: definitions,
// namespaces, nodes, what people wrote, and what controllers make of it.
func (b *worldBuilder) finish() error {
	var err error
	if b.scheme, err = apiScheme(); err != nil {
		return err
	}
	for _, part := range b.specs {
		for _, spec := range part.Objects {
			if name, is := spec["CRD"].(string); is {
				if err := b.definition(name, spec); err != nil {
					return err
				}
			}
		}
		b.namespace(part)
	}
	b.makeNodes()
	for _, part := range b.specs {
		for _, spec := range part.Objects {
			if err := b.object(part, spec); err != nil {
				return err
			}
		}
	}
	if err := b.servicesFollow(); err != nil {
		return err
	}
	b.budgetsFollow()
	if err := b.namespacesFollow(); err != nil {
		return err
	}
	for _, part := range b.specs {
		for _, spec := range part.Objects {
			if spec["Event"] != nil {
				if err := b.tellEvent(part, spec); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// object makes one object that is told, and what its controllers make of it.
func (b *worldBuilder) object(part partSpec, spec map[string]any) error {
	kind, name, err := kindAndName(spec)
	if err != nil {
		return fmt.Errorf("namespace %s: %w", part.Namespace, err)
	}
	if kind == "CRD" || kind == "Event" { // made before all others, and after them
		return nil
	}
	k := b.byKind[kind]
	if k == nil {
		if known := builtInKind(kind); known != nil { // a cluster too old for it
			return nil
		}
		return fmt.Errorf("namespace %s: %s %s: no such kind is served", part.Namespace, kind, name)
	}
	spec = maps.Clone(spec)
	delete(spec, kind)
	metadata := b.metadata(k, part, name, spec)
	if err := b.shorthand(k, metadata, spec); err != nil {
		return fmt.Errorf("%s %s/%s: %w", kind, metadata.Namespace, name, err)
	}
	return nil
}

// kindAndName finds `Deployment: web` in a spec: the key that starts with a capital.
func kindAndName(spec map[string]any) (kind, name string, err error) {
	for key, value := range spec {
		if key[0] >= 'A' && key[0] <= 'Z' {
			if kind != "" {
				return "", "", fmt.Errorf("an object that is a %s and a %s", kind, key)
			}
			kind = key
			name, _ = value.(string)
		}
	}
	if name == "" {
		return "", "", errors.New("an object without a kind and name")
	}
	return kind, name, nil
}

// metadata makes an object's metadata from labels, annotations, age, and who wrote it.
func (b *worldBuilder) metadata(k *served, part partSpec, name string, spec map[string]any) metav1.ObjectMeta {
	m := metav1.ObjectMeta{Name: name, Labels: take[map[string]string](spec, "labels"), Annotations: take[map[string]string](spec, "annotations")}
	if k.namespaced {
		m.Namespace = part.Namespace
	}
	b.age(k, &m, take[string](spec, "age"))
	by := take[string](spec, "by")
	if by == "" {
		by = part.By
	}
	b.provenance(k, &m, by, take[string](spec, "wrote"))
	return m
}

// age dates an object; without an age it is some time younger than its namespace.
func (b *worldBuilder) age(k *served, m *metav1.ObjectMeta, age string) {
	m.UID = types.UID(b.f.guid(nil, fingerprint(k.Kind+"/"+m.Namespace+"/"+m.Name)))
	since := 240 * 24 * time.Hour
	if ns := b.namespaces[m.Namespace]; ns != nil && k.Kind != "Namespace" {
		since = b.f.now.Sub(ns.CreationTimestamp.Time)
	}
	past := since - time.Duration(b.f.hash(fingerprint(string(m.UID)))%uint64(since/2+1))
	if age != "" {
		past = pastOf(age)
	}
	m.CreationTimestamp = b.ago(past)
}

// ago is a moment in the past, in whole seconds as the API has them.
func (b *worldBuilder) ago(past time.Duration) metav1.Time {
	return metav1.NewTime(b.f.now.Add(-past).UTC().Truncate(time.Second))
}

// pastOf reads 400d, and what time.ParseDuration reads.
func pastOf(s string) time.Duration {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if hours, err := time.ParseDuration(days + "h"); err == nil {
			return hours * 24
		}
	}
	d, _ := time.ParseDuration(s)
	return d
}

// add keeps an object that was made.
func (b *worldBuilder) add(k *served, m *metav1.ObjectMeta, o runtime.Object) error {
	key := k.Kind + "/" + m.Namespace + "/" + m.Name
	if b.names[key] {
		return fmt.Errorf("%s stands twice", key)
	}
	b.names[key] = true
	b.made = append(b.made, builtObject{k, m.CreationTimestamp.Time, o})
	return nil
}

// plain makes an object of what is told as it stands.
func (b *worldBuilder) plain(k *served, m metav1.ObjectMeta, spec map[string]any) error {
	if k.custom {
		u := &unstructured.Unstructured{Object: spec}
		u.SetGroupVersionKind(k.GroupVersionKind)
		fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&metav1.PartialObjectMetadata{ObjectMeta: m})
		if err != nil {
			return err
		}
		u.Object["metadata"] = fields["metadata"]
		return b.add(k, &m, u)
	}
	o, err := b.scheme.New(k.GroupVersionKind)
	if err != nil {
		return err
	}
	if err := into(spec, o); err != nil {
		return err
	}
	accessor, ok := o.(metav1.ObjectMetaAccessor)
	if !ok {
		return fmt.Errorf("%T has no metadata", o)
	}
	*accessor.GetObjectMeta().(*metav1.ObjectMeta) = m
	return b.add(k, &m, o)
}

// into decodes what is told into a type of the API, which must know every member.
func into(spec, target any) error {
	content, err := json.Marshal(spec)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(content))
	d.DisallowUnknownFields()
	return d.Decode(target)
}

// take removes a member and returns it as a type; the zero value where it is missing or
// of another.
func take[T any](spec map[string]any, key string) T {
	var value T
	if told, ok := spec[key]; ok {
		delete(spec, key)
		if into(told, &value) != nil {
			var none T
			return none
		}
	}
	return value
}

// definition makes a CustomResourceDefinition and serves what it defines.
func (b *worldBuilder) definition(name string, spec map[string]any) error {
	plural, group, _ := strings.Cut(name, ".")
	kind, _ := spec["of"].(string)
	version, _ := spec["version"].(string)
	if kind == "" || version == "" {
		return fmt.Errorf("CRD %s: of which kind, in which version?", name)
	}
	if b.names["CustomResourceDefinition//"+name] {
		return nil // two kits that need the same
	}
	namespaced := spec["cluster"] != true
	b.serve(&served{
		GroupVersionKind: schema.GroupVersionKind{Group: group, Version: version, Kind: kind},
		resource:         plural, singular: strings.ToLower(kind), namespaced: namespaced, custom: true,
	})
	scope := "Namespaced"
	if !namespaced {
		scope = "Cluster"
	}
	told := maps.Clone(spec)
	for _, key := range []string{"CRD", "of", "version", "cluster"} {
		delete(told, key)
	}
	m := b.metadata(&definitions, partSpec{By: "aks"}, name, told)
	names := map[string]any{"kind": kind, "listKind": kind + "List", "plural": plural, "singular": strings.ToLower(kind)}
	return b.plain(&definitions, m, map[string]any{
		"spec": map[string]any{
			"group": group, "scope": scope, "names": names,
			"conversion": map[string]any{"strategy": "None"},
			"versions": []any{map[string]any{
				"name": version, "served": true, "storage": true,
				"schema": map[string]any{"openAPIV3Schema": map[string]any{"type": "object", "x-kubernetes-preserve-unknown-fields": true}},
			}},
		},
		"status": map[string]any{
			"acceptedNames": names, "storedVersions": []any{version},
			"conditions": []any{map[string]any{"type": "Established", "status": "True", "reason": "InitialNamesAccepted", "message": "the initial names have been accepted"}},
		},
	})
}

// namespace makes a part's namespace, or adds to it.
func (b *worldBuilder) namespace(part partSpec) {
	if part.Namespace == "" {
		return
	}
	ns := b.namespaces[part.Namespace]
	if ns == nil {
		ns = &corev1.Namespace{
			ObjectMeta: metav1.ObjectMeta{Name: part.Namespace, Labels: map[string]string{corev1.LabelMetadataName: part.Namespace}},
			Spec:       corev1.NamespaceSpec{Finalizers: []corev1.FinalizerName{corev1.FinalizerKubernetes}},
			Status:     corev1.NamespaceStatus{Phase: corev1.NamespaceActive},
		}
		b.age(b.byKind["Namespace"], &ns.ObjectMeta, part.Age)
		b.provenance(b.byKind["Namespace"], &ns.ObjectMeta, part.By, "")
		b.namespaces[part.Namespace] = ns
	}
	maps.Copy(ns.Labels, part.Labels)
	if len(part.Annotations) > 0 {
		if ns.Annotations == nil {
			ns.Annotations = map[string]string{}
		}
		maps.Copy(ns.Annotations, part.Annotations)
	}
}

// namespacesFollow adds the namespaces, and what Kubernetes puts into each.
func (b *worldBuilder) namespacesFollow() error {
	for _, name := range slices.Sorted(maps.Keys(b.namespaces)) {
		ns := b.namespaces[name]
		if err := b.add(b.byKind["Namespace"], &ns.ObjectMeta, ns); err != nil {
			return err
		}
		part := partSpec{Namespace: name, By: "controller"}
		for _, each := range []struct{ kind, name string }{{"ServiceAccount", "default"}, {"ConfigMap", "kube-root-ca.crt"}} {
			if b.names[each.kind+"/"+name+"/"+each.name] {
				continue
			}
			k := b.byKind[each.kind]
			spec := map[string]any{}
			if each.kind == "ConfigMap" {
				spec["data"] = map[string]any{"ca.crt": ""}
			}
			m := b.metadata(k, part, each.name, spec)
			m.CreationTimestamp = ns.CreationTimestamp
			if err := b.plain(k, m, spec); err != nil {
				return err
			}
		}
	}
	return nil
}
