package cloud

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// reads are the requests that the product may make, told here a second time and
// apart from the product's own list, so that a hole in that one shows.
var reads = []struct {
	method string
	path   *regexp.Regexp
}{
	{http.MethodGet, path(`/subscriptions`)},
	{http.MethodPost, path(`/providers/microsoft.resourcegraph/resources`)},
	{http.MethodGet, path(`/subscriptions/GUID/providers/microsoft.containerservice/managedclusters`)},
	{http.MethodGet, path(`/subscriptions/GUID/providers/microsoft.containerservice/locations/[a-z0-9]+/kubernetesversions`)},
	{http.MethodGet, path(`CLUSTER`)},
	{http.MethodPost, path(`CLUSTER/listclusterusercredential`)},
	{http.MethodGet, path(`CLUSTER/maintenanceconfigurations`)},
	{http.MethodGet, path(`CLUSTER/trustedaccessrolebindings`)},
	{http.MethodGet, path(`CLUSTER/upgradeprofiles/default`)},
	{http.MethodGet, path(`CLUSTER/agentpools/NAME/upgradeprofiles/default`)},
	{http.MethodGet, path(`CLUSTER/providers/microsoft.containerservice/deploymentsafeguards/default`)},
	{http.MethodGet, path(`CLUSTER/providers/microsoft.insights/diagnosticsettings`)},
	{http.MethodGet, path(`NETWORK/(publicipaddresses|publicipprefixes|natgateways|routetables)/NAME`)},
	{http.MethodGet, path(`NETWORK/virtualnetworks/NAME/subnets/NAME`)},
	{http.MethodGet, path(`/subscriptions/GUID/providers/microsoft.authorization/(roleassignments|roledefinitions|denyassignments|roleeligibilityscheduleinstances)`)},
	{http.MethodGet, path(`CLUSTER/providers/microsoft.authorization/roleassignments`)},
	{http.MethodGet, path(`/subscriptions/GUID/providers/microsoft.managedidentity/userassignedidentities`)},
	{http.MethodGet, path(`/subscriptions/GUID/resourcegroups/NAME/providers/microsoft.managedidentity/userassignedidentities/NAME/federatedidentitycredentials`)},
	{http.MethodGet, path(`/subscriptions/GUID/providers/microsoft.insights/eventtypes/management/values`)},
	{http.MethodPost, path(`/v1.0/directoryobjects/getbyids`)},
	{http.MethodPost, path(`/v1.0/users/NAME/getmembergroups`)},
	{http.MethodGet, path(`/v1.0/groups/GUID/members`)},
	{http.MethodGet, path(`/v1.0/identitygovernance/privilegedaccess/group/eligibilityscheduleinstances`)},
	{http.MethodGet, path(`/v1.0/applications\(appid=('|%27)GUID('|%27)\)`)},
}

func path(pattern string) *regexp.Regexp {
	return regexp.MustCompile("^" + strings.NewReplacer(
		"CLUSTER", `/subscriptions/[0-9a-f-]{36}/resourcegroups/[^/]+/providers/microsoft\.containerservice/managedclusters/[^/]+`,
		"NETWORK", `/subscriptions/[0-9a-f-]{36}/resourcegroups/[^/]+/providers/microsoft\.network`,
		"GUID", `[0-9a-f-]{36}`,
		"NAME", `[^/]+`,
	).Replace(pattern) + "$")
}

// problem says what is wrong with a request, or nothing.
func problem(r *http.Request, token string) string {
	target := r.Method + " " + r.URL.RequestURI()
	if r.Header.Get("Authorization") != "Bearer "+token {
		return target + " does not carry the token that az gave"
	}
	// Microsoft Graph, at the same address here, has its version in the path.
	if r.URL.Query().Get("api-version") == "" && !strings.HasPrefix(r.URL.Path, "/v1.0/") {
		return target + " names no api-version"
	}
	folded := strings.ToLower(r.URL.EscapedPath())
	for _, read := range reads {
		if read.method == r.Method && read.path.MatchString(folded) {
			return ""
		}
	}
	return fmt.Sprintf("%s is not one of the listed reads", target)
}
