package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// reported is what an event says.
type reported struct {
	on                       corev1.ObjectReference
	warning                  bool
	reason, message, by      string
	host                     string
	count                    int32
	firstTimestamp, lastTime metav1.Time
}

// event makes the object.
func (r *reported) event(uid types.UID) *corev1.Event {
	namespace := r.on.Namespace
	if namespace == "" {
		namespace = "default"
	}
	m := metav1.ObjectMeta{
		Name: fmt.Sprintf("%s.%016x", r.on.Name, fingerprint(string(uid))), Namespace: namespace, UID: uid, CreationTimestamp: r.firstTimestamp,
	}
	m.ManagedFields = []metav1.ManagedFieldsEntry{managed(&m, r.by, metav1.ManagedFieldsOperationUpdate, "v1", "")}
	kind := corev1.EventTypeNormal
	if r.warning {
		kind = corev1.EventTypeWarning
	}
	return &corev1.Event{
		ObjectMeta: m, InvolvedObject: r.on, Reason: r.reason, Message: r.message, Count: max(1, r.count), Type: kind,
		FirstTimestamp: r.firstTimestamp, LastTimestamp: r.lastTime,
		Source: corev1.EventSource{Component: r.by, Host: r.host}, ReportingController: r.by, ReportingInstance: r.host,
	}
}

// report keeps an event that was seen first and last that long ago.
func (b *worldBuilder) report(r reported, first, last time.Duration) {
	r.firstTimestamp, r.lastTime = b.ago(first), b.ago(last)
	k := b.byKind["Event"]
	e := r.event(types.UID(b.f.guid(nil, fingerprint(r.on.Kind+r.on.Namespace+r.on.Name+r.reason+r.message))))
	b.names[k.Kind+"/"+e.Namespace+"/"+e.Name] = true
	b.made = append(b.made, builtObject{k, e.CreationTimestamp.Time, e})
}

func onPod(pod *corev1.Pod, container string) corev1.ObjectReference {
	on := corev1.ObjectReference{APIVersion: "v1", Kind: "Pod", Namespace: pod.Namespace, Name: pod.Name, UID: pod.UID}
	if container != "" {
		on.FieldPath = "spec.containers{" + container + "}"
	}
	return on
}

// events makes the events that tell of a pod that does not run well.
func (b *worldBuilder) events(pod *corev1.Pod, state string) {
	c, on := &pod.Spec.Containers[0], onPod(pod, pod.Spec.Containers[0].Name)
	kubelet := func(warning bool, count int32, reason, message string) {
		b.report(reported{on: on, warning: warning, reason: reason, message: message, count: count, by: "kubelet", host: pod.Spec.NodeName}, 50*time.Minute, 2*time.Minute)
	}
	switch state {
	case "crashloop":
		kubelet(false, 10, "Pulled", "Container image \""+c.Image+"\" already present on machine")
		kubelet(false, 10, "Started", "Started container "+c.Name)
		kubelet(true, 412, "BackOff", fmt.Sprintf("Back-off restarting failed container %s in pod %s_%s(%s)", c.Name, pod.Name, pod.Namespace, pod.UID))
	case "pulling":
		kubelet(false, 11, "Pulling", "Pulling image \""+c.Image+"\"")
		kubelet(true, 11, "Failed", "Failed to pull image \""+c.Image+"\": not found")
		kubelet(false, 204, "BackOff", "Back-off pulling image \""+c.Image+"\"")
	case "unready":
		kubelet(true, 310, "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503")
	case "pending":
		b.report(reported{
			on: onPod(pod, ""), warning: true, reason: "FailedScheduling", message: pod.Status.Conditions[0].Message, count: 11, by: "default-scheduler",
		}, 50*time.Minute, 4*time.Minute)
	}
}

