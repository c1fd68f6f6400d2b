package demo_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// storyRights reads all rights of a subscription as a collector would.
type storyRights struct {
	t       *testing.T
	handler http.Handler
	view    *azurerbac.View
	asked   map[string]bool
}

func (s *storyRights) send(method, target, body string) (int, map[string]any) {
	s.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer demo")
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	text, err := io.ReadAll(w.Body)
	require.NoError(s.t, err)
	var answer map[string]any
	require.NoError(s.t, json.Unmarshal(text, &answer), "%.200s", text)
	return w.Code, answer
}

func (s *storyRights) add(kind model.Kind, id model.ID, value any) {
	raw, err := json.Marshal(value)
	require.NoError(s.t, err)
	s.view.Resources[kind] = append(s.view.Resources[kind], &model.Resource{ID: id, Parent: s.view.Subscription, Kind: kind, Raw: model.NewJSON(raw), ReadAt: time.Now()})
}

func (s *storyRights) list(kind model.Kind, path, version string) []map[string]any {
	s.t.Helper()
	var all []map[string]any
	for link := "https://management.azure.com" + path + "?api-version=" + version; link != ""; {
		status, page := s.send(http.MethodGet, link, "")
		require.Equal(s.t, http.StatusOK, status, path)
		for _, item := range page["value"].([]any) {
			all = append(all, item.(map[string]any))
			s.add(kind, model.ID(all[len(all)-1]["id"].(string)), item)
		}
		link, _ = page["nextLink"].(string)
	}
	return all
}

func (s *storyRights) group(id string) {
	if s.asked[id] {
		return
	}
	s.asked[id] = true
	status, page := s.send(http.MethodGet, "https://graph.microsoft.com/v1.0/groups/"+id+"/members", "")
	if status != http.StatusOK {
		return
	}
	if status, may := s.send(http.MethodGet, "https://graph.microsoft.com/v1.0/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances?$expand=principal&$filter=groupId%20eq%20'"+id+"'", ""); status == http.StatusOK {
		s.add(model.KindGroupEligibility, model.GroupEligibilityID(id), map[string]any{"group": id, "eligible": may["value"]})
	}
	s.add(model.KindGroupMembers, model.GroupMembersID(id), map[string]any{"group": id, "members": page["value"]})
	for _, item := range page["value"].([]any) {
		member := item.(map[string]any)
		s.add(model.KindPrincipal, model.PrincipalID(member["id"].(string)), member)
		if member["@odata.type"] == "#microsoft.graph.group" {
			s.group(member["id"].(string))
		}
	}
}

// rightsOf reads the rights of a subscription, and of the people named.
func rightsOf(t *testing.T, subscription model.ID, admins []string) *azurerbac.View {
	t.Helper()
	s := &storyRights{t: t, handler: demo.NewHandler(demo.Options{PageSize: 7}), asked: map[string]bool{}, view: &azurerbac.View{
		Subscription: subscription, Resources: map[model.Kind][]*model.Resource{}, Reads: map[model.Kind]model.Read{},
	}}
	for _, kind := range model.RightsKinds {
		s.view.Reads[kind] = model.Read{State: model.ReadDone}
	}
	at := string(subscription) + "/providers/Microsoft.Authorization/"
	s.list(model.KindRoleDefinition, at+"roleDefinitions", "2022-04-01")
	held := s.list(model.KindRoleAssignment, at+"roleAssignments", "2022-04-01")
	s.list(model.KindDenyAssignment, at+"denyAssignments", "2022-04-01")
	held = append(held, s.list(model.KindRoleEligibility, at+"roleEligibilityScheduleInstances", "2020-10-01")...)
	for _, identity := range s.list(model.KindManagedIdentity, string(subscription)+"/providers/Microsoft.ManagedIdentity/userAssignedIdentities", "2023-01-31") {
		s.list(model.KindFederatedCredential, identity["id"].(string)+"/federatedIdentityCredentials", "2023-01-31")
	}
	ids := slices.Clone(admins)
	for _, one := range held {
		ids = append(ids, one["properties"].(map[string]any)["principalId"].(string))
	}
	body, err := json.Marshal(map[string]any{"ids": ids})
	require.NoError(t, err)
	status, page := s.send(http.MethodPost, "https://graph.microsoft.com/v1.0/directoryObjects/getByIds?$select=id,displayName,userPrincipalName,userType,accountEnabled,appId,servicePrincipalType", string(body))
	require.Equal(t, http.StatusOK, status)
	for _, item := range page["value"].([]any) {
		principal := item.(map[string]any)
		s.add(model.KindPrincipal, model.PrincipalID(principal["id"].(string)), principal)
		if principal["@odata.type"] == "#microsoft.graph.group" {
			s.group(principal["id"].(string))
		}
	}
	return s.view
}

