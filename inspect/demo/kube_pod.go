package demo

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// podSpec puts a pod's specification together and applies the API server's defaults.
func (w *workloadSpec) podSpec(name string) corev1.PodSpec {
	spec := *w.Pod.DeepCopy()
	if w.Image != "" {
		main := *w.Container.DeepCopy()
		main.Image = w.Image
		if main.Name == "" {
			main.Name = name
		}
		for _, key := range slices.Sorted(maps.Keys(w.Env)) {
			main.Env = append(main.Env, corev1.EnvVar{Name: key, Value: w.Env[key]})
		}
		spec.Containers = append([]corev1.Container{main}, spec.Containers...)
	}
	spec.Containers = append(spec.Containers, w.Containers...)
	spec.InitContainers = append(spec.InitContainers, w.Init...)
	if w.Account != "" {
		spec.ServiceAccountName = w.Account
	}
	spec.DeprecatedServiceAccount = spec.ServiceAccountName
	setDefault(&spec.RestartPolicy, corev1.RestartPolicyAlways)
	setDefault(&spec.DNSPolicy, corev1.DNSClusterFirst)
	setDefault(&spec.SchedulerName, corev1.DefaultSchedulerName)
	if spec.TerminationGracePeriodSeconds == nil {
		spec.TerminationGracePeriodSeconds = new(int64(30))
	}
	if spec.SecurityContext == nil {
		spec.SecurityContext = &corev1.PodSecurityContext{}
	}
	for _, list := range [][]corev1.Container{spec.Containers, spec.InitContainers} {
		for i := range list {
			defaultContainer(&list[i])
		}
	}
	for i := range spec.Volumes {
		defaultVolume(&spec.Volumes[i])
	}
	return spec
}

func defaultContainer(c *corev1.Container) {
	setDefault(&c.TerminationMessagePath, corev1.TerminationMessagePathDefault)
	setDefault(&c.TerminationMessagePolicy, corev1.TerminationMessageReadFile)
	policy := corev1.PullIfNotPresent
	last := c.Image[strings.LastIndexByte(c.Image, '/')+1:]
	if !strings.ContainsAny(last, ":@") || strings.HasSuffix(last, ":latest") {
		policy = corev1.PullAlways
	}
	setDefault(&c.ImagePullPolicy, policy)
	for i := range c.Ports {
		setDefault(&c.Ports[i].Protocol, corev1.ProtocolTCP)
	}
	for _, probe := range []*corev1.Probe{c.LivenessProbe, c.ReadinessProbe, c.StartupProbe} {
		if probe == nil {
			continue
		}
		setDefault(&probe.PeriodSeconds, 10)
		setDefault(&probe.TimeoutSeconds, 1)
		setDefault(&probe.SuccessThreshold, 1)
		setDefault(&probe.FailureThreshold, 3)
		if probe.HTTPGet != nil {
			setDefault(&probe.HTTPGet.Scheme, corev1.URISchemeHTTP)
			setDefault(&probe.HTTPGet.Path, "/")
		}
	}
}

func defaultVolume(v *corev1.Volume) {
	mode := new(int32(0o644))
	switch {
	case v.HostPath != nil && v.HostPath.Type == nil:
		v.HostPath.Type = new(corev1.HostPathUnset)
	case v.Secret != nil && v.Secret.DefaultMode == nil:
		v.Secret.DefaultMode = mode
	case v.ConfigMap != nil && v.ConfigMap.DefaultMode == nil:
		v.ConfigMap.DefaultMode = mode
	case v.Projected != nil && v.Projected.DefaultMode == nil:
		v.Projected.DefaultMode = mode
	}
}

func setDefault[T comparable](field *T, value T) {
	var none T
	if *field == none {
		*field = value
	}
}

// pod makes a pod of a template: what admission adds, the node, and the status.
// It counts ready where the pod is.
func (b *worldBuilder) pod(m metav1.ObjectMeta, spec corev1.PodSpec, state, nodeName string, ready *int32) error {
	pod := &corev1.Pod{ObjectMeta: m, Spec: *spec.DeepCopy()}
	pod.Generation = 1
	b.admit(&pod.Spec, pod.Name)
	pod.Spec.NodeName = nodeName
	var node *corev1.Node
	if nodeName == "" {
		node = b.place(&pod.Spec)
	} else {
		for _, each := range b.nodes {
			if each.Name == nodeName {
				node = each
				b.placed[nodeName]++
			}
		}
	}
	if node == nil {
		state = "pending"
	} else {
		pod.Spec.NodeName = node.Name
		pod.ManagedFields = append(pod.ManagedFields, managed(&m, "kubelet", metav1.ManagedFieldsOperationUpdate, "v1", "status"))
	}
	b.podStatus(pod, node, state)
	if ready != nil && isReady(pod) {
		*ready++
	}
	b.pods = append(b.pods, pod)
	b.events(pod, state)
	return b.add(b.byKind["Pod"], &pod.ObjectMeta, pod)
}

