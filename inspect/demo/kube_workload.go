package demo

import (
	"fmt"
	"maps"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// workloadSpec is what is told of a workload.
type workloadSpec struct {
	Replicas *int32 `json:"replicas"`
	// Image and Container are of the container that is named as the workload, which
	// there is unless all stand under Containers.
	Image      string             `json:"image"`
	Container  corev1.Container   `json:"container"`
	Env        map[string]string  `json:"env"`
	Containers []corev1.Container `json:"containers"`
	Init       []corev1.Container `json:"init"`
	Pod        corev1.PodSpec     `json:"pod"`
	Account    string             `json:"account"`
	Template   struct {
		Labels      map[string]string `json:"labels"`
		Annotations map[string]string `json:"annotations"`
	} `json:"template"`
	// Selector replaces the label app.kubernetes.io/name.
	Selector map[string]string `json:"selector"`
	Schedule string            `json:"schedule"`
	// State is crashloop, pulling or unready where the pods do not run well.
	State string `json:"state"`
	// Claim is the size of the volume that each pod of a StatefulSet has.
	Claim string `json:"claim"`
}

// workload makes a controller and all that it controls.
func (b *worldBuilder) workload(k *served, m metav1.ObjectMeta, spec map[string]any) error {
	var w workloadSpec
	if err := into(spec, &w); err != nil {
		return err
	}
	if len(w.Selector) == 0 {
		w.Selector = map[string]string{"app.kubernetes.io/name": m.Name}
	}
	if m.Labels == nil {
		m.Labels = map[string]string{}
	}
	for key, value := range w.Selector {
		if m.Labels[key] == "" {
			m.Labels[key] = value
		}
	}
	template := corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: maps.Clone(w.Selector), Annotations: w.Template.Annotations},
		Spec:       w.podSpec(m.Name),
	}
	maps.Copy(template.Labels, w.Template.Labels)
	selector := &metav1.LabelSelector{MatchLabels: w.Selector}
	replicas := int32(1)
	if w.Replicas != nil {
		replicas = *w.Replicas
	}
	switch k.Kind {
	case "Deployment":
		return b.deployment(m, &w, replicas, selector, template)
	case "DaemonSet":
		return b.daemonSet(m, &w, selector, template)
	case "StatefulSet":
		return b.statefulSet(m, &w, replicas, selector, template)
	case "CronJob":
		return b.cronJob(m, &w, template)
	case "Job":
		return b.job(m, &w, template, nil, w.State != "")
	case "Pod":
		return b.pod(m, template.Spec, w.State, "", nil)
	default:
		return fmt.Errorf("no workload")
	}
}