// worlds are the clusters of the company with their rights in Azure and what runs in them.
func worlds(t *testing.T) (map[string]*access.World, map[string]*model.Document) {
	t.Helper()
	_, snapshot := judged(t)
	documents := map[string]*model.Document{}
	admins := map[model.ID][]string{}
	for _, cluster := range snapshot.Clusters {
		decoded, err := document.Decode(cluster.Resource)
		require.NoError(t, err)
		documents[cluster.Summary.Name] = decoded
		subscription := model.SubscriptionID(cluster.Resource.ID.Subscription())
		properties, _ := decoded.Tree["properties"].(map[string]any)
		aad, _ := properties["aadProfile"].(map[string]any)
		groups, _ := aad["adminGroupObjectIDs"].([]any)
		admins[subscription] = slices.Clip(admins[subscription])
		for _, group := range groups {
			admins[subscription] = append(admins[subscription], group.(string))
		}
	}
	indexes := map[model.ID]*azurerbac.Index{}
	for subscription, groups := range admins {
		indexes[subscription] = azurerbac.New(rightsOf(t, subscription, groups))
	}
	all := map[string]*access.World{}
	insides(t, func(name string, c *collected) {
		in := &model.Inside{Cluster: documents[name].ID, Server: c.connected.Server, Objects: c.objects, Reads: map[model.Kind]model.Read{}}
		for _, kind := range model.ObjectKinds {
			slices.SortFunc(in.Objects[kind.Kind], func(a, b *model.Object) int { return a.Compare(b.Ref) })
			in.Reads[kind.Kind] = model.Read{State: model.ReadDone}
		}
		all[name] = access.NewWorld(documents[name], object.NewView(in, documents[name], nil), indexes[model.SubscriptionID(documents[name].ID.Subscription())], nil)
	})
	return all, documents
}

