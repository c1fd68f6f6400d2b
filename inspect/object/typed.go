package object

import (
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/aksight/aksight/model"
)

// KeepTyped makes an object of one of k8s.io/api's types, which is then no longer the
// caller's: for kinds that no rule judges as documents.
func KeepTyped(kind model.Kind, apiVersion string, typed metav1.Object, readAt time.Time) (*model.Object, error) {
	o := &model.Object{
		Ref:        model.Ref{Kind: kind, Namespace: typed.GetNamespace(), Name: typed.GetName()},
		APIVersion: apiVersion, UID: string(typed.GetUID()), Created: typed.GetCreationTimestamp().Time,
		Labels: typed.GetLabels(), Typed: typed, ReadAt: readAt,
	}
	if o.Name == "" {
		return nil, fmt.Errorf("a %s without a name", kind)
	}
	if len(o.Labels) == 0 {
		o.Labels = nil
	}
	if owner := metav1.GetControllerOfNoCopy(typed); owner != nil {
		o.Owner = model.Ref{Kind: model.Kind(owner.Kind), Namespace: o.Namespace, Name: owner.Name}
	}
	if set, is := typed.(*appsv1.ReplicaSet); is {
		keepReplicaSet(o, set)
	}
	annotations := typed.GetAnnotations()
	maskAnnotations(annotations)
	if len(annotations) == 0 {
		typed.SetAnnotations(nil)
	}
	fields := typed.GetManagedFields()
	for i := range fields {
		fields[i].FieldsV1, fields[i].FieldsType = nil, ""
	}
	return o, nil
}

// keepReplicaSet drops the template of a replica set that a deployment controls: it is
// the deployment's once more, with all that it may hold.
func keepReplicaSet(o *model.Object, set *appsv1.ReplicaSet) {
	wanted := 1
	if set.Spec.Replicas != nil {
		wanted = int(*set.Spec.Replicas)
	}
	o.Pod = &model.PodSummary{
		Labels: set.Spec.Template.Labels, ServiceAccount: set.Spec.Template.Spec.ServiceAccountName,
		Wanted: wanted, Available: int(set.Status.AvailableReplicas),
	}
	set.Spec.Template = corev1.PodTemplateSpec{}
}
