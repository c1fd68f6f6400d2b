package demo

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// shorthand makes an object of what the story tells of it. Most kinds are told as the
// API has them; what stands often has a short form:
//
//	Deployment, ...      see workloadSpec
//	Role, ClusterRole    allow: ["GROUP RESOURCES VERBS", ...] with "core" for the core group
//	...Binding           role: NAME or clusterRole: NAME; to: ["User NAME", "Group NAME", "SA NAMESPACE/NAME"]
//	Secret               type: TYPE, keys: [name, ...]: never a value
//	Service              port: N or "N:TARGET", selects: NAME of a workload; see service
//	Ingress              class, host, to: "SERVICE:PORT", tls: SECRET
//	PersistentVolumeClaim size
func (b *worldBuilder) shorthand(k *served, m metav1.ObjectMeta, spec map[string]any) error {
	switch k.Kind {
	case "Deployment", "DaemonSet", "StatefulSet", "CronJob", "Job", "Pod":
		if k.Kind == "Pod" {
			m.Labels = withEntry(m.Labels, "run", m.Name)
			spec["selector"] = map[string]any{"run": m.Name}
		}
		return b.workload(k, m, spec)
	case "Role", "ClusterRole":
		if allow := take[[]string](spec, "allow"); len(allow) > 0 {
			rules, err := policyRules(allow)
			if err != nil {
				return err
			}
			spec["rules"] = rules
		}
	case "RoleBinding", "ClusterRoleBinding":
		if err := binding(spec); err != nil {
			return err
		}
	case "Secret":
		data := map[string]any{}
		for _, key := range take[[]string](spec, "keys") {
			data[key] = ""
		}
		spec["data"] = data
		if spec["type"] == nil {
			spec["type"] = "Opaque"
		}
	case "ConfigMap":
		data := map[string]any{}
		for _, key := range take[[]string](spec, "keys") {
			data[key] = ""
		}
		if spec["data"] == nil {
			spec["data"] = data
		}
	case "Service":
		return b.service(m, spec)
	case "Ingress":
		if err := ingress(spec); err != nil {
			return err
		}
		spec["status"] = map[string]any{"loadBalancer": map[string]any{"ingress": []any{map[string]any{"ip": b.publicAddress()}}}}
	case "PersistentVolumeClaim":
		return b.claim(m, m.Name, claimSpec(take[string](spec, "size")))
	case "PodDisruptionBudget":
		return b.budget(m, spec)
	}
	return b.plain(k, m, spec)
}

// policyRules reads "apps deployments,replicasets get,list,watch".
func policyRules(allow []string) ([]any, error) {
	rules := make([]any, len(allow))
	for i, told := range allow {
		words := strings.Fields(told)
		if len(words) == 2 { // paths and verbs
			rules[i] = map[string]any{"nonResourceURLs": strings.Split(words[0], ","), "verbs": strings.Split(words[1], ",")}
			continue
		}
		if len(words) < 3 {
			return nil, fmt.Errorf("%q is not GROUP RESOURCES VERBS", told)
		}
		groups := strings.Split(words[0], ",")
		for j, group := range groups {
			if group == "core" {
				groups[j] = ""
			}
		}
		rule := map[string]any{"apiGroups": groups, "resources": strings.Split(words[1], ","), "verbs": strings.Split(words[2], ",")}
		if len(words) > 3 {
			rule["resourceNames"] = strings.Split(words[3], ",")
		}
		rules[i] = rule
	}
	return rules, nil
}

// binding reads role or clusterRole, and to.
func binding(spec map[string]any) error {
	const group = "rbac.authorization.k8s.io"
	role, clusterRole := take[string](spec, "role"), take[string](spec, "clusterRole")
	switch {
	case role != "":
		spec["roleRef"] = map[string]any{"apiGroup": group, "kind": "Role", "name": role}
	case clusterRole != "":
		spec["roleRef"] = map[string]any{"apiGroup": group, "kind": "ClusterRole", "name": clusterRole}
	}
	subjects := []any{}
	for _, told := range take[[]string](spec, "to") {
		kind, name, _ := strings.Cut(told, " ")
		switch kind {
		case "User", "Group":
			subjects = append(subjects, map[string]any{"apiGroup": group, "kind": kind, "name": name})
		case "SA":
			namespace, account, ok := strings.Cut(name, "/")
			if !ok {
				return fmt.Errorf("%q is not SA NAMESPACE/NAME", told)
			}
			subjects = append(subjects, map[string]any{"kind": "ServiceAccount", "namespace": namespace, "name": account})
		default:
			return fmt.Errorf("%q is no subject", told)
		}
	}
	if len(subjects) > 0 {
		spec["subjects"] = subjects
	}
	return nil
}

