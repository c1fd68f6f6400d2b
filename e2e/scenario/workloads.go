package scenario

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// controllers makes what it makes for its owners.
const controllers = "kube-controller-manager"

// workloads fills a namespace with ten pods: two deployments with three each, a stateful
// set with three, and a scheduled job with one.
func (l *loader) workloads(i int, k kind, namespace string) {
	number := i * 10
	for _, app := range []string{"web", "api"} {
		l.deployment(namespace, app, 3, number, k.template(app, i))
		number += 3
	}
	l.statefulSet(namespace, "queue", 3, number, k.template("queue", i))
	l.cronJob(namespace, "report", number+3, k.template("report", i))
}

func selector(app string) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{"app.kubernetes.io/name": app, "app.kubernetes.io/instance": app}}
}

// deployment has the replica set that is current and the one before.
func (l *loader) deployment(namespace, app string, replicas int32, number int, template corev1.PodTemplateSpec) {
	owner := l.create(in(apps, namespace, "deployments"), "helm", &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: app, Labels: template.Labels, Annotations: map[string]string{
			"meta.helm.sh/release-name": "storefront", "meta.helm.sh/release-namespace": namespace,
		}},
		Spec: appsv1.DeploymentSpec{Replicas: &replicas, Selector: selector(app), Template: template},
	})
	const generation = "pod-template-hash"
	for _, hash := range []string{"7c9fdc44d8", "5b8cf7d9f6"} {
		template := *template.DeepCopy()
		template.Labels[generation] = hash
		selects := selector(app)
		selects.MatchLabels[generation] = hash
		wanted := replicas
		if hash == "7c9fdc44d8" {
			wanted = 0
		}
		set := l.create(in(apps, namespace, "replicasets"), controllers, &appsv1.ReplicaSet{
			ObjectMeta: metav1.ObjectMeta{Name: app + "-" + hash, Labels: template.Labels, OwnerReferences: ownedBy("apps/v1", "Deployment", owner)},
			Spec:       appsv1.ReplicaSetSpec{Replicas: &wanted, Selector: selects, Template: template},
		})
		for n := range int(wanted) {
			l.pod(namespace, fmt.Sprintf("%s-%s-%05x", app, hash, number+n), controllers, number+n, ownedBy("apps/v1", "ReplicaSet", set), template)
		}
	}
}

func (l *loader) statefulSet(namespace, app string, replicas int32, number int, template corev1.PodTemplateSpec) {
	owner := l.create(in(apps, namespace, "statefulsets"), "helm", &appsv1.StatefulSet{
		ObjectMeta: metav1.ObjectMeta{Name: app, Labels: template.Labels},
		Spec:       appsv1.StatefulSetSpec{Replicas: &replicas, ServiceName: app, Selector: selector(app), Template: template},
	})
	for n := range int(replicas) {
		l.pod(namespace, fmt.Sprintf("%s-%d", app, n), controllers, number+n, ownedBy("apps/v1", "StatefulSet", owner), template)
	}
}

func (l *loader) cronJob(namespace, app string, number int, template corev1.PodTemplateSpec) {
	template.Spec.RestartPolicy = corev1.RestartPolicyNever
	for i := range template.Spec.Containers { // jobs are not probed
		c := &template.Spec.Containers[i]
		c.LivenessProbe, c.ReadinessProbe, c.StartupProbe = nil, nil, nil
	}
	owner := l.create(in(batch, namespace, "cronjobs"), "helm", &batchv1.CronJob{
		ObjectMeta: metav1.ObjectMeta{Name: app},
		Spec: batchv1.CronJobSpec{Schedule: "*/30 * * * *", ConcurrencyPolicy: batchv1.ForbidConcurrent, JobTemplate: batchv1.JobTemplateSpec{
			Spec: batchv1.JobSpec{Template: template},
		}},
	})
	job := l.create(in(batch, namespace, "jobs"), controllers, &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{Name: app + "-29401230", OwnerReferences: ownedBy("batch/v1", "CronJob", owner)},
		Spec:       batchv1.JobSpec{Template: template},
	})
	l.pod(namespace, app+"-29401230-x7k2p", controllers, number, ownedBy("batch/v1", "Job", job), template)
}