func (b *worldBuilder) deployment(m metav1.ObjectMeta, w *workloadSpec, replicas int32, selector *metav1.LabelSelector, template corev1.PodTemplateSpec) error {
	hash := b.code(10, "rs/"+m.Namespace+"/"+m.Name)
	rs := &appsv1.ReplicaSet{ObjectMeta: b.owned(b.byKind["ReplicaSet"], m, m.Name+"-"+hash, b.byKind["Deployment"])}
	labelled := *template.DeepCopy()
	labelled.Labels["pod-template-hash"] = hash
	rs.Labels = maps.Clone(labelled.Labels)
	rs.Annotations = map[string]string{"deployment.kubernetes.io/desired-replicas": fmt.Sprint(replicas), "deployment.kubernetes.io/revision": "1"}
	rs.Spec = appsv1.ReplicaSetSpec{Replicas: &replicas, Selector: &metav1.LabelSelector{MatchLabels: rs.Labels}, Template: labelled}
	var ready int32
	for i := range replicas {
		pod := b.owned(b.byKind["Pod"], rs.ObjectMeta, rs.Name+"-"+b.suffix(fmt.Sprint(rs.Namespace, rs.Name, i)), b.byKind["ReplicaSet"])
		pod.Labels, pod.Annotations, pod.GenerateName = labelled.Labels, labelled.Annotations, rs.Name+"-"
		if err := b.pod(pod, labelled.Spec, w.State, "", &ready); err != nil {
			return err
		}
	}
	rs.Status = appsv1.ReplicaSetStatus{Replicas: replicas, FullyLabeledReplicas: replicas, ReadyReplicas: ready, AvailableReplicas: ready, ObservedGeneration: 1}
	if err := b.add(b.byKind["ReplicaSet"], &rs.ObjectMeta, rs); err != nil {
		return err
	}
	available := corev1.ConditionTrue
	if ready < replicas {
		available = corev1.ConditionFalse
	}
	m.Annotations = withEntry(m.Annotations, "deployment.kubernetes.io/revision", "1")
	m.ManagedFields = append(m.ManagedFields, managed(&m, "kube-controller-manager", metav1.ManagedFieldsOperationUpdate, "apps/v1", "status"))
	m.Generation = 1
	d := &appsv1.Deployment{ObjectMeta: m, Spec: appsv1.DeploymentSpec{
		Replicas: &replicas, Selector: selector, Template: template, RevisionHistoryLimit: new(int32(10)), ProgressDeadlineSeconds: new(int32(600)),
		Strategy: appsv1.DeploymentStrategy{Type: appsv1.RollingUpdateDeploymentStrategyType, RollingUpdate: &appsv1.RollingUpdateDeployment{
			MaxSurge: new(intstr.FromString("25%")), MaxUnavailable: new(intstr.FromString("25%")),
		}},
	}, Status: appsv1.DeploymentStatus{
		ObservedGeneration: 1, Replicas: replicas, UpdatedReplicas: replicas, ReadyReplicas: ready, AvailableReplicas: ready, UnavailableReplicas: replicas - ready,
		Conditions: []appsv1.DeploymentCondition{
			{Type: appsv1.DeploymentAvailable, Status: available, LastUpdateTime: m.CreationTimestamp, LastTransitionTime: m.CreationTimestamp, Reason: "MinimumReplicasAvailable"},
		},
	}}
	return b.add(b.byKind["Deployment"], &m, d)
}

func (b *worldBuilder) daemonSet(m metav1.ObjectMeta, w *workloadSpec, selector *metav1.LabelSelector, template corev1.PodTemplateSpec) error {
	spec := template.Spec.DeepCopy()
	for _, key := range []string{"not-ready", "unreachable"} {
		spec.Tolerations = append(spec.Tolerations, corev1.Toleration{Key: "node.kubernetes.io/" + key, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute})
	}
	for _, key := range []string{"disk-pressure", "memory-pressure", "pid-pressure", "unschedulable"} {
		spec.Tolerations = append(spec.Tolerations, corev1.Toleration{Key: "node.kubernetes.io/" + key, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoSchedule})
	}
	labels := withEntry(template.Labels, "controller-revision-hash", b.code(9, "ds/"+m.Namespace+"/"+m.Name))
	labels["pod-template-generation"] = "1"
	var desired, ready int32
	for _, node := range b.nodes {
		if !fits(spec, node) {
			continue
		}
		desired++
		pod := b.owned(b.byKind["Pod"], m, m.Name+"-"+b.suffix(m.Namespace+m.Name+node.Name), b.byKind["DaemonSet"])
		pod.Labels, pod.Annotations, pod.GenerateName = labels, template.Annotations, m.Name+"-"
		if err := b.pod(pod, *spec, w.State, node.Name, &ready); err != nil {
			return err
		}
	}
	m.Annotations = withEntry(m.Annotations, "deprecated.daemonset.template.generation", "1")
	m.ManagedFields = append(m.ManagedFields, managed(&m, "kube-controller-manager", metav1.ManagedFieldsOperationUpdate, "apps/v1", "status"))
	m.Generation = 1
	return b.add(b.byKind["DaemonSet"], &m, &appsv1.DaemonSet{ObjectMeta: m, Spec: appsv1.DaemonSetSpec{
		Selector: selector, Template: template, RevisionHistoryLimit: new(int32(10)),
		UpdateStrategy: appsv1.DaemonSetUpdateStrategy{Type: appsv1.RollingUpdateDaemonSetStrategyType, RollingUpdate: &appsv1.RollingUpdateDaemonSet{
			MaxUnavailable: new(intstr.FromInt32(1)), MaxSurge: new(intstr.FromInt32(0)),
		}},
	}, Status: appsv1.DaemonSetStatus{
		CurrentNumberScheduled: desired, DesiredNumberScheduled: desired, NumberReady: ready, NumberAvailable: ready,
		NumberUnavailable: desired - ready, UpdatedNumberScheduled: desired, ObservedGeneration: 1,
	}})
}