// admit adds what the ServiceAccount and the toleration admission plugins add to a pod.
func (b *worldBuilder) admit(spec *corev1.PodSpec, name string) {
	setDefault(&spec.ServiceAccountName, "default")
	spec.DeprecatedServiceAccount = spec.ServiceAccountName
	spec.EnableServiceLinks = new(true)
	spec.PreemptionPolicy = new(corev1.PreemptLowerPriority)
	spec.Priority = new(int32(0))
	if strings.HasPrefix(spec.PriorityClassName, "system-") {
		spec.Priority = new(int32(2_000_001_000))
	}
	for _, key := range []string{corev1.TaintNodeNotReady, corev1.TaintNodeUnreachable} {
		if !slices.ContainsFunc(spec.Tolerations, func(t corev1.Toleration) bool {
			return (t.Key == key || t.Key == "") && t.Operator == corev1.TolerationOpExists && (t.Effect == "" || t.Effect == corev1.TaintEffectNoExecute)
		}) {
			spec.Tolerations = append(spec.Tolerations, corev1.Toleration{Key: key, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute, TolerationSeconds: new(int64(300))})
		}
	}
	if spec.AutomountServiceAccountToken != nil && !*spec.AutomountServiceAccountToken {
		return
	}
	volume := "kube-api-access-" + b.suffix(name+"token")
	spec.Volumes = append(spec.Volumes, corev1.Volume{Name: volume, VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{
		DefaultMode: new(int32(0o644)),
		Sources: []corev1.VolumeProjection{
			{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{ExpirationSeconds: new(int64(3607)), Path: "token"}},
			{ConfigMap: &corev1.ConfigMapProjection{LocalObjectReference: corev1.LocalObjectReference{Name: "kube-root-ca.crt"}, Items: []corev1.KeyToPath{{Key: "ca.crt", Path: "ca.crt"}}}},
			{DownwardAPI: &corev1.DownwardAPIProjection{Items: []corev1.DownwardAPIVolumeFile{{Path: "namespace", FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "metadata.namespace"}}}}},
		},
	}}})
	for _, list := range [][]corev1.Container{spec.Containers, spec.InitContainers} {
		for i := range list {
			list[i].VolumeMounts = append(list[i].VolumeMounts, corev1.VolumeMount{Name: volume, ReadOnly: true, MountPath: "/var/run/secrets/kubernetes.io/serviceaccount"})
		}
	}
}

func isReady(pod *corev1.Pod) bool {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}

