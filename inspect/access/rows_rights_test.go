package access_test

const (
	everywhere = " in the whole cluster"
	inShop     = " in namespace shop"
	inSystem   = " in namespace kube-system"
)

// bootstrapBindings are those of AKS by which a bootstrap token gets a node's certificate.
var bootstrapBindings = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: asks}
rules: [{apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests, certificatesigningrequests/nodeclient], verbs: [create]}]
---
` + bound("ClusterRoleBinding", "asks", "", "Group, name: system:bootstrappers:nodes")

const constraintKind = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: k8sallowedrepos.constraints.gatekeeper.sh}
---
`

// rightsCases are the rows that rights in Kubernetes alone decide.
var rightsCases = []rightsCase{
	{row: "R01", want: "critical" + everywhere, found: "* */*", not: "get,list,watch,create,update,patch,delete */*"},
	{row: "R01", want: "critical" + everywhere, found: "* */*", not: "* */* in shop"},
	{row: "R02", want: "high" + inShop, found: "* */* in shop", not: "* core/* in shop"},
	{row: "R02", want: "critical" + inSystem, found: "* */* in kube-system", not: "* */* in shop"},
	{row: "R04", want: "high" + inShop, found: "get core/secrets in shop", not: "update core/secrets in shop"},
	{row: "R04", want: "high" + inShop, found: "patch core/secrets in shop", not: "get core/secrets one in shop"},
	{row: "R05", want: "critical" + everywhere, found: "list core/secrets", not: "list core/configmaps"},
	{row: "R05", want: "critical" + everywhere, found: "deletecollection core/secrets", not: "delete core/secrets"},
	{row: "R05", want: "high" + inShop, found: "list core/secrets in shop", not: "list core/secrets in other"},
	{row: "R06", want: "high" + inShop, found: "watch core/secrets in shop", not: "watch apps/secrets in shop"},
	{row: "R07", want: "high" + inShop, found: "create,get core/secrets in shop", not: "create core/secrets in shop"},
	{row: "R07", want: "high" + inShop, found: "create,list core/secrets in shop", not: "create core/secrets in shop; list core/secrets in other"},
	{row: "R08", want: "high" + inSystem, found: "create core/secrets in kube-system", not: "create core/secrets in shop", more: bootstrapBindings},
	{row: "R08", want: "high" + everywhere, found: "create core/secrets", not: "create core/configmaps", more: bootstrapBindings},
	{row: "R09", want: "critical" + everywhere, found: "create core/pods", not: "create core/pods in shop"},
	{row: "R09", want: "high" + inShop, found: "create core/pods in shop", not: "create core/pods/log in shop"},
	{row: "R10", want: "high" + inShop, found: "patch apps/deployments in shop", not: "patch extensions/deployments in shop"},
	{row: "R10", want: "high" + inShop, found: "create batch/cronjobs in shop", not: "delete batch/cronjobs in shop"},
	{row: "R11", want: "high" + inShop, found: "patch core/pods in shop", not: "patch core/pods/status in shop"},
	{row: "R12", want: "high" + inShop, found: "create core/pods/exec in shop", not: "create core/pods/attach in shop"},
	{row: "R12", want: "critical" + inSystem, found: "create core/pods/exec in kube-system", not: "get core/pods/exec in kube-system"},
	{row: "R13", title: "Runs commands in pods with get alone", want: "high" + inShop, found: "get core/pods/exec in shop", not: "get core/pods/exec in shop", notServer: "1.35"},
	{row: "R13", title: "Runs commands in pods with get alone", want: "high" + inShop, found: "get core/pods/attach in shop", not: "list core/pods/attach in shop"},
	{row: "R13", title: "Forwards ports of pods with get alone", want: "medium" + inShop, found: "get core/pods/portforward in shop", not: "get core/pods/portforward in shop", notServer: "1.35"},
	{row: "R14", want: "high" + inShop, found: "create core/pods/attach in shop", not: "create core/pods/exec in shop"},
	{row: "R15", want: "medium" + inShop, found: "create core/pods/portforward in shop", not: "create core/pods/proxy in shop"},
	{row: "R16", want: "high" + inShop, found: "patch core/pods/ephemeralcontainers in shop", not: "create core/pods/ephemeralcontainers in shop"},
	{row: "R17", want: "critical" + everywhere, found: "create core/nodes/proxy", not: "create core/nodes/proxy in shop"},
	{row: "R18", want: "critical" + everywhere, found: "get core/nodes/proxy", not: "get core/nodes", server: "1.37"},
	{row: "R19", title: "Reads kubelet's logs and metrics", want: "medium" + everywhere, found: "get core/nodes/log", not: "get core/nodes/status"},
	{row: "R19", title: "Reads kubelet's logs and metrics", want: "medium" + everywhere, found: "create core/nodes/checkpoint", not: "get core/nodes/checkpoint"},
	{row: "R19", title: "Reads kubelet's pods and settings", want: "medium" + everywhere, found: "get core/nodes/configz", not: "get core/nodes/configz", server: "1.33", notServer: "1.32"},
	{row: "R20", want: "medium" + inShop, found: "get core/services/proxy in shop", not: "get core/services in shop"},
	{row: "R21", title: "Writes rights that it does not have into roles", want: "critical" + everywhere, found: "escalate,update rbac.authorization.k8s.io/clusterroles", not: "escalate rbac.authorization.k8s.io/clusterroles"},
	{row: "R21", title: "Makes cluster roles with rights that it does not have", want: "high" + everywhere, found: "escalate,create rbac.authorization.k8s.io/clusterroles", not: "create rbac.authorization.k8s.io/clusterroles"},
	{row: "R21", title: "Writes rights that it does not have into roles of namespaces", want: "high" + inShop, found: "escalate,patch rbac.authorization.k8s.io/roles in shop", not: "escalate,patch rbac.authorization.k8s.io/clusterroles in shop"},
	{row: "R22", title: "Binds roles that it does not hold", want: "critical" + everywhere, found: "bind rbac.authorization.k8s.io/clusterroles cluster-admin; create rbac.authorization.k8s.io/clusterrolebindings", not: "bind rbac.authorization.k8s.io/clusterroles view; create rbac.authorization.k8s.io/clusterrolebindings"},
	{row: "R22", title: "Binds roles that it does not hold in namespaces", want: "high" + inShop, found: "bind rbac.authorization.k8s.io/clusterroles in shop; create rbac.authorization.k8s.io/rolebindings in shop", not: "bind rbac.authorization.k8s.io/clusterroles in other; create rbac.authorization.k8s.io/rolebindings in shop"},
	{row: "R23", want: "medium" + everywhere, found: "create rbac.authorization.k8s.io/clusterrolebindings", not: "create rbac.authorization.k8s.io/clusterrolebindings in shop"},
	{row: "R24", want: "medium" + inShop, found: "patch rbac.authorization.k8s.io/rolebindings in shop", not: "delete rbac.authorization.k8s.io/rolebindings in shop"},
	{row: "R25", want: "medium" + inShop, found: "update rbac.authorization.k8s.io/roles in shop", not: "update rbac.authorization.k8s.io/clusterroles in shop"},
	{row: "R26", want: "medium" + everywhere, found: "create rbac.authorization.k8s.io/clusterroles", not: "create rbac.authorization.k8s.io/roles"},
	{row: "R27", want: "critical" + everywhere, found: "impersonate core/users", not: "impersonate core/users ana"},
	{row: "R28", want: "critical" + everywhere, found: "impersonate core/groups,core/users", not: "impersonate core/groups"},
	{row: "R28", want: "critical" + everywhere, found: "impersonate core/groups system:masters; impersonate core/users", not: "impersonate core/groups developers; impersonate core/users"},
	{row: "R28", want: "critical" + inShop, found: "impersonate core/groups; impersonate core/serviceaccounts in shop", not: "impersonate core/groups,core/serviceaccounts in shop"},
	{row: "R29", want: "high" + inShop, found: "impersonate core/serviceaccounts in shop", not: "get core/serviceaccounts in shop"},
	{row: "R30", want: "high" + everywhere, found: "impersonate core/users,authentication.k8s.io/userextras/oid", not: "impersonate authentication.k8s.io/userextras/oid"},
	{row: "R31", title: "Acts as others within limits", want: "high" + everywhere, found: "impersonate:user-info authentication.k8s.io/users; impersonate-on:user-info:list core/pods", not: "impersonate:user-info authentication.k8s.io/users", server: "1.36"},
	{row: "R31", title: "Acts as others within limits", want: "high" + everywhere, found: "impersonate:user-info authentication.k8s.io/users; impersonate-on:user-info:list core/pods", not: "impersonate:user-info authentication.k8s.io/users; impersonate-on:user-info:list core/pods", server: "1.36", notServer: "1.34"},
	{row: "R31", title: "Acts as others within limits", want: "high" + inShop, found: "impersonate:user-info authentication.k8s.io/users; impersonate-on:user-info:get core/secrets in shop", not: "impersonate:user-info authentication.k8s.io/users in shop; impersonate-on:user-info:get core/secrets in shop", server: "1.36"},
	{row: "R31", title: "Acts as service accounts within limits", want: "high" + inShop, found: "impersonate:serviceaccount authentication.k8s.io/serviceaccounts in shop; impersonate-on:serviceaccount:get core/pods in shop", not: "impersonate:serviceaccount core/serviceaccounts in shop; impersonate-on:serviceaccount:get core/pods in shop", server: "1.36"},
	{row: "R31", title: "Acts as any node within limits", want: "high" + everywhere, found: "impersonate:arbitrary-node authentication.k8s.io/nodes; impersonate-on:arbitrary-node:list core/secrets", not: "impersonate:arbitrary-node authentication.k8s.io/nodes; impersonate-on:associated-node:list core/secrets", server: "1.36"},
	{row: "R31", title: "Acts as its own node within limits", want: "high" + everywhere, found: "impersonate:associated-node authentication.k8s.io/nodes *; impersonate-on:associated-node:get core/pods", not: "impersonate:associated-node authentication.k8s.io/nodes one; impersonate-on:associated-node:get core/pods", server: "1.36"},
	{row: "R31", title: "May take other names within limits", want: "low" + everywhere, found: "impersonate:user-info authentication.k8s.io/users", not: "impersonate-on:user-info:list core/pods", server: "1.36"},
	{row: "R32", want: "high" + inShop, found: "create core/serviceaccounts/token in shop", not: "create core/serviceaccounts in shop"},
	{row: "R33", want: "critical" + everywhere, found: "create certificates.k8s.io/certificatesigningrequests; update certificates.k8s.io/certificatesigningrequests/approval; approve certificates.k8s.io/signers kubernetes.io/kube-apiserver-client", not: "create certificates.k8s.io/certificatesigningrequests; update certificates.k8s.io/certificatesigningrequests/approval; approve certificates.k8s.io/signers kubernetes.io/kubelet-serving"},
	{row: "R33", want: "critical" + everywhere, found: "create certificates.k8s.io/certificatesigningrequests; patch certificates.k8s.io/certificatesigningrequests/approval; approve certificates.k8s.io/signers kubernetes.io/*", not: "create certificates.k8s.io/certificatesigningrequests; approve certificates.k8s.io/signers kubernetes.io/*"},
	{row: "R34", want: "low" + everywhere, found: "sign certificates.k8s.io/signers kubernetes.io/kube-apiserver-client; update certificates.k8s.io/certificatesigningrequests/status", not: "sign certificates.k8s.io/signers kubernetes.io/kube-apiserver-client"},
	{row: "R35", want: "critical" + everywhere, found: "patch admissionregistration.k8s.io/mutatingwebhookconfigurations", not: "delete admissionregistration.k8s.io/mutatingwebhookconfigurations"},
	{row: "R36", title: "Sees objects on their way", want: "high" + everywhere, found: "create admissionregistration.k8s.io/validatingwebhookconfigurations", not: "delete admissionregistration.k8s.io/validatingwebhookconfigurations"},
	{row: "R36", title: "Takes the guard of objects away", want: "high" + everywhere, found: "delete admissionregistration.k8s.io/validatingwebhookconfigurations", not: "list admissionregistration.k8s.io/validatingwebhookconfigurations"},
	{row: "R37", want: "critical" + everywhere, found: "create admissionregistration.k8s.io/mutatingadmissionpolicies,admissionregistration.k8s.io/mutatingadmissionpolicybindings", not: "create admissionregistration.k8s.io/mutatingadmissionpolicies", server: "1.36"},
	{row: "R37", want: "critical" + everywhere, found: "create admissionregistration.k8s.io/mutatingadmissionpolicies,admissionregistration.k8s.io/mutatingadmissionpolicybindings", not: "create admissionregistration.k8s.io/mutatingadmissionpolicies,admissionregistration.k8s.io/mutatingadmissionpolicybindings", server: "1.36", notServer: "1.35"},
	{row: "R38", want: "high" + everywhere, found: "delete admissionregistration.k8s.io/validatingadmissionpolicybindings", not: "create admissionregistration.k8s.io/validatingadmissionpolicybindings"},
	{row: "R39", want: "high" + everywhere, found: "patch apiextensions.k8s.io/customresourcedefinitions", not: "patch apiextensions.k8s.io/customresourcedefinitions one.example.com"},
	{row: "R40", want: "critical" + everywhere, found: "create apiregistration.k8s.io/apiservices", not: "create apiregistration.k8s.io/apiservices in shop"},
	{row: "R41", want: "high" + everywhere, found: "create core/persistentvolumes,core/persistentvolumeclaims,core/pods", not: "create core/persistentvolumeclaims,core/pods"},
	{row: "R41", want: "high" + inShop, found: "create core/persistentvolumes; create core/persistentvolumeclaims,batch/jobs in shop", not: "create core/persistentvolumes,core/persistentvolumeclaims,batch/jobs in shop"},
	{row: "R42", want: "medium" + everywhere, found: "create storage.k8s.io/storageclasses", not: "get storage.k8s.io/storageclasses"},
	{row: "R43", want: "medium" + inShop, found: "patch discovery.k8s.io/endpointslices in shop", not: "patch core/endpointslices in shop"},
	{row: "R44", title: "Takes over addresses", want: "medium" + inShop, found: "update core/services in shop", not: "update core/services/proxy in shop"},
	{row: "R44", title: "Takes over addresses by status", want: "medium" + inShop, found: "patch core/services/status in shop", not: "create core/services/status in shop"},
	{row: "R45", want: "medium" + inShop, found: "create networking.k8s.io/ingresses in shop", not: "create networking.k8s.io/ingressclasses in shop"},
	{row: "R45", want: "medium" + inShop, found: "patch gateway.networking.k8s.io/httproutes in shop", not: "patch gateway.networking.k8s.io/gatewayclasses in shop"},
	{row: "R46", want: "medium" + inShop, found: "delete networking.k8s.io/networkpolicies in shop", not: "create networking.k8s.io/networkpolicies in shop"},
	{row: "R47", want: "high" + inSystem, found: "patch core/configmaps coredns-custom in kube-system", not: "patch core/configmaps other in kube-system"},
	{row: "R47", want: "high" + inSystem, found: "update core/configmaps in kube-system", not: "update core/configmaps in shop"},
	{row: "R48", want: "medium" + everywhere, found: "patch core/nodes", not: "patch core/nodes/proxy"},
	{row: "R49", want: "high" + everywhere, found: "delete core/pods; patch core/nodes", not: "delete core/pods"},
	{row: "R49", want: "high" + inShop, found: "create core/pods/eviction in shop; update core/nodes/status", not: "create core/pods in shop; update core/nodes/status"},
	{row: "R50", want: "low" + inShop, found: "patch core/pods/status in shop", not: "get core/pods/status in shop"},
	{row: "R51", want: "medium" + inShop, found: "create core/pods,core/pods/binding in shop", not: "create core/pods/binding in shop"},
	{row: "R51", want: "medium" + inShop, found: "create core/pods,core/bindings in shop", not: "create core/pods in shop"},
	{row: "R52", title: "Takes pod security away from its pods", want: "high" + inShop, found: "patch core/namespaces in shop; create core/pods in shop", not: "patch core/namespaces in shop"},
	{row: "R52", title: "Takes pod security away", want: "high" + inShop, found: "patch core/namespaces in shop", not: "patch core/namespaces/status in shop"},
	{row: "R52", title: "Takes pod security away", want: "critical" + inSystem, found: "update core/namespaces in kube-system", not: "create core/namespaces in kube-system"},
	{row: "R53", want: "high" + everywhere, found: "update constraints.gatekeeper.sh/k8sallowedrepos", not: "update constraints.gatekeeper.sh/another", more: constraintKind},
	{row: "R53", want: "high" + everywhere, found: "delete templates.gatekeeper.sh/constrainttemplates", not: "create templates.gatekeeper.sh/constrainttemplates"},
	{row: "R53", want: "high" + everywhere, found: "create kyverno.io/policyexceptions", not: "create kyverno.io/policyexceptions in shop"},
	{row: "R54", want: "low" + everywhere, found: "create scheduling.k8s.io/priorityclasses", not: "delete scheduling.k8s.io/priorityclasses"},
	{row: "R55", want: "medium" + inShop, found: "delete events.k8s.io/events in shop", not: "patch events.k8s.io/events in shop"},
	{row: "R56", want: "high" + inShop, found: "deletecollection */* in shop", not: "deletecollection core/* in shop"},
	{row: "R57", want: "low" + inShop, found: "get core/pods/log in shop", not: "get core/pods in shop"},
	{row: "R58", want: "low" + inSystem, found: "update coordination.k8s.io/leases in kube-system", not: "update coordination.k8s.io/leases in shop"},
	{row: "R59", want: "low" + everywhere, found: "create authentication.k8s.io/tokenreviews", not: "create authentication.k8s.io/selfsubjectreviews"},
	{row: "R60", want: "high" + inShop, found: "patch helm.toolkit.fluxcd.io/helmreleases in shop", not: "get helm.toolkit.fluxcd.io/helmreleases in shop"},
	{row: "R61", want: "high" + inShop, found: "create secrets-store.csi.x-k8s.io/secretproviderclasses,core/pods in shop", not: "create secrets-store.csi.x-k8s.io/secretproviderclasses in shop; create core/pods in other"},
	{row: "R62", want: "low" + inShop, found: "list secrets-store.csi.x-k8s.io/secretproviderclasspodstatuses in shop", not: "list secrets-store.csi.x-k8s.io/secretproviderclasses in shop"},
	{row: "R64", want: "high" + everywhere, found: "use-managed-identity cid.wi.aks.azure.com/*", not: "use-managed-identity cid.wi.aks.azure.com/* in shop"},
	{row: "R65", want: "high" + inShop, found: "create aadpodidentity.k8s.io/azureidentitybindings in shop", not: "delete aadpodidentity.k8s.io/azureidentitybindings in shop"},
}