func (b *worldBuilder) statefulSet(m metav1.ObjectMeta, w *workloadSpec, replicas int32, selector *metav1.LabelSelector, template corev1.PodTemplateSpec) error {
	var claims []corev1.PersistentVolumeClaim
	if w.Claim != "" {
		claims = append(claims, corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: "data"}, Spec: claimSpec(w.Claim)})
	}
	hash := m.Name + "-" + b.code(9, "sts/"+m.Namespace+"/"+m.Name)
	var ready int32
	for i := range replicas {
		name := fmt.Sprintf("%s-%d", m.Name, i)
		pod := b.owned(b.byKind["Pod"], m, name, b.byKind["StatefulSet"])
		pod.Labels = withEntry(template.Labels, "controller-revision-hash", hash)
		pod.Labels["apps.kubernetes.io/pod-index"] = fmt.Sprint(i)
		pod.Labels["statefulset.kubernetes.io/pod-name"] = name
		pod.Annotations, pod.GenerateName = template.Annotations, m.Name+"-"
		spec := template.Spec.DeepCopy()
		spec.Hostname, spec.Subdomain = name, m.Name
		for _, claim := range claims {
			claimed := claim.Name + "-" + name
			if err := b.claim(m, claimed, claim.Spec); err != nil {
				return err
			}
			spec.Volumes = append(spec.Volumes, corev1.Volume{Name: claim.Name, VolumeSource: corev1.VolumeSource{
				PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: claimed},
			}})
		}
		if err := b.pod(pod, *spec, w.State, "", &ready); err != nil {
			return err
		}
	}
	m.ManagedFields = append(m.ManagedFields, managed(&m, "kube-controller-manager", metav1.ManagedFieldsOperationUpdate, "apps/v1", "status"))
	m.Generation = 1
	return b.add(b.byKind["StatefulSet"], &m, &appsv1.StatefulSet{ObjectMeta: m, Spec: appsv1.StatefulSetSpec{
		Replicas: &replicas, Selector: selector, Template: template, ServiceName: m.Name, VolumeClaimTemplates: claims,
		PodManagementPolicy: appsv1.OrderedReadyPodManagement, RevisionHistoryLimit: new(int32(10)),
		UpdateStrategy: appsv1.StatefulSetUpdateStrategy{Type: appsv1.RollingUpdateStatefulSetStrategyType, RollingUpdate: &appsv1.RollingUpdateStatefulSetStrategy{Partition: new(int32(0))}},
	}, Status: appsv1.StatefulSetStatus{
		ObservedGeneration: 1, Replicas: replicas, ReadyReplicas: ready, AvailableReplicas: ready, CurrentReplicas: replicas,
		UpdatedReplicas: replicas, CurrentRevision: hash, UpdateRevision: hash, CollisionCount: new(int32(0)),
	}})
}

func (b *worldBuilder) cronJob(m metav1.ObjectMeta, w *workloadSpec, template corev1.PodTemplateSpec) error {
	if template.Spec.RestartPolicy == corev1.RestartPolicyAlways {
		template.Spec.RestartPolicy = corev1.RestartPolicyNever
	}
	last := b.ago(4*time.Hour + time.Duration(b.f.hash(fingerprint(m.Name))%600)*time.Minute)
	run := b.owned(b.byKind["Job"], m, fmt.Sprintf("%s-%d", m.Name, last.Unix()/60), b.byKind["CronJob"])
	run.CreationTimestamp = last
	if err := b.job(run, w, *template.DeepCopy(), new(last), false); err != nil {
		return err
	}
	m.Generation = 1
	return b.add(b.byKind["CronJob"], &m, &batchv1.CronJob{ObjectMeta: m, Spec: batchv1.CronJobSpec{
		Schedule: w.Schedule, ConcurrencyPolicy: batchv1.ForbidConcurrent, Suspend: new(false),
		JobTemplate:                batchv1.JobTemplateSpec{Spec: batchv1.JobSpec{Template: template}},
		SuccessfulJobsHistoryLimit: new(int32(3)), FailedJobsHistoryLimit: new(int32(1)),
	}, Status: batchv1.CronJobStatus{LastScheduleTime: &last, LastSuccessfulTime: &last}})
}

