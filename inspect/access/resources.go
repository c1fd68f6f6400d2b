package access

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aksight/aksight/model"
)

// groupsOf are the API groups of the resources that Kubernetes itself serves and that
// are not among the kinds that are read.
var groupsOf = map[string]string{
	"endpoints": "", "bindings": "", "podtemplates": "", "componentstatuses": "", "users": "", "groups": "", "events": "",
	"controllerrevisions": "apps", "horizontalpodautoscalers": "autoscaling", "leases": "coordination.k8s.io",
	"runtimeclasses": "node.k8s.io", "priorityclasses": "scheduling.k8s.io", "csidrivers": "storage.k8s.io",
	"csinodes": "storage.k8s.io", "volumeattachments": "storage.k8s.io", "apiservices": "apiregistration.k8s.io",
	"signers": "certificates.k8s.io", "mutatingadmissionpolicies": "admissionregistration.k8s.io",
	"mutatingadmissionpolicybindings": "admissionregistration.k8s.io", "tokenreviews": "authentication.k8s.io",
	"userextras": "authentication.k8s.io", "uids": "authentication.k8s.io", "subjectaccessreviews": "authorization.k8s.io",
	"selfsubjectaccessreviews": "authorization.k8s.io", "flowschemas": "flowcontrol.apiserver.k8s.io",
	"prioritylevelconfigurations": "flowcontrol.apiserver.k8s.io",
}

// shorts are the names that kubectl takes for short.
var shorts = map[string]string{
	"po": "pods", "svc": "services", "ns": "namespaces", "no": "nodes", "sa": "serviceaccounts", "cm": "configmaps",
	"ep": "endpoints", "pv": "persistentvolumes", "pvc": "persistentvolumeclaims", "rs": "replicasets", "rc": "replicationcontrollers",
	"deploy": "deployments", "ds": "daemonsets", "sts": "statefulsets", "cj": "cronjobs", "ing": "ingresses", "netpol": "networkpolicies",
	"pdb": "poddisruptionbudgets", "quota": "resourcequotas", "limits": "limitranges", "sc": "storageclasses", "csr": "certificatesigningrequests",
	"crd": "customresourcedefinitions", "crds": "customresourcedefinitions", "hpa": "horizontalpodautoscalers",
}

// Ask makes a question of a verb and what people write for a resource: pods, po,
// pods/exec, deployments.apps, secrets (with a name beside it), or a path. The error
// says what is wrong.
func Ask(verb, resource string) (Question, error) {
	verb = strings.ToLower(verb)
	switch {
	case verb == "":
		return Question{}, fmt.Errorf("a verb is missing, such as get, list, create or *")
	case strings.HasPrefix(resource, "/"):
		return Question{Verb: verb, Path: resource}, nil
	case resource == All:
		return Question{Verb: verb, Resource: All, Group: All}, nil
	}
	whole, subresource, _ := strings.Cut(strings.ToLower(resource), "/")
	name, group, grouped := strings.Cut(whole, ".")
	if long, is := shorts[name]; is {
		name = long
	}
	q := Question{Verb: verb, Group: group, Resource: name, Subresource: subresource}
	if grouped {
		return q, nil
	}
	known, is := groupOf(&name)
	if !is {
		return q, fmt.Errorf("%q is not a resource that Kubernetes serves by itself: name its group too, as in %s.GROUP", name, name)
	}
	q.Group, q.Resource = known, name
	return q, nil
}

// groupOf finds a resource's group, also by its kind or singular; it sets the name to
// the resource's.
func groupOf(name *string) (string, bool) {
	at := slices.IndexFunc(model.ObjectKinds, func(k model.ObjectKind) bool {
		return k.Resource == *name || strings.EqualFold(string(k.Kind), *name)
	})
	if at >= 0 {
		*name = model.ObjectKinds[at].Resource
		return model.ObjectKinds[at].Group, true
	}
	for _, try := range []string{*name, *name + "s"} {
		if group, is := groupsOf[try]; is {
			*name = try
			return group, true
		}
	}
	return "", false
}

// Parse reads a subject as people write it: user:NAME, group:NAME, sa:NAMESPACE/NAME or
// oid:ID, an object ID of Entra ID, which AKS knows a user and a group by. The error
// says what is wrong.
func Parse(text string) (Subject, error) {
	kind, name, has := strings.Cut(text, ":")
	const forms = "use user:NAME, group:NAME, sa:NAMESPACE/NAME or oid:ID"
	if !has || name == "" {
		return Subject{}, fmt.Errorf("%q names no subject: %s", text, forms)
	}
	switch strings.ToLower(kind) {
	case "user":
		if account, is := accountOf(name); is {
			return account, nil
		}
		return Subject{Kind: User, Name: name}, nil
	case "group":
		return Subject{Kind: Group, Name: name}, nil
	case "oid":
		return Subject{Kind: User, Name: name}, nil
	case "sa", "serviceaccount":
		namespace, account, two := strings.Cut(name, "/")
		if !two || namespace == "" || account == "" {
			return Subject{}, fmt.Errorf("%q names no service account: use sa:NAMESPACE/NAME", text)
		}
		return Subject{Kind: ServiceAccount, Namespace: namespace, Name: account}, nil
	case "system": // of a user or group that is written without its kind
		return Subject{}, fmt.Errorf("%q may be a user or a group: %s", text, forms)
	default:
		return Subject{}, fmt.Errorf("%q is no kind of subject: %s", kind, forms)
	}
}
