package page

import (
	"strconv"
	"strings"

	"github.com/aksight/aksight/inspect/document"
)

// A securityLine is a setting of a pod's security context, in the words of the
// Kubernetes documentation: of the pod, of its containers, or of both.
type securityLine struct {
	label, term string
	// pod and container are the properties it stands for, from the pod's specification
	// and from a container on: the first of each is the one that it says. Empty where
	// there is no such property.
	pod, container []string
	podSay, say    say
	// inherits is set where a container without the setting has the pod's.
	inherits bool
}

var securityLines = []securityLine{
	{label: "image", term: "image", container: []string{"image"}, say: text("none")},
	{label: "pull policy", term: "image", container: []string{"imagePullPolicy"}, say: text("by the image's tag")},
	{label: "service account", term: "service-account", pod: []string{"serviceAccountName", "serviceAccount"}, podSay: text("default")},
	{label: "token mounted", term: "service-account", pod: []string{"automountServiceAccountToken"}, podSay: yesNo("as its account says")},
	{label: "privileged", term: "privileged", container: []string{"securityContext.privileged"}, say: yesNo("no")},
	{label: "privilege escalation", term: "privileged", container: []string{"securityContext.allowPrivilegeEscalation"}, say: either("allowed", "not allowed", "allowed")},
	{
		label: "runs as user", term: "security-context", pod: []string{"securityContext.runAsUser"}, container: []string{"securityContext.runAsUser"},
		podSay: text("as the image says"), say: text("as the image says"), inherits: true,
	},
	{
		label: "root refused", term: "security-context", pod: []string{"securityContext.runAsNonRoot"}, container: []string{"securityContext.runAsNonRoot"},
		podSay: yesNo("no"), say: yesNo("no"), inherits: true,
	},
	{
		label: "runs as group", term: "security-context", pod: []string{"securityContext.runAsGroup", "securityContext.supplementalGroups", "securityContext.fsGroup"},
		container: []string{"securityContext.runAsGroup"}, podSay: text("as the image says"), say: text("as the image says"), inherits: true,
	},
	{label: "root filesystem", term: "security-context", container: []string{"securityContext.readOnlyRootFilesystem"}, say: either("read only", "writable", "writable")},
	{label: "capabilities added", term: "capabilities", container: []string{"securityContext.capabilities.add"}, say: listed},
	{label: "capabilities dropped", term: "capabilities", container: []string{"securityContext.capabilities.drop", "securityContext.capabilities"}, say: listed},
	{
		label: "seccomp", term: "seccomp", pod: []string{"securityContext.seccompProfile.type", "securityContext.seccompProfile"},
		container: []string{"securityContext.seccompProfile.type", "securityContext.seccompProfile"},
		podSay:    text("Unconfined"), say: text("Unconfined"), inherits: true,
	},
	{
		label: "AppArmor", term: "security-context", pod: []string{"securityContext.appArmorProfile.type", "securityContext.appArmorProfile"},
		container: []string{"securityContext.appArmorProfile.type", "securityContext.appArmorProfile"},
		podSay:    text("the runtime's default"), say: text("the runtime's default"), inherits: true,
	},
	{
		label: "SELinux", term: "security-context", pod: []string{"securityContext.seLinuxOptions"}, container: []string{"securityContext.seLinuxOptions"},
		podSay: text("not set"), say: text("not set"), inherits: true,
	},
	{label: "/proc", term: "security-context", container: []string{"securityContext.procMount"}, say: text("masked")},
	{label: "sysctls", term: "sysctls", pod: []string{"securityContext.sysctls"}, podSay: namedSettings},
	{label: "host network", term: "host-namespaces", pod: []string{"hostNetwork"}, podSay: yesNo("no")},
	{label: "host processes", term: "host-namespaces", pod: []string{"hostPID"}, podSay: yesNo("no")},
	{label: "host IPC", term: "host-namespaces", pod: []string{"hostIPC"}, podSay: yesNo("no")},
	{label: "user namespace", term: "host-namespaces", pod: []string{"hostUsers"}, podSay: either("the host's", "its own", "the host's")},
	{label: "shared processes", term: "host-namespaces", pod: []string{"shareProcessNamespace"}, podSay: yesNo("no")},
	{label: "host ports", term: "host-namespaces", container: []string{"ports"}, say: containerHostPorts},
	{label: "host paths", term: "host-path", pod: []string{"volumes"}, container: []string{"volumeMounts"}, podSay: hostPaths, say: mountPaths},
	{label: "Windows host process", term: "privileged", pod: []string{"securityContext.windowsOptions.hostProcess", "securityContext.windowsOptions"},
		container: []string{"securityContext.windowsOptions.hostProcess", "securityContext.windowsOptions"}, podSay: yesNo("no"), say: yesNo("no"), inherits: true},
	{label: "runtime class", term: "pod-sandboxing", pod: []string{"runtimeClassName"}, podSay: text("the node's default")},
	{label: "environment", term: "secret", container: []string{"env", "envFrom"}, say: environment},
	{label: "pull secrets", term: "secret", pod: []string{"imagePullSecrets"}, podSay: namedItems},
	{label: "requests", term: "resource-limits", container: []string{"resources.requests", "resources.requests.memory", "resources.requests.cpu"}, say: text("none")},
	{label: "limits", term: "resource-limits", container: []string{"resources.limits", "resources.limits.memory", "resources.limits.cpu", "resources"}, say: text("none")},
	{label: "probes", term: "workload", container: []string{"livenessProbe", "readinessProbe", "startupProbe"}, say: whole(probes)},
	{label: "tolerations", term: "taints", pod: []string{"tolerations"}, podSay: counted("toleration", "tolerations", "none")},
	{label: "spread", term: "workload", pod: []string{"topologySpreadConstraints", "affinity"}, podSay: counted("constraint", "constraints", "as it happens")},
	{label: "command", term: "workload", container: []string{"command", "args"}, say: whole(commandLine)},
}