// ingress reads class, host, to and tls.
func ingress(spec map[string]any) error {
	to := take[string](spec, "to")
	if to == "" {
		return nil // told as the API has it
	}
	host, secret, class := take[string](spec, "host"), take[string](spec, "tls"), take[string](spec, "class")
	service, port, ok := strings.Cut(to, ":")
	if !ok {
		return fmt.Errorf("%q is not SERVICE:PORT", to)
	}
	target := map[string]any{"name": port}
	if number := 0; true {
		if _, err := fmt.Sscan(port, &number); err == nil {
			target = map[string]any{"number": number}
		}
	}
	rule := map[string]any{"http": map[string]any{"paths": []any{map[string]any{
		"path": "/", "pathType": "Prefix", "backend": map[string]any{"service": map[string]any{"name": service, "port": target}},
	}}}}
	if host != "" {
		rule["host"] = host
	}
	is := map[string]any{"rules": []any{rule}}
	if class != "" {
		is["ingressClassName"] = class
	}
	if secret != "" {
		tls := map[string]any{"secretName": secret}
		if host != "" {
			tls["hosts"] = []any{host}
		}
		is["tls"] = []any{tls}
	}
	spec["spec"] = is
	return nil
}

func claimSpec(size string) corev1.PersistentVolumeClaimSpec {
	quantity, err := resource.ParseQuantity(size)
	if err != nil {
		quantity = resource.MustParse("8Gi")
	}
	return corev1.PersistentVolumeClaimSpec{
		AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}, StorageClassName: new("managed-csi"), VolumeMode: new(corev1.PersistentVolumeFilesystem),
		Resources: corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: quantity}},
	}
}

// claim makes a claim and the volume that it is bound to.
func (b *worldBuilder) claim(owner metav1.ObjectMeta, name string, spec corev1.PersistentVolumeClaimSpec) error {
	claims, volumes := b.byKind["PersistentVolumeClaim"], b.byKind["PersistentVolume"]
	m := metav1.ObjectMeta{Name: name, Namespace: owner.Namespace, Labels: owner.Labels}
	b.age(claims, &m, "")
	m.CreationTimestamp = owner.CreationTimestamp
	b.provenance(claims, &m, "controller", "")
	spec.VolumeName = "pvc-" + string(m.UID)
	size := spec.Resources.Requests
	if err := b.add(claims, &m, &corev1.PersistentVolumeClaim{ObjectMeta: m, Spec: spec, Status: corev1.PersistentVolumeClaimStatus{
		Phase: corev1.ClaimBound, AccessModes: spec.AccessModes, Capacity: size,
	}}); err != nil {
		return err
	}
	v := metav1.ObjectMeta{Name: spec.VolumeName, Annotations: map[string]string{"pv.kubernetes.io/provisioned-by": "disk.csi.azure.com"}}
	b.age(volumes, &v, "")
	v.CreationTimestamp = owner.CreationTimestamp
	v.ManagedFields = []metav1.ManagedFieldsEntry{managed(&v, "csi-provisioner", metav1.ManagedFieldsOperationUpdate, "v1", "")}
	return b.add(volumes, &v, &corev1.PersistentVolume{ObjectMeta: v, Spec: corev1.PersistentVolumeSpec{
		Capacity: size, AccessModes: spec.AccessModes, StorageClassName: *spec.StorageClassName, VolumeMode: spec.VolumeMode,
		PersistentVolumeReclaimPolicy: corev1.PersistentVolumeReclaimDelete,
		ClaimRef:                      &corev1.ObjectReference{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: m.Namespace, Name: name, UID: m.UID},
		PersistentVolumeSource: corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{
			Driver:       "disk.csi.azure.com",
			VolumeHandle: fmt.Sprintf("/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Compute/disks/%s", b.f.subscription, b.f.nodeGroup(nil), spec.VolumeName),
		}},
	}, Status: corev1.PersistentVolumeStatus{Phase: corev1.VolumeBound}})
}
