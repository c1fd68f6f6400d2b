package object

import (
	"slices"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// TemplatePath is where a kind of object keeps what its pods are made of: empty for a
// pod itself. Runs is false for a kind that runs none.
func TemplatePath(kind model.Kind) (path string, runs bool) {
	switch kind {
	case model.KindPod:
		return "", true
	case model.KindCronJob:
		return "spec.jobTemplate.spec.template", true
	default:
		return "spec.template", slices.Contains(model.ControllerKinds, kind)
	}
}

// Template returns what a pod is made of: the pod's own document, or the template that
// a controller makes pods of. It is nil for an object that runs none.
func Template(kind model.Kind, tree map[string]any) map[string]any {
	path, runs := TemplatePath(kind)
	if !runs {
		return nil
	}
	value, _ := document.Lookup(tree, path)
	template, _ := value.(map[string]any)
	return template
}

// summarize notes what tables and joins need.
func summarize(o *model.Object, tree map[string]any) {
	template := Template(o.Kind, tree)
	if template == nil {
		return
	}
	spec := object(template["spec"])
	pod := &model.PodSummary{
		Labels:         texts(template, "metadata.labels"),
		ServiceAccount: orElse(document.Text(spec, "serviceAccountName"), "default"),
		HostNetwork:    spec["hostNetwork"] == true,
		Containers:     containers(spec),
		Node:           document.Text(spec, "nodeName"),
		Phase:          document.Text(tree, "status.phase"),
		Wanted:         number(tree, "spec.replicas", 1),
		Available:      number(tree, "status.availableReplicas", 0),
	}
	if o.Kind == model.KindDaemonSet {
		pod.Wanted, pod.Available = number(tree, "status.desiredNumberScheduled", 0), number(tree, "status.numberAvailable", 0)
	}
	uses(pod, spec)
	status(pod, object(tree["status"]))
	o.Pod = pod
}

var containerLists = []string{"initContainers", "containers", "ephemeralContainers"}

func containers(spec map[string]any) []model.ContainerSummary {
	var all []model.ContainerSummary
	for _, list := range containerLists {
		for _, each := range items(spec[list]) {
			container := model.ContainerSummary{
				Name: document.Text(each, "name"), Image: document.Text(each, "image"),
				Init: list == "initContainers", Ephemeral: list == "ephemeralContainers",
			}
			container.Sidecar = container.Init && document.Text(each, "restartPolicy") == "Always"
			for _, port := range items(each["ports"]) {
				container.Ports = append(container.Ports, model.ContainerPort{
					Name: document.Text(port, "name"), Number: int32(number(port, "containerPort", 0)),
					Protocol: orElse(document.Text(port, "protocol"), "TCP"),
					OnNode:   int32(number(port, "hostPort", 0)),
				})
			}
			all = append(all, container)
		}
	}
	return all
}

// secretsDriver mounts what vaults hold.
const secretsDriver = "secrets-store.csi.k8s.io"

// uses notes the Secrets and ConfigMaps that a pod's specification names.
func uses(pod *model.PodSummary, spec map[string]any) {
	secret := func(name string, how model.SecretHow) {
		if use := (model.SecretUse{Name: name, How: how}); name != "" && !slices.Contains(pod.Secrets, use) {
			pod.Secrets = append(pod.Secrets, use)
		}
	}
	configMap := func(name string) {
		if name != "" && !slices.Contains(pod.ConfigMaps, name) {
			pod.ConfigMaps = append(pod.ConfigMaps, name)
		}
	}
	for _, pull := range items(spec["imagePullSecrets"]) {
		secret(document.Text(pull, "name"), model.SecretToPull)
	}
	for _, volume := range items(spec["volumes"]) {
		secret(document.Text(volume, "secret.secretName"), model.SecretAsFile)
		if class := document.Text(volume, "csi.volumeAttributes.secretProviderClass"); class != "" && document.Text(volume, "csi.driver") == secretsDriver {
			pod.SecretClasses = append(pod.SecretClasses, class)
		}
		configMap(document.Text(volume, "configMap.name"))
		projected := object(volume["projected"])
		for _, source := range items(projected["sources"]) {
			secret(document.Text(source, "secret.name"), model.SecretAsFile)
			configMap(document.Text(source, "configMap.name"))
		}
	}
	for _, list := range containerLists {
		for _, container := range items(spec[list]) {
			for _, from := range items(container["envFrom"]) {
				secret(document.Text(from, "secretRef.name"), model.SecretAsEnvironment)
				configMap(document.Text(from, "configMapRef.name"))
			}
			for _, variable := range items(container["env"]) {
				secret(document.Text(variable, "valueFrom.secretKeyRef.name"), model.SecretAsEnvironment)
				configMap(document.Text(variable, "valueFrom.configMapKeyRef.name"))
			}
		}
	}
}

// status notes a pod's addresses and how its containers fare.
func status(pod *model.PodSummary, status map[string]any) {
	for _, each := range items(status["podIPs"]) {
		pod.Addresses = append(pod.Addresses, document.Text(each, "ip"))
	}
	if address := document.Text(status, "podIP"); address != "" && len(pod.Addresses) == 0 {
		pod.Addresses = []string{address}
	}
	for _, list := range []string{"containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"} {
		for _, each := range items(status[list]) {
			name := document.Text(each, "name")
			at := slices.IndexFunc(pod.Containers, func(c model.ContainerSummary) bool { return c.Name == name })
			if at >= 0 {
				pod.Containers[at].Digest = digest(document.Text(each, "imageID"))
				pod.Containers[at].User = user(each)
			}
			if list == "containerStatuses" {
				pod.Restarts += number(each, "restartCount", 0)
				if each["ready"] == true {
					pod.Ready++
				}
			}
		}
	}
}

// user is whom a container's status says that it was started as. The kubelet tells it
// from Kubernetes 1.33, where the container runtime does.
func user(status map[string]any) model.ContainerUser {
	value, _ := document.Lookup(status, "user.linux.uid")
	switch uid, is := value.(int64); {
	case !is:
		return model.UserUntold
	case uid == 0:
		return model.UserRoot
	default:
		return model.UserOther
	}
}

// digest is the part of an image's ID that names its content, such as sha256:...
func digest(imageID string) string {
	for at := len(imageID) - 1; at >= 0; at-- {
		if imageID[at] == '@' {
			return imageID[at+1:]
		}
	}
	return ""
}

func object(value any) map[string]any {
	tree, _ := value.(map[string]any)
	return tree
}

// items returns the objects in a list; what is none is passed over.
func items(value any) []map[string]any {
	list, _ := value.([]any)
	found := make([]map[string]any, 0, len(list))
	for _, each := range list {
		if tree, is := each.(map[string]any); is {
			found = append(found, tree)
		}
	}
	return found
}

func number(tree map[string]any, path string, otherwise int) int {
	value, _ := document.Lookup(tree, path)
	if n, is := value.(int64); is {
		return int(n)
	}
	return otherwise
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