// namedSettings says a list of names with values, such as sysctls.
func namedSettings(value any, _ bool, _ map[string]any) string {
	var words []string
	for _, each := range objectsOf(value) {
		words = append(words, textAt(each, "name")+"="+textAt(each, "value"))
	}
	return orNone(words)
}

func namedItems(value any, _ bool, _ map[string]any) string {
	var words []string
	for _, each := range objectsOf(value) {
		words = append(words, textAt(each, "name"))
	}
	return orNone(words)
}

func objectsOf(value any) []map[string]any {
	list, _ := value.([]any)
	var objects []map[string]any
	for _, each := range list {
		if tree, is := each.(map[string]any); is {
			objects = append(objects, tree)
		}
	}
	return objects
}

func orNone(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}

// containerHostPorts says which ports of the node a container takes.
func containerHostPorts(value any, _ bool, _ map[string]any) string {
	var words []string
	for _, port := range objectsOf(value) {
		if host, is := numberAt(port, "hostPort"); is && host != 0 {
			words = append(words, strconv.FormatInt(host, 10))
		}
	}
	return orNone(words)
}

// hostPaths says which of the node's paths a pod's volumes hold.
func hostPaths(value any, _ bool, _ map[string]any) string {
	var words []string
	for _, volume := range objectsOf(value) {
		if path := textAt(volume, "hostPath.path"); path != "" {
			words = append(words, path+" as "+textAt(volume, "name"))
		}
	}
	return orNone(words)
}

// mountPaths says what a container mounts where.
func mountPaths(value any, _ bool, _ map[string]any) string {
	var words []string
	for _, mount := range objectsOf(value) {
		word := textAt(mount, "name") + " at " + textAt(mount, "mountPath")
		if flagAt(mount, "readOnly") {
			word += " (read only)"
		}
		words = append(words, word)
	}
	if len(words) == 0 {
		return "mounts nothing"
	}
	return strings.Join(words, ", ")
}

// environment says how much a container is told, and what of it comes from Secrets.
func environment(value any, _ bool, tree map[string]any) string {
	n := 0
	var secrets []string
	for _, variable := range objectsOf(value) {
		n++
		if name := textAt(variable, "valueFrom.secretKeyRef.name"); name != "" {
			secrets = append(secrets, name)
		}
	}
	for _, from := range listAt(tree, "envFrom") {
		n++
		if name := textAt(from, "secretRef.name"); name != "" {
			secrets = append(secrets, "all of "+name)
		}
	}
	return joinWords(", ", count(n, "entry", "entries", "none"), said("Secrets:", strings.Join(secrets, ", ")))
}

func probes(tree map[string]any) string {
	var words []string
	for _, probe := range []string{"liveness", "readiness", "startup"} {
		if _, there := document.Lookup(tree, probe+"Probe"); there {
			words = append(words, probe)
		}
	}
	return orNone(words)
}

func commandLine(tree map[string]any) string {
	var words []string
	for _, key := range []string{"command", "args"} {
		value, _ := document.Lookup(tree, key)
		list, _ := value.([]any)
		for _, each := range list {
			words = append(words, plain(each))
		}
	}
	if len(words) == 0 {
		return "as the image says"
	}
	return strings.Join(words, " ")
}
