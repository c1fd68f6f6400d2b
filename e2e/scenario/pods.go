package scenario

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// template is an application's pod: the application and a sidecar, of the size that
// such things have.
func (k kind) template(app string, n int) corev1.PodTemplateSpec {
	template := corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{
			Labels: map[string]string{
				"app.kubernetes.io/name": app, "app.kubernetes.io/instance": app, "app.kubernetes.io/version": "4.12.1",
				"app.kubernetes.io/component": "server", "app.kubernetes.io/part-of": "storefront", "app.kubernetes.io/managed-by": "Helm",
			},
			Annotations: map[string]string{
				"prometheus.io/scrape": "true", "prometheus.io/port": "9090",
				"checksum/config": fmt.Sprintf("%064x", n*7919),
			},
		},
		Spec: corev1.PodSpec{
			ServiceAccountName: "app", AutomountServiceAccountToken: new(k != exemplary),
			Containers: []corev1.Container{k.application(app), k.sidecar()},
			Volumes: []corev1.Volume{
				{Name: "config", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
					LocalObjectReference: corev1.LocalObjectReference{Name: "app"}}}},
				{Name: "tmp", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}},
			},
			Tolerations: []corev1.Toleration{
				{Key: "node.kubernetes.io/not-ready", Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute, TolerationSeconds: new(int64(300))},
				{Key: "node.kubernetes.io/unreachable", Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute, TolerationSeconds: new(int64(300))},
			},
		},
	}
	if k != careless {
		template.Spec.SecurityContext = &corev1.PodSecurityContext{
			RunAsNonRoot: new(true), SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
		}
	}
	if k == careless {
		template.Spec.HostNetwork = n%2 == 0
		template.Spec.Volumes = append(template.Spec.Volumes, corev1.Volume{Name: "host", VolumeSource: corev1.VolumeSource{
			HostPath: &corev1.HostPathVolumeSource{Path: "/var/log"}}})
	}
	return template
}

// application is the container that does the work.
func (k kind) application(app string) corev1.Container {
	container := corev1.Container{
		Name: app, Image: "fabrikam.azurecr.io/storefront/" + app + "@sha256:" + digest(app),
		Args:            []string{"serve", "--listen=:8080", "--metrics=:9090", "--log-format=json"},
		ImagePullPolicy: corev1.PullIfNotPresent,
		Ports: []corev1.ContainerPort{
			{Name: "http", ContainerPort: 8080}, {Name: "metrics", ContainerPort: 9090},
		},
		Env: environment(app),
		Resources: corev1.ResourceRequirements{
			Requests: corev1.ResourceList{"cpu": resource.MustParse("100m"), "memory": resource.MustParse("128Mi")},
			Limits:   corev1.ResourceList{"memory": resource.MustParse("256Mi")},
		},
		VolumeMounts:   []corev1.VolumeMount{{Name: "config", MountPath: "/etc/app", ReadOnly: true}, {Name: "tmp", MountPath: "/tmp"}},
		LivenessProbe:  probe("/healthz"),
		ReadinessProbe: probe("/readyz"),
		StartupProbe:   probe("/healthz"),
	}
	switch k {
	case exemplary:
		container.SecurityContext = hardened()
	case ordinary:
		container.SecurityContext = &corev1.SecurityContext{AllowPrivilegeEscalation: new(false)}
	case careless:
		container.Image = "docker.io/fabrikam/" + app + ":latest"
		container.SecurityContext = &corev1.SecurityContext{Privileged: new(true)}
		container.Env = append(container.Env, corev1.EnvVar{Name: "DB_PASSWORD", Value: "in-plain-sight"})
	}
	return container
}