// tellEvent makes an event that the story tells:
//
//	Event: REASON, on: "KIND NAME", says: MESSAGE, by: COMPONENT, count: N, ago: 5m, normal: true
//
// The name may be the beginning of one that a controller made; an object of which there
// is none was deleted since. "Node" without a name is the first one.
func (b *worldBuilder) tellEvent(part partSpec, spec map[string]any) error {
	var told struct {
		Event, On, Says, By, Ago string
		Count                    int32
		Normal                   bool
	}
	if err := into(spec, &told); err != nil {
		return err
	}
	kind, name, _ := strings.Cut(told.On, " ")
	if b.byKind[kind] == nil || told.Says == "" || told.By == "" {
		return fmt.Errorf("the event %s of namespace %s: on what, what does it say, by whom?", told.Event, part.Namespace)
	}
	on := corev1.ObjectReference{Kind: kind, APIVersion: b.byKind[kind].GroupVersion().String(), Name: name}
	if b.byKind[kind].namespaced {
		on.Namespace = part.Namespace
	}
	for i := range b.made {
		accessor, err := meta.Accessor(b.made[i].object)
		if err == nil && b.made[i].kind.Kind == kind && accessor.GetNamespace() == on.Namespace &&
			(accessor.GetName() == name || name == "" || strings.HasPrefix(accessor.GetName(), name+"-")) {
			on.Name, on.UID = accessor.GetName(), accessor.GetUID()
			break
		}
	}
	ago := pastOf(told.Ago)
	b.report(reported{
		on: on, warning: !told.Normal, reason: told.Event, message: told.Says, by: told.By, count: told.Count,
	}, ago+20*time.Minute, ago)
	return nil
}

// eventsKept bounds how many events there are of what happens while the demo runs.
const eventsKept = 150

// report tells of something that happens now; the world is locked.
func (w *world) report(r reported, now metav1.Time) {
	r.firstTimestamp, r.lastTime = now, now
	kind := builtInKind("Event")
	e := r.event(types.UID((&facts{seed: mix(uint64(w.version))}).guid(nil, fingerprint(r.reason+r.on.Name))))
	added := entry{e.Namespace, e.Name, e}
	w.record(kind, "ADDED", added)
	if w.reports = append(w.reports, added); len(w.reports) > eventsKept {
		w.record(kind, "DELETED", w.reports[0])
		w.reports = slices.Clone(w.reports[1:])
	}
}

// reportReplaced tells that a pod came in the place of another.
func (w *world) reportReplaced(old, pod *corev1.Pod, now metav1.Time) {
	set := corev1.ObjectReference{APIVersion: "apps/v1", Kind: "ReplicaSet", Namespace: pod.Namespace, Name: pod.OwnerReferences[0].Name, UID: pod.OwnerReferences[0].UID}
	c := &pod.Spec.Containers[0]
	for _, r := range []reported{
		{on: onPod(old, old.Spec.Containers[0].Name), reason: "Killing", message: "Stopping container " + old.Spec.Containers[0].Name, by: "kubelet", host: old.Spec.NodeName},
		{on: set, reason: "SuccessfulCreate", message: "Created pod: " + pod.Name, by: "replicaset-controller"},
		{on: onPod(pod, ""), reason: "Scheduled", message: "Successfully assigned " + pod.Namespace + "/" + pod.Name + " to " + pod.Spec.NodeName, by: "default-scheduler"},
		{on: onPod(pod, c.Name), reason: "Pulled", message: "Container image \"" + c.Image + "\" already present on machine", by: "kubelet", host: pod.Spec.NodeName},
		{on: onPod(pod, c.Name), reason: "Started", message: "Started container " + c.Name, by: "kubelet", host: pod.Spec.NodeName},
	} {
		w.report(r, now)
	}
}

// reportRestart counts one more try to start a container that crashes.
func (w *world) reportRestart(pod *corev1.Pod, now metav1.Time) {
	kind := builtInKind("Event")
	for _, each := range w.lists[kind.path()] {
		e, _ := each.object.(*corev1.Event)
		if e.InvolvedObject.UID == pod.UID && (e.Reason == "BackOff" || e.Reason == "Started") {
			e = e.DeepCopy()
			e.Count++
			e.LastTimestamp = now
			w.record(kind, "MODIFIED", entry{each.namespace, each.name, e})
		}
	}
}
