package evidence

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/unicode"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

const (
	guid      = "0b5d7c1e-4f27-4c0b-9a53-7e1d2c9f8a10"
	payID     = "/subscriptions/" + guid + "/resourceGroups/rg-pay/providers/Microsoft.ContainerService/managedClusters/pay"
	webID     = "/subscriptions/" + guid + "/resourceGroups/rg-web/providers/Microsoft.ContainerService/managedClusters/web"
	addressID = "/subscriptions/" + guid + "/resourceGroups/MC_pay/providers/Microsoft.Network/publicIPAddresses/out"
)

var then = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

// armCluster is a cluster as Azure Resource Manager sends it.
func armCluster(id string, properties ...string) string {
	all := append([]string{`"provisioningState":"Succeeded"`, `"agentPoolProfiles":[{"name":"sys","count":3,"vmSize":"Standard_D4s_v5"}]`}, properties...)
	return fmt.Sprintf(`{"id":%q,"name":%q,"type":"Microsoft.ContainerService/ManagedClusters","location":"westeurope","properties":{%s}}`,
		id, model.ID(id).Name(), strings.Join(all, ","))
}

// azCluster is a cluster as az aks show prints it.
func azCluster(id string, members ...string) string {
	all := append([]string{
		`"provisioningState":"Succeeded"`, `"aadProfile":null`, `"disableLocalAccounts":true`,
		`"apiServerAccessProfile":{"authorizedIpRanges":["203.0.113.0/24"],"enablePrivateCluster":null}`,
		`"agentPoolProfiles":[{"name":"sys","count":3,"osSku":"Ubuntu","vnetSubnetId":null,"tags":{"osSku":"mine"}}]`,
		`"powerState":{"code":"Running"}`, `"resourceGroup":"rg"`, `"tags":{"enableRbac":"a tag"}`, `"sku":{"name":"Base","tier":"Free"}`,
		`"identity":{"type":"SystemAssigned","tenantId":"t"}`,
	}, members...)
	return fmt.Sprintf(`{"id":%q,"name":%q,"type":"Microsoft.ContainerService/ManagedClusters","location":"westeurope",%s}`,
		id, model.ID(id).Name(), strings.Join(all, ","))
}

// folder writes files, each a minute newer than the one before, and returns its path.
func folder(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		path := filepath.Join(dir, files[i])
		require.NoError(t, os.WriteFile(path, []byte(files[i+1]), 0o600))
		at := then.Add(time.Duration(i) * time.Minute)
		require.NoError(t, os.Chtimes(path, at, at))
	}
	return dir
}

// estate is what a source told.
type estate struct {
	clusters map[string]*model.Resource
	children map[string]source.AllChildren
	problems map[string]*source.Problem
	named    map[string]*model.Resource
	whole    *source.Problem
	s        *Source
}

func read(t *testing.T, opts Options) *estate {
	t.Helper()
	opened, err := Open(opts)
	require.NoError(t, err)
	return readAgain(t, opened)
}

func readAgain(t *testing.T, s *Source) *estate {
	t.Helper()
	e := &estate{
		clusters: map[string]*model.Resource{}, children: map[string]source.AllChildren{},
		problems: map[string]*source.Problem{}, named: map[string]*model.Resource{}, s: s,
	}
	ended := false
	for event := range s.Read(t.Context(), source.Scope{Breadth: source.Estate}) {
		assert.False(t, ended, "an event after the end")
		switch event := event.(type) {
		case source.Upsert:
			if event.Resource.Kind == model.KindCluster {
				e.clusters[event.Resource.ID.Name()] = event.Resource
				continue
			}
			e.named[event.Resource.ID.Name()] = event.Resource
		case source.AllChildren:
			e.children[event.Cluster.Name()] = event
		case source.Delete:
			delete(e.clusters, event.ID.Name())
		case source.Failed:
			switch event.Scope.Breadth {
			case source.File:
				e.problems[filepath.Base(string(event.Scope.ID))] = event.Why
			case source.Estate:
				e.whole, ended = event.Why, true
			}
		case source.Complete:
			ended = true
		}
	}
	assert.True(t, ended)
	return e
}