// podStatus says how a pod does.
func (b *worldBuilder) podStatus(pod *corev1.Pod, node *corev1.Node, state string) {
	created := pod.CreationTimestamp
	status := &pod.Status
	status.QOSClass = qosClass(&pod.Spec)
	if node == nil {
		status.Phase = corev1.PodPending
		status.Conditions = []corev1.PodCondition{{
			Type: corev1.PodScheduled, Status: corev1.ConditionFalse, LastTransitionTime: created, Reason: corev1.PodReasonUnschedulable,
			Message: fmt.Sprintf("0/%d nodes are available: none matches the pod's node selector and tolerations.", len(b.nodes)),
		}}
		return
	}
	started := metav1.NewTime(created.Add(3 * time.Second))
	status.Phase = corev1.PodRunning
	status.StartTime = &created
	if len(node.Status.Addresses) > 0 {
		status.HostIP = node.Status.Addresses[0].Address
		status.HostIPs = []corev1.HostIP{{IP: status.HostIP}}
	}
	status.PodIP = status.HostIP
	if !pod.Spec.HostNetwork {
		status.PodIP = fmt.Sprintf("10.244.%d.%d", b.f.hash(fingerprint(node.Name))%250, 2+len(b.pods)%250)
	}
	status.PodIPs = []corev1.PodIP{{IP: status.PodIP}}
	ready := corev1.ConditionTrue
	reason := ""
	for i := range pod.Spec.InitContainers {
		status.InitContainerStatuses = append(status.InitContainerStatuses, b.containerStatus(&pod.Spec.InitContainers[i], started, "done", pod.Spec.InitContainers[i].RestartPolicy != nil))
	}
	for i := range pod.Spec.Containers {
		each := state
		if i > 0 && state == "crashloop" {
			each = "" // the others run
		}
		status.ContainerStatuses = append(status.ContainerStatuses, b.containerStatus(&pod.Spec.Containers[i], started, each, false))
	}
	b.users(pod, node)
	switch state {
	case "done":
		status.Phase, ready, reason = corev1.PodSucceeded, corev1.ConditionFalse, "PodCompleted"
	case "failed":
		status.Phase, ready, reason = corev1.PodFailed, corev1.ConditionFalse, "PodFailed"
	case "pulling":
		status.Phase, ready, reason = corev1.PodPending, corev1.ConditionFalse, "ContainersNotReady"
	case "crashloop", "unready":
		ready, reason = corev1.ConditionFalse, "ContainersNotReady"
	}
	for _, kind := range []corev1.PodConditionType{corev1.PodReadyToStartContainers, corev1.PodInitialized, corev1.PodReady, corev1.ContainersReady, corev1.PodScheduled} {
		condition := corev1.PodCondition{Type: kind, Status: corev1.ConditionTrue, LastTransitionTime: started}
		if kind == corev1.PodReady || kind == corev1.ContainersReady {
			condition.Status, condition.Reason = ready, reason
		}
		status.Conditions = append(status.Conditions, condition)
	}
}

// containerStatus says how a container does.
func (b *worldBuilder) containerStatus(c *corev1.Container, started metav1.Time, state string, sidecar bool) corev1.ContainerStatus {
	repository, _, _ := strings.Cut(c.Image, "@")
	if colon := strings.LastIndexByte(repository, ':'); colon > strings.LastIndexByte(repository, '/') {
		repository = repository[:colon]
	}
	digest := "sha256:"
	for i := range uint64(4) {
		digest += fmt.Sprintf("%016x", mix(fingerprint(c.Image)+i))
	}
	if _, pinned, ok := strings.Cut(c.Image, "@"); ok {
		digest = pinned
	}
	status := corev1.ContainerStatus{
		Name: c.Name, Image: c.Image, ImageID: repository + "@" + digest, Ready: true, Started: new(true),
		ContainerID: "containerd://" + fmt.Sprintf("%064x", b.f.hash(fingerprint(c.Name+c.Image+started.String()))),
		State:       corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: started}},
	}
	if sidecar {
		return status
	}
	ended := metav1.NewTime(started.Add(2 * time.Minute))
	switch state {
	case "done":
		status.State = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Completed", StartedAt: started, FinishedAt: ended}}
		status.Ready, status.Started = false, new(false)
	case "failed":
		status.State = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Error", ExitCode: 1, StartedAt: started, FinishedAt: ended}}
		status.Ready, status.Started = false, new(false)
	case "crashloop":
		status.Ready, status.Started = false, new(false)
		status.RestartCount = 17 + int32(b.f.hash(fingerprint(c.Image))%80)
		last := b.ago(4 * time.Minute)
		status.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff", Message: "back-off 5m0s restarting failed container=" + c.Name}}
		status.LastTerminationState = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Error", ExitCode: 1, StartedAt: last, FinishedAt: last}}
	case "pulling":
		status.Ready, status.Started, status.ImageID, status.ContainerID = false, new(false), "", ""
		status.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff", Message: "Back-off pulling image \"" + c.Image + "\""}}
	case "unready":
		status.Ready = false
	}
	return status
}

// qosClass is the quality of service that a pod's requests and limits give it.
func qosClass(spec *corev1.PodSpec) corev1.PodQOSClass {
	class := corev1.PodQOSBestEffort
	guaranteed := true
	for _, c := range spec.Containers {
		if len(c.Resources.Requests) > 0 || len(c.Resources.Limits) > 0 {
			class = corev1.PodQOSBurstable
		}
		for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
			limit, limited := c.Resources.Limits[name]
			request, requested := c.Resources.Requests[name]
			guaranteed = guaranteed && limited && (!requested || limit.Cmp(request) == 0)
		}
	}
	if guaranteed && class == corev1.PodQOSBurstable {
		return corev1.PodQOSGuaranteed
	}
	return class
}
