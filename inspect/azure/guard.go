package azure

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// service is one of the hosts that requests may go to.
type service uint8

const (
	toARM service = iota
	toGraph
	services
)

// read is a request that only reads. In the path {} stands for one segment, or for what
// stands between the rest of one.
type read struct {
	to     service
	method string
	path   string
}

const (
	subscriptionPath = "/subscriptions/{}"
	groupPath        = subscriptionPath + "/resourceGroups/{}"
	clusterPath      = groupPath + "/providers/Microsoft.ContainerService/managedClusters/{}"
	networkPath      = groupPath + "/providers/Microsoft.Network/"
	rightsPath       = subscriptionPath + "/providers/Microsoft.Authorization/"
	identityPath     = "/providers/Microsoft.ManagedIdentity/userAssignedIdentities"
)

// reads are all requests that may leave the process. The POSTs among them change
// nothing: they carry a query too long for an address, or hand out how to reach a
// cluster as whoever asks, see UserCredential.
var reads = [...]read{
	{toARM, http.MethodGet, "/subscriptions"},
	{toARM, http.MethodPost, "/providers/Microsoft.ResourceGraph/resources"},
	{toARM, http.MethodGet, subscriptionPath + "/providers/Microsoft.ContainerService/managedClusters"},
	{toARM, http.MethodGet, subscriptionPath + "/providers/Microsoft.ContainerService/locations/{}/kubernetesVersions"},
	{toARM, http.MethodGet, clusterPath},
	{toARM, http.MethodPost, clusterPath + "/listClusterUserCredential"},
	{toARM, http.MethodGet, clusterPath + "/maintenanceConfigurations"},
	{toARM, http.MethodGet, clusterPath + "/upgradeProfiles/default"},
	{toARM, http.MethodGet, clusterPath + "/agentPools/{}/upgradeProfiles/default"},
	{toARM, http.MethodGet, clusterPath + "/trustedAccessRoleBindings"},
	{toARM, http.MethodGet, clusterPath + "/providers/Microsoft.ContainerService/deploymentSafeguards/default"},
	{toARM, http.MethodGet, clusterPath + "/providers/Microsoft.Insights/diagnosticSettings"},
	{toARM, http.MethodGet, networkPath + "publicIPAddresses/{}"},
	{toARM, http.MethodGet, networkPath + "publicIPPrefixes/{}"},
	{toARM, http.MethodGet, networkPath + "natGateways/{}"},
	{toARM, http.MethodGet, networkPath + "routeTables/{}"},
	{toARM, http.MethodGet, networkPath + "virtualNetworks/{}/subnets/{}"},
	{toARM, http.MethodGet, rightsPath + "roleDefinitions"},
	{toARM, http.MethodGet, rightsPath + "roleAssignments"},
	{toARM, http.MethodGet, rightsPath + "denyAssignments"},
	{toARM, http.MethodGet, rightsPath + "roleEligibilityScheduleInstances"},
	{toARM, http.MethodGet, clusterPath + "/providers/Microsoft.Authorization/roleAssignments"},
	{toARM, http.MethodGet, subscriptionPath + identityPath},
	{toARM, http.MethodGet, groupPath + identityPath + "/{}/federatedIdentityCredentials"},
	{toARM, http.MethodGet, subscriptionPath + "/providers/Microsoft.Insights/eventtypes/management/values"},
	{toGraph, http.MethodPost, "/v1.0/directoryObjects/getByIds"},
	{toGraph, http.MethodGet, "/v1.0/groups/{}/members"},
	{toGraph, http.MethodGet, "/v1.0/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances"},
	{toGraph, http.MethodGet, "/v1.0/applications(appId='{}')"},
	{toGraph, http.MethodPost, "/v1.0/users/{}/getMemberGroups"},
}

// guard lets only the listed reads pass. Nothing turns it off.
type guard struct {
	arm   *url.URL
	graph *url.URL
}

// refusedError says that a request was not sent because it is no listed read.
type refusedError struct{ method, url string }

func (e *refusedError) Error() string {
	return fmt.Sprintf("%s %s was not sent: it is not one of the reads that are allowed", e.method, e.url)
}

// NonRetriable tells the pipeline that trying again does not help.
func (*refusedError) NonRetriable() {}

// check returns an error where a request is none of the listed reads.
func (g guard) check(req *http.Request) error {
	segments, plain := pathSegments(req.URL)
	if plain && (req.Host == "" || sameHost(req.Host, req.URL)) && req.URL.User == nil {
		for _, read := range reads {
			if read.method == req.Method && g.at(read.to, req.URL) && matches(read.path, segments) {
				return nil
			}
		}
	}
	return &refusedError{method: req.Method, url: loggable(req.URL)}
}

func (g guard) at(to service, u *url.URL) bool {
	if to == toGraph {
		return sameOrigin(g.graph, u)
	}
	return sameOrigin(g.arm, u)
}

// sameOrigin reports whether both addresses have one scheme, host and port.
func sameOrigin(a, b *url.URL) bool {
	return strings.EqualFold(a.Scheme, b.Scheme) && strings.EqualFold(hostPort(a), hostPort(b))
}

func sameHost(host string, u *url.URL) bool {
	return strings.EqualFold(hostPort(&url.URL{Scheme: u.Scheme, Host: host}), hostPort(u))
}

// hostPort spells the default port out: Azure writes it into some of its links.
func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" && strings.EqualFold(u.Scheme, "https") {
		port = "443"
	}
	return u.Hostname() + ":" + port
}

// pathSegments splits a path as the server sees it. It is not plain where a server
// might understand it in another way than the guard does.
func pathSegments(u *url.URL) (segments []string, plain bool) {
	path := u.EscapedPath()
	if u.Opaque != "" || !strings.HasPrefix(path, "/") {
		return nil, false
	}
	for segment := range strings.SplitSeq(path[1:], "/") {
		decoded, err := url.PathUnescape(segment)
		if err != nil || decoded == "" || decoded == "." || decoded == ".." || strings.ContainsAny(decoded, "/\\?#%;\x00") {
			return nil, false
		}
		segments = append(segments, decoded)
	}
	return segments, true
}

func matches(pattern string, segments []string) bool {
	at := 0
	for part := range strings.SplitSeq(pattern[1:], "/") {
		if at == len(segments) || !fits(part, segments[at]) {
			return false
		}
		at++
	}
	return at == len(segments)
}

// fits reports whether a segment is the one of a pattern. What stands in the middle of
// one is a plain word: nothing in it may end what it stands in.
func fits(part, segment string) bool {
	before, after, open := strings.Cut(part, "{}")
	switch {
	case !open:
		return strings.EqualFold(part, segment)
	case before == "" && after == "":
		return true
	case len(segment) <= len(before)+len(after):
		return false
	}
	word := segment[len(before) : len(segment)-len(after)]
	return strings.EqualFold(segment[:len(before)], before) && strings.EqualFold(segment[len(segment)-len(after):], after) &&
		!strings.ContainsAny(word, "'\"()=, ")
}
