package demo

import (
	corev1 "k8s.io/api/core/v1"
)

// The user that an image names which is not root's, and the first version whose kubelet
// tells whom containers run as.
const (
	imageUser        = 65532
	tellsUsersSince  = 33
	rootlessOfImages = 3 // one in as many names a user
)

// users tells whom the containers of a pod run as, as kubelets do on Linux.
func (b *worldBuilder) users(pod *corev1.Pod, node *corev1.Node) {
	if b.minor < tellsUsersSince || node.Labels[corev1.LabelOSStable] == string(corev1.Windows) {
		return
	}
	for i := range pod.Status.ContainerStatuses {
		status := &pod.Status.ContainerStatuses[i]
		if status.State.Running == nil {
			continue
		}
		uid := userOf(pod.Spec.SecurityContext, &pod.Spec.Containers[i])
		status.User = &corev1.ContainerUser{Linux: &corev1.LinuxContainerUser{UID: uid, GID: uid, SupplementalGroups: []int64{uid}}}
	}
}

// userOf is the user that a container's manifest names, or else its image: some name one
// of their own, most name root.
func userOf(context *corev1.PodSecurityContext, c *corev1.Container) int64 {
	refused := false
	uid := int64(0)
	if fingerprint(c.Image)%rootlessOfImages == 0 {
		uid = imageUser
	}
	if context != nil {
		refused = context.RunAsNonRoot != nil && *context.RunAsNonRoot
		if context.RunAsUser != nil {
			uid = *context.RunAsUser
		}
	}
	if own := c.SecurityContext; own != nil {
		if own.RunAsNonRoot != nil {
			refused = *own.RunAsNonRoot
		}
		if own.RunAsUser != nil {
			uid = *own.RunAsUser
		}
	}
	if refused && uid == 0 {
		return imageUser // it would not run otherwise
	}
	return uid
}
