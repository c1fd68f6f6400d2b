package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// chunk is how much of an answer is gathered before it is sent on.
const chunk = 32 << 10

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
	older := r.URL.Query().Get("api-version")
	f := newFacts(h.opts.Now())
	buffer := append(make([]byte, 0, chunk+16<<10), `{"value":[`...)
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
		buffer = appendDocument(buffer, plan, f, older)
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
	version := r.URL.Query().Get("api-version")
	if path == "" {
		_, _ = w.Write(appendDocument(nil, plan, f, version))
		return
	}
	if child, ok := plan.children[path]; ok {
		_, _ = w.Write(child.append(nil, f))
		return
	}
	switch {
	case match(rest, "agentPools"):
		h.listPools(w, plan, f, version)
	case match(rest, "agentPools", "*"):
		h.pool(w, plan, f, version, rest[1])
	case match(rest, "upgradeProfiles", "default"):
		writeJSON(w, upgradeProfile(f, poolsOf(plan, f, version)))
	case match(rest, "agentPools", "*", "upgradeProfiles", "default"):
		h.poolUpgradeProfile(w, plan, f, version, rest[1])
	case match(rest, "providers", "*", "deploymentSafeguards", "default"):
		fail(w, http.StatusNotFound, "ResourceNotFound", "The deployment safeguards of the managed cluster '"+f.name+"' were not found.")
	default:
		notFound(w, "Microsoft.ContainerService/managedClusters/"+rest[0], f.name, f.group)
	}
}

// appendDocument renders a cluster as an api-version has it.
func appendDocument(dst []byte, plan *blueprint, f *facts, version string) []byte {
	if version >= newestShape {
		return plan.document.append(dst, f)
	}
	return append(dst, olderShape(plan.document.append(nil, f), version)...)
}

// poolDocument is what the pool's children are made from.
type poolDocument struct {
	Name                       string `json:"name"`
	OSType                     string `json:"osType"`
	NodeImageVersion           string `json:"nodeImageVersion"`
	CurrentOrchestratorVersion string `json:"currentOrchestratorVersion"`

	raw json.RawMessage
}

// poolsOf reads the pools back from the cluster's document: the two cannot differ.
func poolsOf(plan *blueprint, f *facts, version string) []poolDocument {
	var document struct {
		Properties struct {
			AgentPoolProfiles []json.RawMessage `json:"agentPoolProfiles"`
		} `json:"properties"`
	}
	if err := json.Unmarshal(appendDocument(nil, plan, f, version), &document); err != nil {
		return nil
	}
	pools := make([]poolDocument, len(document.Properties.AgentPoolProfiles))
	for i, raw := range document.Properties.AgentPoolProfiles {
		_ = json.Unmarshal(raw, &pools[i]) // it is part of what was just read
		pools[i].raw = raw
	}
	return pools
}

// poolResource is a pool as a resource of its own: its profile without the name.
func poolResource(f *facts, pool *poolDocument) map[string]any {
	properties := pool.raw
	if _, rest, ok := bytes.Cut(pool.raw, []byte(`"name":"`+pool.Name+`",`)); ok {
		properties = append(json.RawMessage("{"), rest...)
	}
	return map[string]any{
		"id":         string(f.id(nil, groupsAKS)) + "/agentPools/" + pool.Name,
		"name":       pool.Name,
		"type":       "Microsoft.ContainerService/managedClusters/agentPools",
		"properties": properties,
	}
}

func (h *handler) listPools(w http.ResponseWriter, plan *blueprint, f *facts, version string) {
	all := []any{}
	for _, pool := range poolsOf(plan, f, version) {
		all = append(all, poolResource(f, &pool))
	}
	writeJSON(w, map[string]any{"value": all})
}

// findPool returns a pool or answers that there is none.
func findPool(w http.ResponseWriter, plan *blueprint, f *facts, version, name string) *poolDocument {
	for _, pool := range poolsOf(plan, f, version) {
		if strings.EqualFold(pool.Name, name) {
			return &pool
		}
	}
	fail(w, http.StatusNotFound, "NotFound", fmt.Sprintf("Could not find the agent pool '%s' of the managed cluster '%s'.", name, f.name))
	return nil
}

func (h *handler) pool(w http.ResponseWriter, plan *blueprint, f *facts, version, name string) {
	if pool := findPool(w, plan, f, version, name); pool != nil {
		writeJSON(w, poolResource(f, pool))
	}
}

func (h *handler) poolUpgradeProfile(w http.ResponseWriter, plan *blueprint, f *facts, version, name string) {
	if pool := findPool(w, plan, f, version, name); pool != nil {
		writeJSON(w, poolUpgradeProfile(f, pool))
	}
}

// network answers for the network resources that tell where a cluster's traffic
// leaves.
func (h *handler) network(w http.ResponseWriter, r *http.Request, s *subscription, rest []string) {
	kind := rest[4]
	for i := 6; i < len(rest); i += 2 {
		kind += "/" + rest[i]
	}
	path := "/" + strings.Join(rest, "/")
	if !h.permitted(w, r, s, "Microsoft.Network/"+kind+"/read", "/subscriptions/"+s.id+path) {
		return
	}
	f := newFacts(h.opts.Now())
	for i := range s.resources {
		if strings.EqualFold(s.resources[i].path, path) {
			f.subscription, f.seed = s.id, fingerprint(path)
			_, _ = w.Write(s.resources[i].document.append(nil, f))
			return
		}
	}
	if match(rest[4:], "publicIPAddresses", "*") && s.owner(rest[1], f) != nil && strings.EqualFold(egressName(f), rest[5]) && f.egress != "" {
		_, _ = w.Write(h.estate.egress.append(nil, f))
		return
	}
	notFound(w, "Microsoft.Network/"+kind, rest[len(rest)-1], rest[1])
}
