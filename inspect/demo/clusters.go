package demo

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
)

// chunk is how much of an answer is gathered before it is sent on.
const chunk = 32 << 10

// buffers are those that no answer is gathered in now.
var buffers = sync.Pool{New: func() any {
	buffer := make([]byte, 0, chunk+16<<10)
	return &buffer
}}

// subscriptionDocument is a subscription as the resource manager lists it.
func subscriptionDocument(s *subscription) map[string]any {
	return map[string]any{
		"id":                   "/subscriptions/" + s.id,
		"authorizationSource":  "RoleBased",
		"managedByTenants":     []any{},
		"subscriptionId":       s.id,
		"tenantId":             tenantID,
		"displayName":          s.name,
		"state":                "Enabled",
		"subscriptionPolicies": map[string]any{"locationPlacementId": "Public_2014-09-01", "quotaId": "EnterpriseAgreement_2014-09-01", "spendingLimit": "Off"},
	}
}

func (h *handler) listSubscriptions(w http.ResponseWriter) {
	all := make([]any, len(h.estate.told))
	for i, s := range h.estate.told {
		all[i] = subscriptionDocument(s)
	}
	writeJSON(w, map[string]any{"value": all, "count": map[string]any{"type": "Total", "value": len(all)}})
}

func (h *handler) listTenants(w http.ResponseWriter) {
	writeJSON(w, map[string]any{"value": []any{map[string]any{
		"id":             "/tenants/" + tenantID,
		"tenantId":       tenantID,
		"countryCode":    "NL",
		"displayName":    "Marigold Tickets",
		"domains":        []string{tenantDomain},
		"defaultDomain":  tenantDomain,
		"tenantCategory": "Home",
		"tenantType":     "AAD",
	}}})
}

// listClusters lists a subscription's clusters, or those of one resource group.
func (h *handler) listClusters(w http.ResponseWriter, r *http.Request, s *subscription, group string) {
	scope := "/subscriptions/" + s.id
	if group != "" {
		scope += groupsARM + group
	}
	if !h.permitted(w, r, s, "Microsoft.ContainerService/managedClusters/read", scope) {
		return
	}
	place, err := strconv.Atoi(r.URL.Query().Get("$skiptoken"))
	if err != nil && r.URL.Query().Has("$skiptoken") || place < 0 {
		fail(w, http.StatusBadRequest, "InvalidSkipToken", "The skip token is invalid: take the next page's address from nextLink.")
		return
	}
	version := r.URL.Query().Get("api-version")
	f := newFacts(h.opts.Now())
	lent := buffers.Get().(*[]byte)
	defer buffers.Put(lent)
	buffer := (*lent)[:0]
	buffer = append(buffer, `{"value":[`...)
	sent := 0
	for ; place < s.clusters.count(); place++ {
		plan := s.clusters.at(place, f)
		if group != "" && !strings.EqualFold(f.group, group) {
			continue
		}
		if sent == h.opts.PageSize {
			break
		}
		if sent > 0 {
			buffer = append(buffer, ',')
		}
		turn := h.opts.Pacer.Begin()
		document, err := plan.shaped(version)
		if err == nil {
			buffer = document.append(buffer, f)
		}
		turn.End()
		if err != nil {
			broken(w, err)
			return
		}
		sent++
		if len(buffer) >= chunk {
			if _, err := w.Write(buffer); err != nil {
				return
			}
			buffer = buffer[:0]
		}
	}
	buffer = append(buffer, ']')
	if place < s.clusters.count() {
		link, _ := json.Marshal(nextLink(r, strconv.Itoa(place))) // a string always marshals
		buffer = append(append(buffer, `,"nextLink":`...), link...)
	}
	_, _ = w.Write(append(buffer, '}')) // the caller went away; there is nobody left to tell
}

// nextLink is the absolute address of the page that starts at a token.
func nextLink(r *http.Request, token string) string {
	query := r.URL.Query()
	query.Set("$skiptoken", token)
	scheme := "http"
	if r.TLS != nil || r.URL.Scheme == "https" {
		scheme = "https"
	}
	next := url.URL{Scheme: scheme, Host: r.Host, Path: r.URL.Path, RawQuery: query.Encode()}
	return next.String()
}

// cluster answers for one cluster and everything under it.
func (h *handler) cluster(w http.ResponseWriter, r *http.Request, s *subscription, group, name string, rest []string) {
	action := "Microsoft.ContainerService/managedClusters/read"
	scope := "/subscriptions/" + s.id + groupsARM + group + "/providers/Microsoft.ContainerService/managedClusters/" + name
	path := strings.ToLower(strings.Join(rest, "/"))
	switch {
	case strings.HasPrefix(path, "providers/microsoft.insights/"):
		action = "Microsoft.Insights/diagnosticSettings/read"
	case strings.HasPrefix(path, "providers/microsoft.containerservice/"):
		action = "Microsoft.ContainerService/deploymentSafeguards/read"
	case path != "":
		action = "Microsoft.ContainerService/managedClusters/" + rest[0] + "/read"
	}
	if !h.permitted(w, r, s, action, scope) {
		return
	}
	f := newFacts(h.opts.Now())
	plan := s.find(group, name, f)
	if plan == nil {
		notFound(w, "Microsoft.ContainerService/managedClusters", name, group)
		return
	}
	if child, ok := plan.children[path]; ok {
		_, _ = w.Write(child.append(nil, f)) // the caller went away; there is nobody left to tell
		return
	}
	shape := newestShape
	if strings.EqualFold(action, "Microsoft.ContainerService/managedClusters/read") || match(rest[:1], "agentPools") {
		shape = r.URL.Query().Get("api-version")
	}
	document, err := plan.shaped(shape)
	if err != nil {
		broken(w, err)
		return
	}
	text := document.append(nil, f)
	if path == "" {
		_, _ = w.Write(text) // as above
		return
	}
	support, pools, err := planAndPools(text)
	if err != nil {
		broken(w, err)
		return
	}
	clusterChild(w, rest, f, support, pools)
}

// clusterChild answers for what is derived from a cluster's document.
func clusterChild(w http.ResponseWriter, rest []string, f *facts, plan string, pools []pool) {
	switch {
	case match(rest, "agentPools"):
		all := []any{}
		for i := range pools {
			all = append(all, pools[i].resource(f))
		}
		writeJSON(w, map[string]any{"value": all})
	case match(rest, "agentPools", "*"):
		if found := findPool(w, pools, f, rest[1]); found != nil {
			writeJSON(w, found.resource(f))
		}
	case match(rest, "upgradeProfiles", "default"):
		writeJSON(w, upgradeProfile(f, plan, pools))
	case match(rest, "agentPools", "*", "upgradeProfiles", "default"):
		if found := findPool(w, pools, f, rest[1]); found != nil {
			writeJSON(w, poolUpgradeProfile(f, found))
		}
	case match(rest, "providers", "*", "deploymentSafeguards", "default"):
		fail(w, http.StatusNotFound, "ResourceNotFound", "The deployment safeguards of the managed cluster '"+f.name+"' were not found.")
	default:
		notFound(w, "Microsoft.ContainerService/managedClusters/"+rest[0], f.name, f.group)
	}
}
