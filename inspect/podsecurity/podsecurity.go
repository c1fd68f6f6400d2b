// Package podsecurity judges pods by the Pod Security Standards as the API server's own
// admission does, at the cluster's version.
package podsecurity

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// Level is one of the Pod Security Standards: privileged, baseline or restricted.
type Level = api.Level

// The levels, least strict first.
const (
	Privileged = api.LevelPrivileged
	Baseline   = api.LevelBaseline
	Restricted = api.LevelRestricted
)

// Mode is what a namespace says of one way to apply a standard: to enforce, audit or
// warn.
type Mode struct {
	// Set is false where the namespace has no such label; Level is then privileged.
	Set   bool
	Level Level
	// Version is what the label pins, such as v1.29; latest where it pins none.
	Version string
	// Problem is what is wrong with the labels. The API server then applies the
	// strictest level.
	Problem string
}

// Namespace is how one namespace stands.
type Namespace struct {
	Name                 string
	Enforce, Audit, Warn Mode
	// Pods is the number of workloads that were judged.
	Pods int
	// Meets is the strictest level that everything in it meets today.
	Meets Level
	// Blocks are the workloads that stand between that and the next level, in the order
	// of their names.
	Blocks []Block
}

// Next is the level that is one stricter than what is met; restricted has none.
func (n *Namespace) Next() (Level, bool) {
	switch n.Meets {
	case Privileged:
		return Baseline, true
	case Baseline:
		return Restricted, true
	default:
		return "", false
	}
}

// Block is a workload that keeps a namespace from the next level.
type Block struct {
	Workload model.Ref
	// Says are the standard's reasons, in its own words, such as "host namespaces
	// (hostPID=true)".
	Says []string
}

// Standing is how the namespaces of a cluster stand.
type Standing struct {
	// Version is that of the standards by which pods were judged, such as v1.34. Assumed
	// is set where the cluster's is not known and the newest known stands in.
	Version string
	Assumed bool

	byName map[string]*Namespace
}

// Namespace returns how one namespace stands, or nil.
func (s *Standing) Namespace(name string) *Namespace { return s.byName[name] }

// Kinds are what it takes to judge: what of them was not read is taken for absent, so
// ask View.Unread first.
var Kinds = append([]model.Kind{model.KindNamespace, model.KindPod}, model.ControllerKinds...)

type standingKey struct{}

// Of tells how the namespaces of a cluster stand.
func Of(view *object.View) *Standing { return object.Derived(view, standingKey{}, stand) }

func stand(view *object.View) *Standing {
	version, known := VersionOf(view.Server)
	judge := NewJudge(version)
	s := &Standing{Version: version.String(), Assumed: !known, byName: map[string]*Namespace{}}
	for _, o := range view.Objects[model.KindNamespace] {
		s.byName[o.Name] = namespaceOf(o)
	}
	found := map[model.Ref]*verdict{}
	for _, o := range candidates(view) {
		ns := s.byName[o.Namespace]
		if ns == nil {
			continue
		}
		metadata, spec := podOf(o)
		if spec == nil {
			continue
		}
		owner := view.TopOwner(o).Ref
		v := found[owner]
		if v == nil {
			v = &verdict{}
			found[owner] = v
			ns.Pods++
		}
		v.baseline = merge(v.baseline, judge.Forbids(Baseline, metadata, spec))
		v.restricted = merge(v.restricted, judge.Forbids(Restricted, metadata, spec))
	}
	for owner, v := range found {
		ns := s.byName[owner.Namespace]
		ns.Meets = least(ns.Meets, v.meets())
	}
	for owner, v := range found {
		ns := s.byName[owner.Namespace]
		says := v.restricted
		if ns.Meets == Privileged {
			says = v.baseline
		}
		if len(says) > 0 && ns.Meets != Restricted {
			ns.Blocks = append(ns.Blocks, Block{owner, says})
		}
	}
	for _, ns := range s.byName {
		slices.SortFunc(ns.Blocks, func(a, b Block) int { return a.Workload.Compare(b.Workload) })
	}
	return s
}

// verdict is what the two standards forbid of one workload.
type verdict struct{ baseline, restricted []string }

func (v *verdict) meets() Level {
	switch {
	case len(v.baseline) > 0:
		return Privileged
	case len(v.restricted) > 0:
		return Baseline
	default:
		return Restricted
	}
}

func least(a, b Level) Level {
	if api.CompareLevels(a, b) < 0 {
		return a
	}
	return b
}