func (k kind) sidecar() corev1.Container {
	container := corev1.Container{
		Name: "proxy", Image: "mcr.microsoft.com/oss/v2/envoyproxy/envoy:v1.35.3", ImagePullPolicy: corev1.PullIfNotPresent,
		Args:         []string{"--config-path", "/etc/app/envoy.yaml", "--log-level", "warn"},
		Ports:        []corev1.ContainerPort{{Name: "proxy", ContainerPort: 15001}},
		VolumeMounts: []corev1.VolumeMount{{Name: "config", MountPath: "/etc/app", ReadOnly: true}},
		Resources: corev1.ResourceRequirements{
			Requests: corev1.ResourceList{"cpu": resource.MustParse("10m"), "memory": resource.MustParse("32Mi")},
		},
	}
	if k == exemplary {
		container.SecurityContext = hardened()
	}
	return container
}

func hardened() *corev1.SecurityContext {
	return &corev1.SecurityContext{
		AllowPrivilegeEscalation: new(false), ReadOnlyRootFilesystem: new(true), RunAsNonRoot: new(true),
		Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
	}
}

func environment(app string) []corev1.EnvVar {
	env := []corev1.EnvVar{
		{Name: "POD_NAME", ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.name"}}},
		{Name: "POD_NAMESPACE", ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.namespace"}}},
		{Name: "DATABASE_URL", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{
			LocalObjectReference: corev1.LocalObjectReference{Name: "app"}, Key: "url"}}},
	}
	for _, setting := range []string{"REGION", "TIER", "CACHE_URL", "QUEUE_URL", "OTEL_EXPORTER_OTLP_ENDPOINT", "FEATURES", "WORKERS"} {
		env = append(env, corev1.EnvVar{Name: setting, Value: app + "-" + setting})
	}
	return env
}

func probe(path string) *corev1.Probe {
	return &corev1.Probe{
		ProbeHandler:  corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: path, Port: intstr.FromString("http")}},
		PeriodSeconds: 10, TimeoutSeconds: 2, FailureThreshold: 3,
	}
}

func digest(app string) string { return fmt.Sprintf("%064x", len(app)*104729) }

// pod creates a pod from a template on a node, and has it run there.
func (l *loader) pod(namespace, name, manager string, number int, owner []metav1.OwnerReference, template corev1.PodTemplateSpec) {
	pod := &corev1.Pod{ObjectMeta: *template.ObjectMeta.DeepCopy(), Spec: *template.Spec.DeepCopy()}
	pod.Name, pod.Namespace, pod.OwnerReferences = name, namespace, owner
	pod.Spec.NodeName = nodeName(number % l.nodes)
	made := l.create(in(core, namespace, "pods"), manager, pod)
	pod.ResourceVersion = made.Metadata.ResourceVersion
	pod.Status = running(pod, number)
	l.status(in(core, namespace, "pods")+"/"+name, "kubelet", pod)
}

// running is the status of a pod whose containers all run.
func running(pod *corev1.Pod, number int) corev1.PodStatus {
	began := metav1.NewTime(time.Now().Add(-time.Hour).Truncate(time.Second))
	ip := fmt.Sprintf("10.244.%d.%d", number>>8&255, number&255)
	status := corev1.PodStatus{
		Phase: corev1.PodRunning, HostIP: "10.224.0.4", HostIPs: []corev1.HostIP{{IP: "10.224.0.4"}},
		PodIP: ip, PodIPs: []corev1.PodIP{{IP: ip}}, StartTime: &began, QOSClass: corev1.PodQOSBurstable,
	}
	for _, condition := range []corev1.PodConditionType{"PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"} {
		status.Conditions = append(status.Conditions, corev1.PodCondition{Type: condition, Status: corev1.ConditionTrue, LastTransitionTime: began})
	}
	for i, container := range pod.Spec.Containers {
		status.ContainerStatuses = append(status.ContainerStatuses, corev1.ContainerStatus{
			Name: container.Name, Image: container.Image, Ready: true, Started: new(true),
			ImageID:     "fabrikam.azurecr.io/storefront/app@sha256:" + digest(container.Name),
			ContainerID: fmt.Sprintf("containerd://%064x", number*31+i),
			State:       corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: began}},
		})
	}
	return status
}
