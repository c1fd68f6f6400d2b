package podsecurity

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"

	"github.com/aksight/aksight/model"
)

// Judge weighs pods by the standards of one version.
type Judge struct {
	evaluator policy.Evaluator
	version   api.Version
}

// NewJudge returns a judge of that version. A version that says nothing would check
// nothing: the newest known stands in for it.
func NewJudge(version api.Version) *Judge {
	if version == (api.Version{}) || version.Latest() {
		version = newest
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), &version)
	if err != nil {
		// The library's own checks are valid; a test makes one of every version.
		panic("the pod security checks: " + err.Error())
	}
	return &Judge{evaluator: evaluator, version: version}
}

// Forbids returns why a level forbids a pod, in the standard's own words; nothing where
// it allows it.
func (j *Judge) Forbids(level Level, metadata *metav1.ObjectMeta, spec *corev1.PodSpec) []string {
	var says []string
	for _, result := range j.evaluator.EvaluatePod(api.LevelVersion{Level: level, Version: j.version}, metadata, defaulted(spec)) {
		if result.Allowed {
			continue
		}
		reason := result.ForbiddenReason
		if result.ForbiddenDetail != "" {
			reason += " (" + result.ForbiddenDetail + ")"
		}
		says = append(says, reason)
	}
	return says
}

// defaulted fills in what the API server would and manifests leave out, as far as the
// standards look at it: a volume without a source is an empty directory.
func defaulted(spec *corev1.PodSpec) *corev1.PodSpec {
	for i := range spec.Volumes {
		if spec.Volumes[i].VolumeSource != (corev1.VolumeSource{}) {
			continue
		}
		copied := spec.DeepCopy()
		for at := range copied.Volumes {
			if copied.Volumes[at].VolumeSource == (corev1.VolumeSource{}) {
				copied.Volumes[at].EmptyDir = &corev1.EmptyDirVolumeSource{}
			}
		}
		return copied
	}
	return spec
}

// typedTemplate is the template of a controller that is read as a typed object.
func typedTemplate(o *model.Object) *corev1.PodTemplateSpec {
	if replicas, is := o.Typed.(*appsv1.ReplicaSet); is {
		return &replicas.Spec.Template
	}
	return nil
}
