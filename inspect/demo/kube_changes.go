package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// Something happens in a cluster every now and then: a container that crashes is
// started once more, or a pod goes and another comes in its place.
const (
	changePeriod = 20 * time.Second
	changesKept  = 1000
)

// advance lets happen what has happened until now.
func (w *world) advance(now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	due := int(now.Sub(w.epoch) / changePeriod)
	if due-w.played > changesKept { // the demo was forgotten in a corner
		w.played = due - changesKept
	}
	for w.played < due {
		w.played++
		w.happen(uint64(w.played), w.epoch.Add(time.Duration(w.played)*changePeriod))
	}
}

func (w *world) happen(number uint64, now time.Time) {
	pods := w.lists[builtInKind("Pod").path()]
	if number%3 == 1 {
		if i := slices.IndexFunc(pods, crashes); i >= 0 {
			w.restart(pods[i], now)
			return
		}
	}
	var replaceable []entry
	for _, e := range pods {
		pod, _ := e.object.(*corev1.Pod)
		if isReady(pod) && len(pod.OwnerReferences) > 0 && pod.OwnerReferences[0].Kind == "ReplicaSet" {
			replaceable = append(replaceable, e)
		}
	}
	if len(replaceable) > 0 {
		w.replace(replaceable[mix(number)%uint64(len(replaceable))], number, now)
	}
}

func crashes(e entry) bool {
	pod, _ := e.object.(*corev1.Pod)
	return slices.ContainsFunc(pod.Status.ContainerStatuses, func(s corev1.ContainerStatus) bool {
		return s.State.Waiting != nil && s.State.Waiting.Reason == "CrashLoopBackOff"
	})
}

// restart counts one more start of a container that crashes.
func (w *world) restart(e entry, now time.Time) {
	pod := e.object.(*corev1.Pod).DeepCopy()
	at := metav1.NewTime(now.UTC().Truncate(time.Second))
	for i := range pod.Status.ContainerStatuses {
		status := &pod.Status.ContainerStatuses[i]
		if status.State.Waiting != nil {
			status.RestartCount++
			status.LastTerminationState = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Error", ExitCode: 1, StartedAt: at, FinishedAt: at}}
		}
	}
	w.record(builtInKind("Pod"), "MODIFIED", entry{e.namespace, e.name, pod})
	w.reportRestart(pod, at)
}

// replace lets a pod go and another come.
func (w *world) replace(e entry, number uint64, now time.Time) {
	kind := builtInKind("Pod")
	old := e.object.(*corev1.Pod)
	pod := old.DeepCopy()
	code := [5]byte{}
	for i := range code {
		code[i] = nameSigns[mix(number+uint64(i)<<20)%uint64(len(nameSigns))]
	}
	pod.Name = strings.TrimSuffix(old.GenerateName, "-") + "-" + string(code[:])
	pod.UID = types.UID((&facts{seed: mix(number)}).guid(nil, fingerprint(pod.Name)))
	created := metav1.NewTime(now.UTC().Truncate(time.Second))
	pod.CreationTimestamp = created
	pod.Status.StartTime = &created
	for i := range pod.Status.ContainerStatuses {
		if running := pod.Status.ContainerStatuses[i].State.Running; running != nil {
			running.StartedAt = created
		}
		pod.Status.ContainerStatuses[i].RestartCount = 0
	}
	for i := range pod.Status.Conditions {
		pod.Status.Conditions[i].LastTransitionTime = created
	}
	w.record(kind, "DELETED", e)
	w.record(kind, "ADDED", entry{pod.Namespace, pod.Name, pod})
	w.reportReplaced(old, pod, created)
	sliceKind := builtInKind("EndpointSlice")
	for _, each := range w.lists[sliceKind.path()] {
		slice, _ := each.object.(*discoveryv1.EndpointSlice)
		for i := range slice.Endpoints {
			if of := slice.Endpoints[i].TargetRef; slice.Namespace != old.Namespace || of == nil || of.UID != old.UID {
				continue
			}
			slice = slice.DeepCopy()
			slice.Endpoints[i].TargetRef.Name, slice.Endpoints[i].TargetRef.UID = pod.Name, pod.UID
			w.record(sliceKind, "MODIFIED", entry{slice.Namespace, slice.Name, slice})
			break
		}
	}
}

// record makes a change: a new list of its kind, and an event for those who watch.
func (w *world) record(kind *served, event string, e entry) {
	w.version++
	e.object = e.object.DeepCopyObject()
	e.object.(metav1.ObjectMetaAccessor).GetObjectMeta().SetResourceVersion(fmt.Sprint(w.version))
	list := slices.Clone(w.lists[kind.path()])
	place, found := slices.BinarySearchFunc(list, e, compareEntries)
	switch {
	case event == "DELETED" && found:
		list = slices.Delete(list, place, place+1)
	case event == "MODIFIED" && found:
		list[place] = e
	case event == "ADDED" && !found:
		list = slices.Insert(list, place, e)
	}
	w.lists[kind.path()] = list
	w.log = append(w.log, change{w.version, kind, event, e})
	if len(w.log) > 2*changesKept {
		w.log = slices.Clone(w.log[changesKept:])
		w.oldest = w.log[0].version
	}
}

// after returns the changes of a kind since a resource version, and the latest version.
// It reports false where the version is too old to tell.
func (w *world) after(kind *served, version int64) (changes []change, latest int64, known bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if version < w.oldest {
		return nil, w.version, false
	}
	for _, c := range w.log {
		if c.version > version && c.kind.path() == kind.path() {
			changes = append(changes, c)
		}
	}
	return changes, w.version, true
}