func (e *estate) tree(t *testing.T, name string) map[string]any {
	t.Helper()
	require.Contains(t, e.clusters, name, "%v", e.problems)
	decoded, err := document.Decode(e.clusters[name])
	require.NoError(t, err)
	return decoded.Tree
}

func packed(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := io.WriteString(w, text)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.String()
}

func utf16(t *testing.T, order unicode.Endianness, mark unicode.BOMPolicy, text string) string {
	t.Helper()
	out, err := unicode.UTF16(order, mark).NewEncoder().String(text)
	require.NoError(t, err)
	return out
}

func TestFormsOfFiles(t *testing.T) {
	t.Parallel()
	pay, web := armCluster(payID), armCluster(webID)
	var pretty bytes.Buffer
	require.NoError(t, json.Indent(&pretty, []byte(pay), "", "  "))
	for name, text := range map[string]string{
		"an array":               "[" + pay + "," + web + "]",
		"a page":                 `{"value":[` + pay + "," + web + `],"nextLink":"https://management.azure.com/next"}`,
		"a page with more":       `{"count":{"type":"Total","value":2},"value":[` + pay + "," + web + `]}`,
		"a page, one a line":     "{\"value\":[\n" + pay + ",\n" + web + "\n]}",
		"one a line":             pay + "\n" + web + "\n",
		"one a line, CRLF":       pay + "\r\n\r\n" + web,
		"one after the other":    pretty.String() + pretty.String() + web,
		"two arrays":             "[" + pay + "]\n[" + web + "]",
		"gzip":                   packed(t, "["+pay+","+web+"]"),
		"with a byte order mark": "\ufeff[" + pay + "," + web + "]",
		"UTF-16 of PowerShell":   utf16(t, unicode.LittleEndian, unicode.UseBOM, "["+pay+",\r\n"+web+"]"),
		"UTF-16, big end first":  utf16(t, unicode.BigEndian, unicode.UseBOM, "["+pay+","+web+"]"),
		"UTF-16 without a mark":  utf16(t, unicode.LittleEndian, unicode.IgnoreBOM, "["+pay+","+web+"]"),
		"UTF-16 in gzip":         packed(t, utf16(t, unicode.LittleEndian, unicode.UseBOM, "["+pay+","+web+"]")),
		"az":                     "[" + azCluster(payID) + "," + azCluster(webID) + "]",
		"az and ARM":             "[" + azCluster(payID) + "," + web + "]",
		"Resource Graph":         `{"count":2,"data":[` + pay + "," + web + `],"skip_token":null,"total_records":2}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := read(t, Options{Paths: []string{folder(t, "file.json", text)}})
			assert.Empty(t, e.problems)
			assert.Nil(t, e.whole)
			require.Len(t, e.clusters, 2)
			assert.Equal(t, name == "Resource Graph", e.clusters["pay"].Partial)
			assert.Equal(t, then, e.clusters["pay"].ReadAt.UTC())
			assert.Equal(t, model.SubscriptionID(guid), e.clusters["pay"].Parent)
			assert.NotEmpty(t, document.Summarize(&model.Document{Resource: e.clusters["pay"], Tree: e.tree(t, "pay")}).Pools)
		})
	}
}

func TestAzOutputIsJudgedLikeAzure(t *testing.T) {
	t.Parallel()
	e := read(t, Options{Paths: []string{folder(t, "show.json", azCluster(payID))}})
	tree := e.tree(t, "pay")
	properties, _ := tree["properties"].(map[string]any)
	assert.Equal(t, []any{"203.0.113.0/24"}, mustLookup(t, properties, "apiServerAccessProfile.authorizedIPRanges"))
	assert.Equal(t, "Running", document.Text(properties, "powerState.code"))
	assert.Equal(t, "Free", document.Text(tree, "sku.tier"))
	assert.Equal(t, "a tag", document.Text(tree, "tags.enableRbac"), "a tag is not respelled")
	pool := (&model.Document{Tree: tree}).PoolTrees()[0]
	assert.Equal(t, "Ubuntu", document.Text(pool, "osSKU"))
	assert.Equal(t, "mine", document.Text(pool, "tags.osSku"))
	assert.NotContains(t, tree, "resourceGroup")
	assert.False(t, e.clusters["pay"].Partial)
	assert.Empty(t, e.clusters["pay"].APIVersion, "az does not say with which it asked")
}

func mustLookup(t *testing.T, tree map[string]any, path string) any {
	t.Helper()
	value, there := document.Lookup(tree, path)
	require.True(t, there, path)
	return value
}

func TestFilesJoin(t *testing.T) {
	t.Parallel()
	dir := folder(t,
		"1-old.json", armCluster(payID, `"kubernetesVersion":"1.30.1"`),
		"2-pools.json", `[{"id":"`+payID+`/agentPools/sys","name":"sys","type":"Microsoft.ContainerService/managedClusters/agentPools","typePropertiesType":"VirtualMachineScaleSets","count":9,"tags":{"a":"b"}},`+
			`{"id":"`+payID+`/agentPools/old","name":"old","count":1}]`,
		"3-new.json", azCluster(payID, `"kubernetesVersion":"1.31.2"`),
		"4-pools.json", `[{"id":"`+strings.ToUpper(payID)+`/agentPools/sys","name":"sys","typePropertiesType":"VirtualMachineScaleSets","count":5,"osSku":"AzureLinux"}]`,
		"5-diag.json", `[{"id":"`+payID+`/providers/microsoft.insights/diagnosticSettings/send","name":"send","logs":[{"category":"kube-audit","enabled":true}],"workspaceId":"/w"}]`,
		"6-graph.json", `{"data":[`+armCluster(payID, `"kubernetesVersion":"1.99.0"`)+`]}`,
		"7-maintenance.json", `{"id":"`+payID+`/maintenanceConfigurations/default","name":"default","timeInWeek":[]}`,
		"8-accounts.json", `[{"cloudName":"AzureCloud","id":"`+guid+`","name":"prod","tenantId":"t"}]`,
	)
	e := read(t, Options{Paths: []string{dir}})
	assert.Empty(t, e.problems)
	require.Len(t, e.clusters, 1)
	tree := e.tree(t, "pay")
	assert.Equal(t, "1.31.2", document.Text(tree, "properties.kubernetesVersion"), "the newest whole document")
	pools := (&model.Document{Tree: tree}).PoolTrees()
	require.Len(t, pools, 1, "a pool that is older than the cluster's document and not in it is gone")
	assert.Equal(t, int64(5), pools[0]["count"], "the newest pool")
	assert.Equal(t, "AzureLinux", pools[0]["osSKU"])
	assert.Equal(t, "VirtualMachineScaleSets", pools[0]["type"])
	via := e.clusters["pay"].Via
	assert.Contains(t, via, "3-new.json")
	assert.Contains(t, via, "4-pools.json")
	assert.Contains(t, via, "rather than")
	assert.Contains(t, via, "1-old.json")

	all := e.children["pay"]
	assert.Equal(t, model.ReadDone, all.Reads[model.KindDiagnosticSetting].State)
	require.Len(t, all.Children[model.KindDiagnosticSetting], 1)
	setting, err := document.Parse(all.Children[model.KindDiagnosticSetting][0].Raw.Bytes())
	require.NoError(t, err)
	assert.Equal(t, "/w", document.Text(setting, "properties.workspaceId"))
	assert.Equal(t, model.ReadFailed, all.Reads[model.KindMaintenanceConfiguration].State, "one of them is not the list")
	assert.Contains(t, all.Reads[model.KindMaintenanceConfiguration].Why, "az aks maintenanceconfiguration list")
	for _, kind := range kindsOf() {
		assert.NotEqual(t, model.Unread, all.Reads[kind].State, kind)
		assert.True(t, all.Reads[kind].State == model.ReadDone || all.Reads[kind].Why != "", kind)
	}
}

func TestAListReplacesAnOlderOne(t *testing.T) {
	t.Parallel()
	setting := func(name string) string {
		return `[{"id":"` + payID + `/providers/Microsoft.Insights/diagnosticSettings/` + name + `","name":"` + name + `"}]`
	}
	e := read(t, Options{Paths: []string{folder(t, "1.json", armCluster(payID), "2.json", setting("gone"), "3.json", setting("there"))}})
	children := e.children["pay"].Children[model.KindDiagnosticSetting]
	require.Len(t, children, 1, "what the newer list lacks was deleted")
	assert.Equal(t, "there", children[0].ID.Name())
}

func TestEgressIsFollowed(t *testing.T) {
	t.Parallel()
	cluster := armCluster(payID, `"networkProfile":{"outboundType":"loadBalancer","loadBalancerProfile":{"effectiveOutboundIPs":[{"id":"`+addressID+`"}]}}`)
	address := `[{"id":"` + strings.ToLower(addressID) + `","name":"out","ipAddress":"20.1.2.3","sku":{"name":"Standard"}}]`
	e := read(t, Options{Paths: []string{folder(t, "1.json", cluster, "2.json", address)}})
	all := e.children["pay"]
	assert.Equal(t, model.ReadDone, all.Reads[model.KindPublicIP].State)
	decoded, err := document.Decode(e.clusters["pay"])
	require.NoError(t, err)
	subject := model.Subject{Cluster: decoded, Pool: -1, Children: map[model.Kind][]*model.Document{}}
	for kind, list := range all.Children {
		for _, resource := range list {
			child, err := document.Decode(resource)
			require.NoError(t, err)
			subject.Children[kind] = append(subject.Children[kind], child)
		}
	}
	cidrs, known := document.Egress(subject)
	assert.True(t, known)
	assert.Equal(t, []string{"20.1.2.3/32"}, cidrs)

	other := strings.ReplaceAll(address, "/out\"", "/other\"")
	e = read(t, Options{Paths: []string{folder(t, "1.json", cluster, "2.json", other)}})
	assert.Equal(t, model.ReadFailed, e.children["pay"].Reads[model.KindPublicIP].State)
	assert.Contains(t, e.children["pay"].Reads[model.KindPublicIP].Why, "az network public-ip list")
}

func TestPartsOfAClusterAreNotLost(t *testing.T) {
	t.Parallel()
	e := read(t, Options{Paths: []string{folder(t, "pools.json", `[{"id":"`+payID+`/agentPools/sys","name":"sys","count":2,"properties":{"count":2}}]`)}})
	require.Contains(t, e.clusters, "pay")
	assert.True(t, e.clusters["pay"].Partial, "all else of it is unread")
	assert.True(t, e.clusters["pay"].Final)
	assert.Len(t, (&model.Document{Tree: e.tree(t, "pay")}).PoolTrees(), 1)
}

func TestBrokenFilesNameThePlace(t *testing.T) {
	t.Parallel()
	pay, web := armCluster(payID), armCluster(webID)
	cut := "[" + pay + ",\n" + web[:60]
	for name, test := range map[string]struct {
		text string
		says []string
		want []string // clusters that are used all the same
	}{
		"cut off":         {cut, []string{fmt.Sprintf("at byte %d (line 2)", len(cut)), "it breaks off"}, []string{"pay"}},
		"a comma too few": {"[" + pay + "\n" + web + "]", []string{fmt.Sprintf("byte %d (line 2)", len(pay)+2), "expected comma"}, []string{"pay"}},
		"a bad line":      {pay + "\n{\"id\": oops}\n" + web, []string{"(line 2)", fmt.Sprintf("at byte %d", len(pay)+1+7), "invalid character 'o'"}, []string{"pay", "web"}},
		"no JSON":         {"Name  ResourceGroup\npay  rg-pay\n", []string{"at byte 0 (line 1)", "invalid character 'N'"}, nil},
		"empty":           {"", []string{"it is empty"}, nil},
		"a bare value":    {"42", []string{"bare value"}, nil},
		"bare elements":   {"[1," + pay + "]", []string{"bare value"}, []string{"pay"}},
		"a table of az":   {`[{"name":"pay","version":"1.30"},` + pay + `]`, []string{"without an ID", "--query"}, []string{"pay"}},
		"an error":        {`{"error":{"code":"AuthorizationFailed","message":"no"}}`, []string{"AuthorizationFailed"}, nil},
		"another type":    {`[{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/x"}]`, []string{"microsoft.web/sites"}, nil},
		"an empty list":   {`[]`, []string{"empty list"}, nil},
		"a bad ID":        {`{"id":"/providers/Microsoft.ContainerService/managedClusters/x","properties":{}}`, []string{"no cluster in a resource group"}, nil},
		"not gzip":        {"\x1f\x8bnonsense", []string{"no valid gzip"}, nil},
		"cut gzip":        {packed(t, "["+pay+",\n"+web+"]")[:150], []string{"it breaks off"}, nil},
		"a value object":  {`{"value":{"a":1}}`, []string{"without an ID"}, nil},
		"deep":            {strings.Repeat("[", 20000), []string{"at byte"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := read(t, Options{Paths: []string{folder(t, "broken.json", test.text)}})
			require.Contains(t, e.problems, "broken.json")
			for _, says := range test.says {
				assert.Contains(t, e.problems["broken.json"].Error(), says)
			}
			var names []string
			for cluster := range e.clusters {
				names = append(names, cluster)
			}
			assert.ElementsMatch(t, test.want, names)
			assert.Equal(t, len(test.want) == 0, e.whole != nil)

			both := read(t, Options{Paths: []string{folder(t, "broken.json", test.text, "good.json", pay)}})
			assert.Contains(t, both.clusters, "pay", "the rest still opens")
			assert.Contains(t, both.problems, "broken.json")
			assert.Nil(t, both.whole)
		})
	}
}

func TestSecretsAreMaskedOnArrival(t *testing.T) {
	t.Parallel()
	marker := "PLANTED"
	secrets := `"servicePrincipalProfile":{"clientId":"c","secret":"` + marker + `"},"windowsProfile":{"adminUsername":"u","adminPassword":"` + marker + `"},` +
		`"httpProxyConfig":{"httpProxy":"http://u:` + marker + `@proxy:3128","httpsProxy":"http://` + marker + `:p@proxy:3128"},"aadProfile":{"serverAppSecret":"` + marker + `"}`
	for name, text := range map[string]string{
		"az":    strings.Replace(azCluster(payID, secrets), `"aadProfile":null,`, "", 1),
		"ARM":   armCluster(payID, secrets),
		"index": `{"data":[` + armCluster(payID, secrets) + `]}`,
	} {
		e := read(t, Options{Paths: []string{folder(t, "f.json", text)}})
		require.Contains(t, e.clusters, "pay", name)
		assert.NotContains(t, string(e.clusters["pay"].Raw.Bytes()), marker, name)
		assert.Contains(t, string(e.clusters["pay"].Raw.Bytes()), document.Hidden, name)
	}
	e := read(t, Options{Paths: []string{folder(t, "f.json", `{"password":"`+marker+`" "`+marker+`"}`)}})
	assert.NotContains(t, e.problems["f.json"].Error(), marker, "nor does a message give anything away")
}

func TestSubscriptionsAreNarrowed(t *testing.T) {
	t.Parallel()
	other := strings.ReplaceAll(webID, guid, "99999999-4f27-4c0b-9a53-7e1d2c9f8a10")
	accounts := `[{"cloudName":"AzureCloud","id":"` + guid + `","name":"Prod"}]`
	dir := folder(t, "0.json", accounts, "1.json", "["+armCluster(payID)+","+armCluster(other)+"]")
	for _, wanted := range []string{guid, strings.ToUpper(guid), "prod"} {
		e := read(t, Options{Paths: []string{dir}, Subscriptions: []string{wanted}})
		assert.Contains(t, e.clusters, "pay")
		assert.NotContains(t, e.clusters, "web")
	}
	e := read(t, Options{Paths: []string{dir}, Subscriptions: []string{"nothing"}})
	require.NotNil(t, e.whole)
	assert.Contains(t, e.whole.Error(), "named nothing")
}

func TestPathsThatLeadNowhere(t *testing.T) {
	t.Parallel()
	dir, empty := folder(t, "1.json", armCluster(payID)), t.TempDir()
	missing := filepath.Join(dir, "missing.json")
	_, err := Open(Options{Paths: []string{missing}})
	require.EqualError(t, err, missing+": there is no such file or folder: check the path")
	_, err = Open(Options{Paths: []string{empty, missing}})
	require.ErrorContains(t, err, "holds no file")
	require.ErrorContains(t, err, empty)

	e := read(t, Options{Paths: []string{missing, empty, dir}})
	assert.Contains(t, e.clusters, "pay", "the other files are read")
	assert.Nil(t, e.whole)
	assert.Equal(t, "It could not be used: there is no such file or folder: check the path", e.problems["missing.json"].Error())
	assert.Contains(t, e.problems[filepath.Base(empty)].Error(), "holds no file")
	assert.Equal(t, then, e.s.Identity().CapturedAt, "it is as old as what is there")

	e = read(t, Options{Paths: []string{filepath.Join(dir, "1.json"), dir, dir + "/"}})
	assert.Contains(t, e.clusters, "pay")
	assert.Empty(t, e.problems, "a file that is named twice is read once")
}

// Where nothing can be used, the one line that says so names the file, the place in it
// and the reason.
func TestNoFileCanBeUsed(t *testing.T) {
	t.Parallel()
	e := read(t, Options{Paths: []string{folder(t, "1.json", "[\n{\"id\": oops}]")}})
	require.NotNil(t, e.whole)
	assert.Regexp(t, `^No file could be used: ".*1\.json" is damaged at byte 9 \(line 2\): invalid character 'o'`, e.whole.Error())
	assert.NotContains(t, e.whole.Error(), "more")
	dir := folder(t, "1.json", `{"error":{"code":"AuthorizationFailed"}}`, "2.json", "[", "3.json", "7")
	e = read(t, Options{Paths: []string{dir, filepath.Join(dir, "gone.json")}})
	require.NotNil(t, e.whole)
	assert.Regexp(t, `^No file could be used: ".*1\.json" is damaged at byte 1 \(line 1\): it holds an error that Azure answered, .*; nor could 3 more`, e.whole.Error())
}

func TestStandardInputAndRefresh(t *testing.T) {
	t.Parallel()
	now := func() time.Time { return then }
	e := read(t, Options{Paths: []string{Stdin}, Stdin: strings.NewReader("[" + azCluster(payID) + "]"), Now: now})
	assert.Contains(t, e.clusters, "pay")
	assert.Equal(t, then, e.s.Identity().CapturedAt)
	assert.Equal(t, "standard input", e.clusters["pay"].Via)

	dir := folder(t, "1.json", armCluster(payID), "2.json", armCluster(webID))
	e = read(t, Options{Paths: []string{dir}})
	require.Len(t, e.clusters, 2)
	require.NoError(t, os.Remove(filepath.Join(dir, "2.json")))
	again := readAgain(t, e.s)
	assert.Contains(t, again.clusters, "pay")
	assert.NotContains(t, again.clusters, "web")
	assert.Contains(t, again.problems, "2.json", "a file that went away says so")
}

func TestScopesAreAnsweredFromWhatWasRead(t *testing.T) {
	t.Parallel()
	s, err := Open(Options{Paths: []string{folder(t, "1.json", armCluster(payID))}})
	require.NoError(t, err)
	readAgain(t, s)
	for _, scope := range []source.Scope{
		{Breadth: source.Subscription, ID: model.SubscriptionID(strings.ToUpper(guid))},
		{Breadth: source.Cluster, ID: payID},
	} {
		var events []source.Event
		for event := range s.Read(t.Context(), scope) {
			events = append(events, event)
		}
		require.Len(t, events, 2)
		assert.Equal(t, model.ID(payID), events[0].(source.Upsert).Resource.ID)
		assert.Equal(t, scope, events[1].(source.Complete).Scope)
	}
	for event := range s.Read(t.Context(), source.Scope{Breadth: source.Children, ID: payID, Kind: model.KindDiagnosticSetting}) {
		if failed, is := event.(source.Failed); is {
			assert.Contains(t, failed.Why.Error(), "az monitor diagnostic-settings list")
		}
	}
}
