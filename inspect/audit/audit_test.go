package audit

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	plain = `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a1","stage":"ResponseComplete",` +
		`"requestURI":"/apis/apps/v1/namespaces/shop/deployments/web?fieldManager=kubectl","verb":"patch",` +
		`"user":{"username":"alice@example.com","uid":"u1","groups":["g1","system:authenticated"],"extra":{"oid":["0b1c"],"authentication.kubernetes.io/credential-id":["JTI=1"]}},` +
		`"sourceIPs":["203.0.113.7","172.31.0.4"],"userAgent":"kubectl/v1.34.0",` +
		`"objectRef":{"resource":"deployments","namespace":"shop","name":"web","apiGroup":"apps","apiVersion":"v1"},` +
		`"responseStatus":{"metadata":{},"code":200},"requestObject":{"kind":"Deployment","spec":{"password":"hunter2"}},` +
		`"requestReceivedTimestamp":"2026-11-20T08:00:00.640063Z","stageTimestamp":"2026-11-20T08:00:01.646142Z",` +
		`"annotations":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":"RBAC: allowed by RoleBinding \"dev/shop\" of Role \"dev\" to Group \"g1\""}}`
	path = `{"kind":"Event","auditID":"a2","stage":"ResponseComplete","requestURI":"/metrics?token=abc","verb":"get",` +
		`"user":{"username":"system:serviceaccount:mon:prom"},"responseStatus":{"code":403},"requestReceivedTimestamp":"2026-11-20T09:00:00Z"}`
)

// cluster is as Log Analytics writes it.
const cluster = "/subscriptions/5a3c/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/pay"

// column is a value of a dynamic column as a text.
func column(t *testing.T, value string) string {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return string(text)
}

// row is the event of plain as Log Analytics' resource-specific table has it.
func row(t *testing.T, dynamic func(string) string) string {
	t.Helper()
	return `{"TenantId":"w1","TimeGenerated":"2026-11-20T08:00:02Z","Level":"Metadata","AuditId":"a1","Stage":"ResponseComplete",` +
		`"RequestUri":"/apis/apps/v1/namespaces/shop/deployments/web","Verb":"patch",` +
		`"User":` + dynamic(`{"username":"alice@example.com","uid":"u1","groups":["g1","system:authenticated"],"extra":{"oid":["0b1c"]}}`) + `,` +
		`"SourceIps":` + dynamic(`["203.0.113.7","172.31.0.4"]`) + `,"UserAgent":"kubectl/v1.34.0",` +
		`"ObjectRef":` + dynamic(`{"resource":"deployments","namespace":"shop","name":"web","apiGroup":"apps"}`) + `,` +
		`"ResponseStatus":` + dynamic(`{"metadata":{},"code":200}`) + `,` +
		`"RequestReceivedTime":"2026-11-20T08:00:00.640063Z","StageReceivedTime":"2026-11-20T08:00:01.646142Z",` +
		`"Annotations":` + dynamic(`{"authorization.k8s.io/decision":"allow"}`) + `,"Type":"AKSAuditAdmin","_ResourceId":"` + cluster + `"}`
}

func read(t *testing.T, text string) ([]*Event, *Log) {
	t.Helper()
	var events []*Event
	log := &Log{}
	require.NoError(t, log.Read("audit.log", strings.NewReader(text), func(e *Event) error {
		events = append(events, e)
		return nil
	}))
	return events, log
}