// TestTheStoryOfRights: each way into a cluster that the catalogue knows is there for
// somebody to find, and not where the story says that it is not.
func TestTheStoryOfRights(t *testing.T) {
	all, _ := worlds(t)
	for _, c := range []struct {
		cluster, who, power string
		eligible, narrowed  bool
	}{
		{cluster: "pay-weu-01", who: "jan@marigold.example", power: "Z01"},
		{cluster: "ds-lab-01", who: "bram@marigold.example", power: "Z02"},
		{cluster: "ds-lab-01", who: "chris@marigold.example", power: "Z03"},
		{cluster: "web-neu-01", who: "li@marigold.example", power: "Z03"},
		{cluster: "web-win-01", who: "sp-tagger", power: "Z04"},
		{cluster: "web-neu-01", who: "piet@marigold.example", power: "Z04"},
		{cluster: "web-neu-01", who: "tom@marigold.example", power: "Z05"},
		{cluster: "web-edge-01", who: "otto@marigold.example", power: "Z06"},
		{cluster: "pay-weu-01", who: "sp-github-deploy", power: "Z06"},
		{cluster: "web-weu-01", who: "eva@marigold.example", power: "Z08"},
		{cluster: "web-weu-01", who: "piet@marigold.example", power: "Z08", narrowed: true},
		{cluster: "pay-weu-02", who: "admin-mira@marigold.example", power: "Z08"},
		{cluster: "pay-weu-02", who: "mira@marigold.example", power: "Z08", eligible: true},
		{cluster: "web-neu-01", who: "piet@marigold.example", power: "Z14"},
		{cluster: "web-weu-01", who: "sofia@marigold.example", power: "Z18"},
		{cluster: "ds-train-01", who: "id-train-jobs", power: "Z04"},
		{cluster: "web-weu-01", who: "web-neu-01-agentpool", power: "Z04"},
	} {
		w := all[c.cluster]
		named := w.Azure.Named(c.who)
		require.Len(t, named, 1, c.who)
		kind := access.User
		found := false
		for _, held := range w.HeldBy(access.Subject{Kind: kind, Name: named[0].ID}) {
			found = found || held.ID == c.power && held.Eligible == c.eligible && held.Narrowed == c.narrowed
		}
		assert.True(t, found, "%s: %s does not hold %s", c.cluster, c.who, c.power)
	}
	for _, c := range []struct{ cluster, who string }{
		{"pay-weu-02", "jan@marigold.example"}, {"pay-weu-02", "id-ledger"}, {"pay-weu-02", "pay-weu-02-agentpool"}, {"web-win-01", "otto@marigold.example"},
	} {
		w := all[c.cluster]
		named := w.Azure.Named(c.who)
		require.Len(t, named, 1, c.who)
		for _, held := range w.HeldBy(access.Subject{Kind: access.User, Name: named[0].ID}) {
			assert.True(t, held.Eligible || held.Severity < model.High, "%s: %s holds %s", c.cluster, c.who, held.ID)
		}
	}
}

// TestTheDataPlanesStory: what roles of Azure allow inside clusters.
func TestTheDataPlanesStory(t *testing.T) {
	all, _ := worlds(t)
	for _, c := range []struct {
		cluster, who, namespace, verb, resource string
		want                                    bool
	}{
		{"web-weu-01", "eva@marigold.example", "", "list", "secrets", true},             // Z09
		{"web-weu-01", "sofia@marigold.example", "search", "list", "secrets", true},     // Z10 at a namespace: Z16
		{"web-weu-01", "sofia@marigold.example", "shop", "list", "secrets", false},      //
		{"ds-features-01", "felix@marigold.example", "airflow", "get", "secrets", true}, // Z11
		{"web-win-01", "ana@marigold.example", "", "list", "pods", true},                // Z12
		{"web-win-01", "ana@marigold.example", "", "list", "secrets", false},            //
	} {
		w := all[c.cluster]
		named := w.Azure.Named(c.who)
		require.Len(t, named, 1, c.who)
		q := access.Question{Verb: c.verb, Resource: c.resource, Namespace: c.namespace}
		assert.Equal(t, c.want, len(w.Can(access.Subject{Kind: access.User, Name: named[0].ID}, q)) > 0, "%s: %s %s %s in %q", c.cluster, c.who, c.verb, c.resource, c.namespace)
	}
	// Z13, by members whom Entra ID hides.
	auditors := all["ds-features-01"].Azure.Named("sg-external-auditors")
	require.Len(t, auditors, 1)
	_, read := all["ds-features-01"].Azure.Members(auditors[0].ID)
	assert.False(t, read)
	assert.NotEmpty(t, all["ds-features-01"].Can(access.Subject{Kind: access.Group, Name: auditors[0].ID}, access.Question{Verb: "list", Resource: "secrets"}))
}