func merge(says, more []string) []string {
	for _, each := range more {
		if !slices.Contains(says, each) {
			says = append(says, each)
		}
	}
	return says
}

// candidates are what is judged: the templates of whatever runs pods, and of the pods
// themselves those that nothing owns, one of each owner, since admission may have changed
// it, and those that somebody added a container to.
func candidates(view *object.View) []*model.Object {
	var list []*model.Object
	for _, kind := range model.ControllerKinds {
		for _, o := range view.Objects[kind] {
			if o.Workload() {
				list = append(list, o)
			}
		}
	}
	seen := map[model.Ref]bool{}
	for _, o := range view.Objects[model.KindPod] {
		if o.Pod != nil && (o.Pod.Phase == "Succeeded" || o.Pod.Phase == "Failed") {
			continue
		}
		debugged := o.Pod != nil && slices.ContainsFunc(o.Pod.Containers, func(c model.ContainerSummary) bool { return c.Ephemeral })
		if o.Owner.Kind != "" && seen[o.Owner] && !debugged {
			continue
		}
		if o.Owner.Kind == model.KindNode {
			continue // the kubelet's own: no admission stops them
		}
		seen[o.Owner] = true
		list = append(list, o)
	}
	return list
}

// podOf returns what an object's pods are made of, or nil.
func podOf(o *model.Object) (*metav1.ObjectMeta, *corev1.PodSpec) {
	if o.Kind == model.KindPod {
		pod, err := object.As[corev1.Pod](o)
		if err != nil {
			return nil, nil
		}
		return &pod.ObjectMeta, &pod.Spec
	}
	template := templateOf(o)
	if template == nil {
		return nil, nil
	}
	return &template.ObjectMeta, &template.Spec
}

// withTemplate is as much of a controller as it takes to find the template.
type withTemplate struct {
	Spec struct {
		Template    *corev1.PodTemplateSpec `json:"template"`
		JobTemplate struct {
			Spec struct {
				Template *corev1.PodTemplateSpec `json:"template"`
			} `json:"spec"`
		} `json:"jobTemplate"`
	} `json:"spec"`
}

func templateOf(o *model.Object) *corev1.PodTemplateSpec {
	if o.Typed != nil {
		return typedTemplate(o)
	}
	decoded, err := object.As[withTemplate](o)
	switch {
	case err != nil:
		return nil
	case o.Kind == model.KindCronJob:
		return decoded.Spec.JobTemplate.Spec.Template
	default:
		return decoded.Spec.Template
	}
}

// namespaceOf reads a namespace's labels as the API server does.
func namespaceOf(o *model.Object) *Namespace {
	ns := &Namespace{Name: o.Name, Meets: Restricted}
	privileged := api.LevelVersion{Level: api.LevelPrivileged, Version: api.LatestVersion()}
	applied, errs := api.PolicyToEvaluate(o.Labels, api.Policy{Enforce: privileged, Audit: privileged, Warn: privileged})
	mode := func(into *Mode, label string, lv api.LevelVersion) {
		_, into.Set = o.Labels[label]
		into.Level, into.Version = lv.Level, lv.Version.String()
		for _, err := range errs {
			if strings.HasPrefix(strings.TrimPrefix(err.Field, "metadata.labels"), "["+label) {
				into.Problem = err.ErrorBody()
			}
		}
	}
	mode(&ns.Enforce, api.EnforceLevelLabel, applied.Enforce)
	mode(&ns.Audit, api.AuditLevelLabel, applied.Audit)
	mode(&ns.Warn, api.WarnLevelLabel, applied.Warn)
	return ns
}

// newest is the newest version whose changes to the standards this product knows.
var newest = func() api.Version {
	latest := api.MajorMinorVersion(1, 0)
	for _, check := range policy.DefaultChecks() {
		for _, version := range check.Versions {
			if latest.Older(version.MinimumVersion) {
				latest = version.MinimumVersion
			}
		}
	}
	return latest
}()

// VersionOf is the version of the standards for an API server of that version; the
// newest known where that cannot be told.
func VersionOf(server string) (version api.Version, known bool) {
	parts := strings.SplitN(strings.TrimPrefix(server, "v"), ".", 3)
	if len(parts) < 2 {
		return newest, false
	}
	minor := strings.TrimRightFunc(parts[1], func(r rune) bool { return r < '0' || r > '9' })
	parsed, err := api.ParseVersion(fmt.Sprintf("v%s.%s", parts[0], minor))
	if err != nil || parsed.Latest() || parsed == (api.Version{}) {
		return newest, false
	}
	return parsed, true
}