func TestForms(t *testing.T) {
	asText := func(value string) string { return column(t, value) }
	asIs := func(value string) string { return value }
	diagnostics := `{"TimeGenerated":"2026-11-20T08:00:02Z","Category":"kube-audit","ResourceId":"` + cluster + `","log_s":` + column(t, plain+"\n") + `,"pod_s":"kube-apiserver-1"}`
	blob := `{"time":"2026-11-20T08:00:02Z","category":"kube-audit","operationName":"Microsoft.ContainerService/managedClusters/diagnosticLogs/Read",` +
		`"resourceId":"` + strings.ToUpper(cluster) + `","properties":{"log":` + column(t, plain+"\n") + `,"stream":"stdout","pod":"kube-apiserver-1"}}`
	guard := `{"time":"2026-11-20T08:00:02Z","category":"guard","resourceId":"x","properties":{"log":"I1120 hello","pod":"guard-1"}}`

	table := func(rows ...string) string {
		var decoded map[string]json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(rows[0]), &decoded))
		var columns, values []string
		for name, value := range decoded {
			columns, values = append(columns, `{"name":"`+name+`","type":"dynamic"}`), append(values, string(value))
		}
		return `{"tables":[{"name":"PrimaryResult","columns":[` + strings.Join(columns, ",") + `],"rows":[[` + strings.Join(values, ",") + `]]}]}`
	}
	indented := func(text string) string {
		var out bytes.Buffer
		require.NoError(t, json.Indent(&out, []byte(text), "", "  "))
		return out.String()
	}
	quoted := func(value string) string { return `"` + strings.ReplaceAll(value, `"`, `""`) + `"` }

	for name, text := range map[string]string{
		"lines":                       plain + "\n",
		"a line without an end":       plain,
		"a document":                  indented(plain),
		"a list of events":            indented(`{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[` + plain + `]}`),
		"rows as az prints them":      indented("[" + row(t, asText) + "]"),
		"rows with objects":           "[" + row(t, asIs) + "]",
		"rows in lines":               row(t, asIs) + "\r\n",
		"an answer of the API":        indented(table(row(t, asText))),
		"an answer on one line":       table(row(t, asText)),
		"AzureDiagnostics":            indented("[" + diagnostics + "]"),
		"blobs":                       blob + "\n" + guard + "\n",
		"Event Hubs":                  `{"records":[` + guard + "," + blob + `]}` + "\n",
		"Event Hubs, indented":        indented(`{"records":[` + blob + `]}`),
		"the portal's CSV":            "\ufeff\"TimeGenerated [UTC]\",Verb,User,ObjectRef,ResponseStatus,SourceIps,Stage,AuditId,UserAgent,Annotations\r\n\"11/20/2026, 8:00:00.640 AM\",patch," + quoted(`{"username":"alice@example.com","groups":["g1","system:authenticated"],"extra":{"oid":["0b1c"]}}`) + "," + quoted(`{"resource":"deployments","namespace":"shop","name":"web","apiGroup":"apps"}`) + "," + quoted(`{"code":200}`) + "," + quoted(`["203.0.113.7","172.31.0.4"]`) + ",ResponseComplete,a1,kubectl/v1.34.0,\r\n",
		"lines after one that is cut": `ersion":"audit.k8s.io/v1"}` + "\n" + plain + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			events, log := read(t, text)
			require.Len(t, events, 1, "%+v", log)
			e := events[0]
			assert.Equal(t, "patch", e.Verb)
			assert.Equal(t, "alice@example.com", e.User.Name)
			assert.Equal(t, []string{"g1", "system:authenticated"}, e.User.Groups)
			assert.Equal(t, "0b1c", e.User.ObjectID)
			assert.Equal(t, []string{"apps", "deployments", "", "shop", "web"}, []string{e.Group, e.Resource, e.Subresource, e.Namespace, e.Name})
			assert.Equal(t, 200, e.Code)
			assert.True(t, e.Allowed())
			assert.True(t, e.Decided())
			assert.Equal(t, "a1", e.ID)
			assert.Equal(t, "kubectl/v1.34.0", e.Agent)
			assert.Equal(t, []string{"203.0.113.7", "172.31.0.4"}, e.Addresses)
			assert.Equal(t, "2026-11-20T08:00:00", e.At.Format("2006-01-02T15:04:05"))
			assert.Equal(t, 1, log.Events)
			assert.Equal(t, e.At, log.From)
		})
	}
}

// Neither values of what was sent nor of what stands behind a question mark is kept.
func TestKeepsNoSecrets(t *testing.T) {
	events, _ := read(t, plain+"\n"+path+"\n")
	require.Len(t, events, 2)
	assert.Equal(t, "/metrics", events[1].Path)
	kept, err := json.Marshal(events)
	require.NoError(t, err)
	for _, secret := range []string{"hunter2", "token=abc", "JTI=1"} {
		assert.NotContains(t, string(kept), secret)
	}
}

func TestOutcomes(t *testing.T) {
	for name, c := range map[string]struct {
		event                      Event
		allowed, refused, decision bool
	}{
		"allowed":                      {Event{Decision: "allow", Code: 200}, true, false, true},
		"admission refused":            {Event{Decision: "allow", Code: 403}, true, false, true},
		"forbidden":                    {Event{Decision: "forbid", Code: 403}, false, true, true},
		"without a decision":           {Event{Code: 201}, true, false, true},
		"forbidden without a decision": {Event{Code: 403}, false, true, true},
		"not signed in":                {Event{Code: 401}, false, false, true},
		"before the decision":          {Event{Stage: "RequestReceived"}, true, false, false},
	} {
		assert.Equal(t, c.allowed, c.event.Allowed(), name)
		assert.Equal(t, c.refused, c.event.Refused(), name)
		assert.Equal(t, c.decision, c.event.Decided(), name)
	}
}

func TestImpersonation(t *testing.T) {
	events, _ := read(t, `{"kind":"Event","auditID":"a3","stage":"ResponseComplete","requestURI":"/api/v1/pods","verb":"list",`+
		`"user":{"username":"bob"},"impersonatedUser":{"username":"carol","groups":["ops"],"extra":{"scopes":["secret-value"]}},`+
		`"authenticationMetadata":{"impersonationConstraint":"impersonate:user-info"},"objectRef":{"resource":"pods"},"requestReceivedTimestamp":"2026-11-20T09:00:00Z"}`)
	require.Len(t, events, 1)
	require.NotNil(t, events[0].As)
	assert.Equal(t, User{Name: "carol", Groups: []string{"ops"}, Extras: []string{"scopes"}}, *events[0].As)
	assert.Equal(t, "impersonate:user-info", events[0].Constraint)
}

