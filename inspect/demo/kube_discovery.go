package demo

import (
	"net/http"
	"slices"
	"strings"

	apidiscoveryv2 "k8s.io/api/apidiscovery/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// readVerbs are what the demo answers; others exist in a real cluster but are refused here.
var readVerbs = []string{"get", "list", "watch"}

// reviews are the reads that are POSTs.
var reviews = []served{
	{GroupVersionKind: authentication("SelfSubjectReview"), resource: "selfsubjectreviews", singular: "selfsubjectreview"},
	{GroupVersionKind: authorization("SelfSubjectAccessReview"), resource: "selfsubjectaccessreviews", singular: "selfsubjectaccessreview"},
}

func verbsOf(k *served) []string {
	if strings.HasPrefix(k.resource, "selfsubject") {
		return []string{"create"}
	}
	return readVerbs
}

// groups are the API groups in the order of discovery, each with its kinds.
func (w *world) groups() (names []string, kinds map[string][]*served) {
	kinds = map[string][]*served{}
	all := slices.Clone(w.kinds)
	for i := range reviews {
		all = append(all, &reviews[i])
	}
	for _, k := range all {
		if kinds[k.Group] == nil {
			names = append(names, k.Group)
		}
		kinds[k.Group] = append(kinds[k.Group], k)
	}
	return names, kinds
}

// discovery answers what is served. It reports whether that was asked.
func (q *question) discovery(path string) bool {
	segments := strings.Split(strings.Trim(path, "/"), "/")
	if segments[0] != "api" && segments[0] != "apis" {
		return false
	}
	names, kinds := q.world.groups()
	switch {
	case len(segments) == 1 && q.aggregated():
		q.aggregatedDiscovery(segments[0] == "api", names, kinds)
	case len(segments) == 1 && segments[0] == "api":
		q.json(metav1.APIVersions{
			TypeMeta: metav1.TypeMeta{Kind: "APIVersions"}, Versions: []string{"v1"},
			ServerAddressByClientCIDRs: []metav1.ServerAddressByClientCIDR{{ClientCIDR: "0.0.0.0/0", ServerAddress: q.r.Host}},
		})
	case len(segments) == 1:
		list := metav1.APIGroupList{TypeMeta: metav1.TypeMeta{Kind: "APIGroupList", APIVersion: "v1"}}
		for _, name := range names {
			if name != "" {
				list.Groups = append(list.Groups, apiGroup(name, kinds[name]))
			}
		}
		q.json(list)
	case segments[0] == "apis" && len(segments) == 2 && kinds[segments[1]] != nil:
		group := apiGroup(segments[1], kinds[segments[1]])
		group.TypeMeta = metav1.TypeMeta{Kind: "APIGroup", APIVersion: "v1"}
		q.json(group)
	case segments[0] == "api" && len(segments) == 2 && segments[1] == "v1":
		q.json(resourceList("v1", kinds[""], "v1"))
	case segments[0] == "apis" && len(segments) == 3 && slices.Contains(versionsOf(kinds[segments[1]]), segments[2]):
		q.json(resourceList(segments[1]+"/"+segments[2], kinds[segments[1]], segments[2]))
	default:
		return false
	}
	return true
}

// aggregated reports whether the caller wants all of discovery at once.
func (q *question) aggregated() bool {
	return slices.ContainsFunc(acceptedMedia(q.r.Header.Get("Accept")), func(m media) bool {
		return m.as == "APIGroupDiscoveryList" && m.version == "v2" && !m.protobuf
	})
}

func (q *question) aggregatedDiscovery(core bool, names []string, kinds map[string][]*served) {
	list := apidiscoveryv2.APIGroupDiscoveryList{TypeMeta: metav1.TypeMeta{Kind: "APIGroupDiscoveryList", APIVersion: "apidiscovery.k8s.io/v2"}}
	for _, name := range names {
		if (name == "") != core {
			continue
		}
		group := apidiscoveryv2.APIGroupDiscovery{ObjectMeta: metav1.ObjectMeta{Name: name}}
		for _, version := range versionsOf(kinds[name]) {
			each := apidiscoveryv2.APIVersionDiscovery{Version: version, Freshness: apidiscoveryv2.DiscoveryFreshnessCurrent}
			for _, k := range kinds[name] {
				if k.Version != version {
					continue
				}
				scope := apidiscoveryv2.ScopeCluster
				if k.namespaced {
					scope = apidiscoveryv2.ScopeNamespace
				}
				each.Resources = append(each.Resources, apidiscoveryv2.APIResourceDiscovery{
					Resource: k.resource, SingularResource: k.singular, Scope: scope, ShortNames: k.short, Verbs: verbsOf(k),
					ResponseKind: &metav1.GroupVersionKind{Group: k.Group, Version: k.Version, Kind: k.Kind},
				})
			}
			group.Versions = append(group.Versions, each)
		}
		list.Items = append(list.Items, group)
	}
	q.w.Header().Set("Content-Type", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")
	q.w.WriteHeader(http.StatusOK)
	writeJSON(q.w, list)
}

func versionsOf(kinds []*served) []string {
	var versions []string
	for _, k := range kinds {
		if !slices.Contains(versions, k.Version) {
			versions = append(versions, k.Version)
		}
	}
	return versions
}

func apiGroup(name string, kinds []*served) metav1.APIGroup {
	group := metav1.APIGroup{Name: name}
	for _, version := range versionsOf(kinds) {
		group.Versions = append(group.Versions, metav1.GroupVersionForDiscovery{GroupVersion: name + "/" + version, Version: version})
	}
	group.PreferredVersion = group.Versions[0]
	return group
}

func resourceList(groupVersion string, kinds []*served, version string) metav1.APIResourceList {
	list := metav1.APIResourceList{TypeMeta: metav1.TypeMeta{Kind: "APIResourceList", APIVersion: "v1"}, GroupVersion: groupVersion}
	for _, k := range kinds {
		if k.Version == version {
			list.APIResources = append(list.APIResources, metav1.APIResource{
				Name: k.resource, SingularName: k.singular, Namespaced: k.namespaced, Kind: k.Kind, Verbs: verbsOf(k), ShortNames: k.short,
			})
		}
	}
	return list
}