// TestTheDirectorysStory: groups three deep and in a circle, guests, who was deleted, and
// one person by two names.
func TestTheDirectorysStory(t *testing.T) {
	all, _ := worlds(t)
	web, pay := all["web-neu-01"], all["pay-weu-01"]
	tom := pay.Azure.Principal("tom@marigold.example")
	require.NotNil(t, tom)
	var chain []string
	for _, membership := range pay.Azure.GroupChain(tom.ID) {
		chain = append(chain, pay.Azure.Principal(membership.Group).Label())
	}
	assert.Subset(t, chain, []string{"sg-platform", "sg-platform-admins", "sg-aks-admins-payments"})
	leads := web.Azure.Named("sg-web-leads")
	require.Len(t, leads, 1)
	var circle []string
	for _, membership := range web.Azure.GroupChain(leads[0].ID) {
		circle = append(circle, web.Azure.Principal(membership.Group).Label())
	}
	assert.Contains(t, circle, "sg-web")

	// Noor may join the admins for a while, and so may an analyst, by a group.
	for who, cluster := range map[string]string{"noor@marigold.example": "pay-weu-01", "bram@marigold.example": "ds-train-01"} {
		p := all[cluster].Azure.Principal(who)
		require.NotNil(t, p, who)
		eligible := false
		for _, held := range all[cluster].HeldBy(access.Subject{Kind: access.User, Name: p.ID}) {
			eligible = eligible || held.ID == "R01" && held.Namespace == "" && held.Eligible
		}
		assert.True(t, eligible, who)
	}

	sam := pay.Azure.Principal("sam_contoso.example#EXT#@marigold.example")
	require.NotNil(t, sam)
	assert.Equal(t, "guest", sam.Kind.String())
	gone := 0
	for _, assignment := range pay.Azure.Assignments {
		if pay.Azure.Principal(assignment.Principal) == nil {
			gone++
			assert.Equal(t, "User", assignment.PrincipalType)
		}
	}
	assert.Equal(t, 1, gone)

	jan := pay.Azure.Principal("jan@marigold.example")
	require.NotNil(t, jan)
	var bindings []string
	for _, binding := range pay.Index().BindingsOf(access.Subject{Kind: access.User, Name: jan.ID}) {
		bindings = append(bindings, binding.Name)
	}
	assert.Subset(t, bindings, []string{"payments-developers", "debug-checkout"}, "one names Jan, the other Jan's object ID")
}

// TestTheStoryOfWorkloadIdentities: credentials trust the clusters' issuers and service
// accounts that are there, but for the two whose accounts went.
func TestTheStoryOfWorkloadIdentities(t *testing.T) {
	all, documents := worlds(t)
	issuers := map[string]string{}
	for name, d := range documents {
		properties, _ := d.Tree["properties"].(map[string]any)
		profile, _ := properties["oidcIssuerProfile"].(map[string]any)
		if issuer, _ := profile["issuerURL"].(string); issuer != "" {
			issuers[issuer] = name
		}
	}
	there, gone := []string{}, []string{}
	seen := map[model.ID]bool{}
	for _, w := range all {
		for _, credential := range w.Azure.Credentials {
			cluster := issuers[credential.Issuer]
			if cluster == "" || seen[credential.ID] {
				continue
			}
			seen[credential.ID] = true
			account := strings.Split(credential.Subject, ":")
			found := false
			for _, o := range all[cluster].View.Objects[model.KindServiceAccount] {
				found = found || o.Namespace == account[2] && o.Name == account[3]
			}
			line := cluster + " " + account[2] + "/" + account[3]
			if found {
				there = append(there, line)
			} else {
				gone = append(gone, line)
			}
		}
	}
	slices.Sort(there)
	slices.Sort(gone)
	assert.Equal(t, []string{
		"ds-features-01 features-online/feature-api", "ds-train-01 serving/recommend", "ds-train-01 training/ray",
		"pay-weu-02 flux-system/source-controller", "pay-weu-02 payments/ledger", "pay-weu-02 ratify/ratify",
		"web-weu-01 search/search", "web-weu-01 shop/basket",
	}, there)
	assert.Equal(t, []string{"ds-batch-01 scoring/scorer", "web-weu-01 previews/preview-deployer"}, gone)
}

// TestLockedNodeGroups: what AKS keeps people out of is denied to all but AKS itself.
func TestLockedNodeGroups(t *testing.T) {
	all, _ := worlds(t)
	for cluster, want := range map[string]int{"pay-weu-02": 1, "web-weu-01": 1, "ds-train-01": 0} {
		assert.Len(t, all[cluster].Azure.Denies, want, cluster)
	}
}