func TestMalformed(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		events int
		wrong  []string
	}{
		"a broken line": {plain + "\nnonsense\n" + path + "\n", 2, []string{"audit.log, line 2: it is no JSON"}},
		"a cut end":     {plain + "\n" + plain[:200], 1, []string{"audit.log, line 2: it breaks off"}},
		"no user":       {`{"kind":"Event","verb":"get","requestURI":"/x"}`, 0, []string{"line 1: it names no user"}},
		"no verb":       {`{"kind":"Event","auditID":"a","user":{"username":"a"}}`, 0, []string{"names no verb"}},
		"another type":  {`{"kind":"Event","verb":7}` + "\n" + path, 1, []string{"line 1: verb is a number"}},
		"a cut array":   {"[\n" + plain + ",\n" + plain[:300], 1, []string{"line 3: it breaks off"}},
		"no array":      {"[\n" + plain + ",\n nonsense ]", 1, []string{"it is no JSON"}},
		"a cut event":   {`{"category":"kube-audit","properties":{"log":"{\"kind\":\"Event\",\"verb\""}}`, 0, []string{"cut for its length"}},
		"rows first":    {`{"tables":[{"rows":[[1]],"columns":[]}]}` + "\n", 0, []string{"before its columns"}},
		"deep":          {strings.Repeat("[", 100000), 0, []string{"too deep"}},
		"empty":         {"", 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			events, log := read(t, c.text)
			assert.Len(t, events, c.events)
			assert.Equal(t, len(c.wrong), log.Malformed)
			require.Len(t, log.Wrong, len(c.wrong))
			for i, want := range c.wrong {
				assert.Contains(t, log.Wrong[i].String(), want)
			}
		})
	}
}

func TestCountsWhatItReads(t *testing.T) {
	_, log := read(t, plain+"\n"+path+"\n"+`{"category":"guard","properties":{"log":"x"}}`+"\n")
	assert.Equal(t, 2, log.Events)
	assert.Equal(t, 1, log.Reads)
	assert.Equal(t, 1, log.Others)
	assert.False(t, log.Changes)
	assert.False(t, log.Rows)
	assert.Equal(t, "2026-11-20T08:00:00.640063Z", log.From.Format(time.RFC3339Nano))
	assert.Equal(t, "2026-11-20T09:00:00Z", log.To.Format(time.RFC3339Nano))

	_, log = read(t, row(t, func(value string) string { return value }))
	assert.True(t, log.Changes)
	assert.True(t, log.Rows, "a table has no column for whom somebody impersonated")
	assert.Len(t, log.Clusters, 1)
}

// A line far longer than the buffer is read as a whole, and one that no event is as long
// as costs no more than itself.
func TestLongLines(t *testing.T) {
	padded := func(n int) string {
		return strings.Replace(plain, `"hunter2"`, `"`+strings.Repeat("x", n)+`"`, 1)
	}
	events, _ := read(t, plain+"\n"+padded(1<<20)+"\n"+path+"\n")
	assert.Len(t, events, 3)
	events, log := read(t, plain+"\n"+padded(10<<20)+"\n"+path+"\n")
	assert.Len(t, events, 2)
	require.Len(t, log.Wrong, 1)
	assert.Contains(t, log.Wrong[0].String(), "line 2: it is longer than 8 MiB")
}

func TestPacked(t *testing.T) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write([]byte(strings.Repeat(plain+"\n", 200)))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	events, _ := read(t, out.String())
	assert.Len(t, events, 200)

	log := &Log{}
	err = log.Read("cut.gz", strings.NewReader(out.String()[:out.Len()-20]), func(*Event) error { return nil })
	require.ErrorContains(t, err, "cut.gz: it breaks off")
	assert.Positive(t, log.Events)
}

func TestStopsWhereItsReaderDoes(t *testing.T) {
	enough := errors.New("enough")
	for _, text := range []string{plain + "\n" + plain, "[" + plain + "," + plain + "]"} {
		log := &Log{}
		err := log.Read("audit.log", strings.NewReader(text), func(*Event) error { return enough })
		require.ErrorIs(t, err, enough)
		assert.Equal(t, 1, log.Events)
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		plain, path, "[" + plain + "]", `{"records":[` + path + `]}`, `{"tables":[{"columns":[{"name":"Verb"}],"rows":[["get"]]}]}`,
		"Verb,User,RequestUri\nget,bob,/metrics\n", "Verb,User\n\"get,bob", `{"category":"kube-audit","properties":{"log":"{}"}}`, "{", "[", "\x1f\x8b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		log, count := &Log{}, 0
		err := log.Read("audit.log", strings.NewReader(text), func(e *Event) error {
			count++
			if e.Verb == "" || e.User.Name == "" || e.Resource == "" && e.Path == "" {
				t.Fatalf("an event lacks what it is: %+v", e)
			}
			if strings.Contains(e.Path, "?") {
				t.Fatalf("a path carries a query: %s", e.Path)
			}
			return nil
		})
		if err == nil && count != log.Events {
			t.Fatalf("%d events, and %d counted", count, log.Events)
		}
	})
}