func (b *worldBuilder) job(m metav1.ObjectMeta, _ *workloadSpec, template corev1.PodTemplateSpec, started *metav1.Time, failed bool) error {
	if template.Spec.RestartPolicy == corev1.RestartPolicyAlways {
		template.Spec.RestartPolicy = corev1.RestartPolicyNever
	}
	if started == nil {
		started = &m.CreationTimestamp
	}
	if template.Labels == nil {
		template.Labels = map[string]string{}
	}
	controller := map[string]string{"batch.kubernetes.io/controller-uid": string(m.UID)}
	template.Labels["batch.kubernetes.io/controller-uid"] = string(m.UID)
	template.Labels["batch.kubernetes.io/job-name"] = m.Name
	pod := b.owned(b.byKind["Pod"], m, m.Name+"-"+b.suffix(m.Namespace+m.Name), b.byKind["Job"])
	pod.Labels, pod.Annotations, pod.GenerateName = template.Labels, template.Annotations, m.Name+"-"
	state := "done"
	if failed {
		state = "failed"
	}
	if err := b.pod(pod, template.Spec, state, "", nil); err != nil {
		return err
	}
	ended := metav1.NewTime(started.Add(3 * time.Minute))
	status := batchv1.JobStatus{StartTime: started, CompletionTime: &ended, Succeeded: 1, Conditions: []batchv1.JobCondition{
		{Type: batchv1.JobComplete, Status: corev1.ConditionTrue, LastProbeTime: ended, LastTransitionTime: ended, Reason: "CompletionsReached"},
	}}
	if failed {
		status = batchv1.JobStatus{StartTime: started, Failed: 1, Conditions: []batchv1.JobCondition{
			{Type: batchv1.JobFailed, Status: corev1.ConditionTrue, LastProbeTime: ended, LastTransitionTime: ended, Reason: "BackoffLimitExceeded", Message: "Job has reached the specified backoff limit"},
		}}
	}
	m.Generation = 1
	return b.add(b.byKind["Job"], &m, &batchv1.Job{ObjectMeta: m, Spec: batchv1.JobSpec{
		Parallelism: new(int32(1)), Completions: new(int32(1)), BackoffLimit: new(int32(6)), Selector: &metav1.LabelSelector{MatchLabels: controller},
		Template: template, CompletionMode: new(batchv1.NonIndexedCompletion), Suspend: new(false), PodReplacementPolicy: new(batchv1.TerminatingOrFailed), ManualSelector: nil,
	}, Status: status})
}

// owned starts the metadata of an object that a controller made.
func (b *worldBuilder) owned(k *served, owner metav1.ObjectMeta, name string, by *served) metav1.ObjectMeta {
	m := metav1.ObjectMeta{Name: name, Namespace: owner.Namespace, OwnerReferences: []metav1.OwnerReference{{
		APIVersion: by.GroupVersion().String(), Kind: by.Kind, Name: owner.Name, UID: owner.UID, Controller: new(true), BlockOwnerDeletion: new(true),
	}}}
	b.age(k, &m, "")
	m.CreationTimestamp = owner.CreationTimestamp
	if k.Kind == "Pod" { // nodes are replaced every now and then, and pods with them
		past := time.Duration(b.f.hash(fingerprint(m.Namespace+m.Name))%uint64(9*24*time.Hour)) + 20*time.Minute
		m.CreationTimestamp = b.ago(min(past, b.f.now.Sub(owner.CreationTimestamp.Time)))
	}
	m.ManagedFields = []metav1.ManagedFieldsEntry{managed(&m, "kube-controller-manager", metav1.ManagedFieldsOperationUpdate, k.GroupVersion().String(), "")}
	return m
}

func withEntry(labels map[string]string, key, value string) map[string]string {
	more := maps.Clone(labels)
	if more == nil {
		more = map[string]string{}
	}
	more[key] = value
	return more
}

// nameSigns are what Kubernetes makes suffixes of: no vowels, so no words.
const nameSigns = "bcdfghjklmnpqrstvwxz2456789"

func (b *worldBuilder) code(n int, label string) string {
	code := make([]byte, n)
	for i := range code {
		code[i] = nameSigns[b.f.hash(fingerprint(label)+uint64(i)*7919)%uint64(len(nameSigns))]
	}
	return string(code)
}

func (b *worldBuilder) suffix(label string) string { return b.code(5, label) }
