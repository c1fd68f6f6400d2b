package document_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

func TestParseNormalizes(t *testing.T) {
	tree, err := document.Parse([]byte(`{"n":3,"f":1.5,"gone":null,"list":[1,null,{"x":null}],
		"properties":{"addonProfiles":{"AzurePolicy":{"enabled":true},"omsAgent":{"enabled":false},"other":{}}}}`))
	require.NoError(t, err)
	assert.Equal(t, map[string]any{
		"n": int64(3), "f": 1.5, "list": []any{int64(1), nil, map[string]any{}},
		"properties": map[string]any{"addonProfiles": map[string]any{
			"azurepolicy": map[string]any{"enabled": true}, "omsagent": map[string]any{"enabled": false}, "other": map[string]any{},
		}},
	}, tree)
}

func TestParseNamesWhereItBreaks(t *testing.T) {
	for text, says := range map[string]string{
		`{"a":}`:      "not JSON at offset 5",
		`{"a":1`:      "broken off at offset",
		`[1]`:         "it is a list, not an object",
		`null`:        "it is null",
		`{"a":1} {}`:  "something follows the document at offset",
		``:            "broken off at offset 0",
		"\xff\xfe{}x": "not JSON at offset 0",
	} {
		_, err := document.Parse([]byte(text))
		require.Error(t, err, text)
		assert.Contains(t, err.Error(), says, text)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"properties":{"addonProfiles":{"AzurePolicy":{"enabled":true}}}}`))
	f.Add([]byte(`{"a":[null,1e400,{"b":[[]]}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		tree, err := document.Parse(raw)
		if err != nil {
			assert.NotEmpty(t, err.Error())
			return
		}
		resource, err := document.Keep(model.Resource{ID: "/subscriptions/s/resourceGroups/g/providers/p/managedClusters/c", Kind: model.KindCluster}, raw)
		require.NoError(t, err)
		document.Summarize(&model.Document{Resource: resource, Tree: tree})
	})
}

func TestMerge(t *testing.T) {
	// The examples of RFC 7396, appendix A, that concern objects.
	cases := []struct{ tree, patch, want map[string]any }{
		{map[string]any{"a": "b"}, map[string]any{"a": "c"}, map[string]any{"a": "c"}},
		{map[string]any{"a": "b"}, map[string]any{"b": "c"}, map[string]any{"a": "b", "b": "c"}},
		{map[string]any{"a": "b"}, map[string]any{"a": nil}, map[string]any{}},
		{map[string]any{"a": []any{"b"}}, map[string]any{"a": "c"}, map[string]any{"a": "c"}},
		{map[string]any{"a": map[string]any{"b": "c"}}, map[string]any{"a": map[string]any{"b": "d", "c": nil}}, map[string]any{"a": map[string]any{"b": "d"}}},
		{map[string]any{}, map[string]any{"a": map[string]any{"bb": map[string]any{"ccc": nil}}}, map[string]any{"a": map[string]any{"bb": map[string]any{}}}},
	}
	for _, c := range cases {
		document.Merge(c.tree, c.patch)
		assert.Equal(t, c.want, c.tree)
	}
}

func TestMaskHidesOnlyTheSecret(t *testing.T) {
	for given, want := range map[string]string{
		"http://bob:hunter2@proxy:3128/": "http://(hidden):(hidden)@proxy:3128/",
		"bob:hunter2@proxy:3128":         "(hidden):(hidden)@proxy:3128",
		"http://bob@proxy:3128":          "http://(hidden):(hidden)@proxy:3128",
		"http://proxy:3128/":             "http://proxy:3128/",
		"http://p@ss:w@rd@proxy:3128":    "http://(hidden):(hidden)@proxy:3128",

		// Passwords with characters that would have to be written otherwise.
		"http://bob:hunt/er2@proxy:3128":  "http://(hidden):(hidden)@proxy:3128",
		"http://bob:hunt?er2@proxy:3128":  "http://(hidden):(hidden)@proxy:3128",
		"http://bob:hunt#er2@proxy:3128":  "http://(hidden):(hidden)@proxy:3128",
		"http://bob:h@nt/er2@proxy:3128":  "http://(hidden):(hidden)@proxy:3128",
		"bob:hunt/er2@proxy":              "(hidden):(hidden)@proxy",
		"http://bob:hunter2%40proxy:3128": "http://(hidden):(hidden)@proxy:3128",
		" http://bob:hunter2@proxy":       "http://(hidden):(hidden)@proxy", //nolint:gocritic // the blank is what is tried
		"//bob:hunter2@proxy":             "(hidden):(hidden)@proxy",
		"http:/bob:hunter2@proxy":         "(hidden):(hidden)@proxy",
		"http:///bob:hunter2@proxy":       "http://(hidden):(hidden)@proxy",
		`http:\\\\bob:hunter2@proxy`:      "(hidden):(hidden)@proxy",
		"ht!tp://bob:hunter2@proxy":       "(hidden):(hidden)@proxy",
		"http://b\u00f6b:hunter2@proxy":   "http://(hidden):(hidden)@proxy",
		"http://[::1]:3128/":              "http://[::1]:3128/",
		"http://(hidden):(hidden)@proxy/": "http://(hidden):(hidden)@proxy/",
		// What may be a password or a path.
		"http://proxy:3128/?a=b@c":   "http://(hidden)",
		"http://bob:12/hunter2@prox": "http://(hidden)",
		"http://[::1]:3128/a@b":      "http://(hidden)",
	} {
		text := []byte(`{"properties":{"httpProxyConfig":{"httpsProxy":"` + given + `"}}}`)
		kept, err := document.Keep(model.Resource{Kind: model.KindCluster}, text)
		require.NoError(t, err)
		tree, err := document.Parse(kept.Raw.Bytes())
		require.NoError(t, err)
		assert.Equal(t, want, document.Text(tree, "properties.httpProxyConfig.httpsProxy"))
		if given == want {
			assert.Equal(t, string(text), kept.Raw.String(), "an untouched document keeps its text")
		}
	}
}

// However a secret is written, it is not kept.
func TestMaskFindsEachSecret(t *testing.T) {
	for name, text := range map[string]string{
		"twice, hidden last":     `{"properties":{"servicePrincipalProfile":{"secret":"PLANTED","secret":"(hidden)"}}}`,
		"twice, empty last":      `{"properties":{"servicePrincipalProfile":{"secret":"PLANTED","secret":""}}}`,
		"twice, null last":       `{"properties":{"servicePrincipalProfile":{"secret":"PLANTED","secret":null}}}`,
		"twice":                  `{"properties":{"servicePrincipalProfile":{"secret":"PLANTED","secret":"PLANTED"}}}`,
		"the object twice":       `{"properties":{"windowsProfile":{"adminPassword":"PLANTED"},"windowsProfile":{}}}`,
		"the object twice, null": `{"properties":{"windowsProfile":{"adminPassword":"PLANTED"},"windowsProfile":null}}`,
		"the properties twice":   `{"properties":{"aadProfile":{"serverAppSecret":"PLANTED"}},"properties":{"a":[{"b":1}]}}`,
		"an address twice":       `{"properties":{"httpProxyConfig":{"httpProxy":"http://u:PLANTED@p","httpProxy":"http://p"}}}`,
		"twice, one escaped":     `{"properties":{"servicePrincipalProfile":{"secret":"PLANTED","s\u0065cret":""}}}`,
		"another case":           `{"Properties":{"SERVICEPRINCIPALPROFILE":{"Secret":"PLANTED"}}}`,
		"two cases":              `{"properties":{"servicePrincipalProfile":{"Secret":"PLANTED","secret":""}}}`,
		"a number":               `{"properties":{"windowsProfile":{"adminPassword":4711}}}`,
		"an object":              `{"properties":{"windowsProfile":{"adminPassword":{"value":"PLANTED"}}}}`,
		"a list":                 `{"properties":{"httpProxyConfig":{"httpProxy":["http://u:PLANTED@p"]}}}`,
		"in a list":              `{"properties":{"httpProxyConfig":[{"httpProxy":"http://u:PLANTED@p"}]}}`,
		"white space":            "{\"properties\" : {\"windowsProfile\" :\n {\"adminPassword\"\t: \"PLANTED\"}}}",
	} {
		for _, kind := range []model.Kind{model.KindCluster, model.KindClusterPreview} {
			masked, err := document.Mask(kind, []byte(text))
			require.NoError(t, err, name)
			assert.NotContains(t, string(masked), "PLANTED", name)
			assert.NotContains(t, string(masked), "4711", name)
			again, err := document.Mask(kind, masked)
			require.NoError(t, err, name)
			assert.Equal(t, string(masked), string(again), name)
		}
	}
	for _, text := range []string{
		`{"properties":{"windowsProfile":{"adminUsername":"u"},"a":1,"a":2}}`, `{"secret":"no place for one"}`,
		`{"properties":{"servicePrincipalProfile":{"clientId":"msi","secret":null},"n":12345678901234567890}}`,
	} {
		masked, err := document.Mask(model.KindCluster, []byte(text))
		require.NoError(t, err)
		assert.Equal(t, text, string(masked), "nothing is changed in vain")
	}
	masked, err := document.Mask(model.KindCluster, []byte(`{"properties":{"windowsProfile":{"adminPassword":"PLANTED"},"n":12345678901234567890,"t":"<&>"}}`))
	require.NoError(t, err)
	assert.Equal(t, `{"properties":{"n":12345678901234567890,"t":"<&>","windowsProfile":{"adminPassword":"(hidden)"}}}`, string(masked), "all else stays as it is") //nolint:testifylint // the text counts, not what it says
}

// FuzzMask plants a secret at each of its places, among any other text.
func FuzzMask(f *testing.F) {
	f.Add(`"a":1`, `"secret":""`, "secret")
	f.Add(`"properties":{}`, `"adminPassword":null`, "s\\u0065cret")
	f.Fuzz(func(t *testing.T, outside, inside, name string) {
		for _, member := range []string{`{` + inside + `,"` + name + `":"PLANTED"}`, `{"` + name + `":"PLANTED",` + inside + `}`} {
			text := `{"properties":{"servicePrincipalProfile":` + member + `},` + outside + `}`
			var into struct {
				Properties struct {
					ServicePrincipalProfile struct{ Secret string }
				}
			}
			if strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) {
				continue // names of secrets are plain letters
			}
			if !json.Valid([]byte(text)) || json.Unmarshal([]byte(text), &into) != nil || into.Properties.ServicePrincipalProfile.Secret != "PLANTED" {
				continue // what is planted does not stand in its place
			}
			masked, err := document.Mask(model.KindCluster, []byte(text))
			if err != nil {
				continue // it is not kept at all
			}
			into.Properties.ServicePrincipalProfile.Secret = ""
			if err := json.Unmarshal(masked, &into); err == nil && into.Properties.ServicePrincipalProfile.Secret == "PLANTED" {
				t.Fatalf("%s keeps it: %s", text, masked)
			}
		}
	})
}

// The same document in a preview api-version holds the same secrets.
func TestMaskKnowsThePreviewOfACluster(t *testing.T) {
	text := []byte(`{"properties":{"httpProxyConfig":{"httpProxy":"http://bob:hunter2@proxy"}}}`)
	kept, err := document.Keep(model.Resource{Kind: model.KindClusterPreview}, text)
	require.NoError(t, err)
	assert.NotContains(t, kept.Raw.String(), "hunter2")
}

func summary(t *testing.T, raw string, partial bool) model.ClusterSummary {
	t.Helper()
	d, err := document.Decode(&model.Resource{ID: "/subscriptions/s/resourceGroups/g/x/c", Raw: model.NewJSON([]byte(raw)), Partial: partial})
	require.NoError(t, err)
	return document.Summarize(d)
}

func TestSummarizeExposure(t *testing.T) {
	for raw, want := range map[string]model.Exposure{
		`{"properties":{}}`: model.ExposureOpen,
		`{"properties":{"apiServerAccessProfile":{"authorizedIPRanges":[]}}}`:                               model.ExposureOpen,
		`{"properties":{"apiServerAccessProfile":{"authorizedIPRanges":["203.0.113.0/24"]}}}`:               model.ExposureRanges,
		`{"properties":{"apiServerAccessProfile":{"authorizedIPRanges":["203.0.113.7"]}}}`:                  model.ExposureRanges,
		`{"properties":{"apiServerAccessProfile":{"authorizedIPRanges":["203.0.113.0/24","20.0.0.0/8"]}}}`:  model.ExposureBroad,
		`{"properties":{"apiServerAccessProfile":{"authorizedIPRanges":["AzureCloud"]}}}`:                   model.ExposureBroad,
		`{"properties":{"apiServerAccessProfile":{"enablePrivateCluster":true,"authorizedIPRanges":null}}}`: model.ExposurePrivate,
		`{"properties":{"publicNetworkAccess":"disabled"}}`:                                                 model.ExposurePrivate,
	} {
		assert.Equal(t, want, summary(t, raw, false).Exposure, raw)
	}
	assert.Equal(t, model.ExposureUnknown, summary(t, `{"properties":{}}`, true).Exposure, "the index may leave it out")
}

func TestSummarizeSignIn(t *testing.T) {
	for raw, want := range map[string]model.SignIn{
		`{"properties":{}}`: model.SignInLocal,
		`{"properties":{"aadProfile":{"managed":true}}}`:                                                    model.SignInEntraLocal,
		`{"properties":{"aadProfile":{"managed":true},"disableLocalAccounts":true}}`:                        model.SignInEntra,
		`{"properties":{"aadProfile":{"managed":true,"enableAzureRBAC":true},"disableLocalAccounts":true}}`: model.SignInAzureRBAC,
	} {
		assert.Equal(t, want, summary(t, raw, false).SignIn, raw)
	}
}

func egressSubject(t *testing.T, network string, children map[model.Kind][]string) model.Subject {
	t.Helper()
	decode := func(raw string) *model.Document {
		tree, err := document.Parse([]byte(raw))
		require.NoError(t, err)
		return &model.Document{Resource: &model.Resource{ID: model.ID(document.Text(tree, "id"))}, Tree: tree}
	}
	s := model.Subject{Cluster: decode(`{"properties":{"networkProfile":` + network + `}}`), Pool: -1, Children: map[model.Kind][]*model.Document{}}
	for kind, raws := range children {
		for _, raw := range raws {
			s.Children[kind] = append(s.Children[kind], decode(raw))
		}
	}
	return s
}

func TestEgress(t *testing.T) {
	ip := `{"id":"/subscriptions/S/ip1","properties":{"ipAddress":"20.1.2.3"}}`
	prefix := `{"id":"/subscriptions/s/prefix","properties":{"ipPrefix":"20.9.0.0/28"}}`
	balancer := `{"outboundType":"loadBalancer","loadBalancerProfile":{"effectiveOutboundIPs":[{"id":"/subscriptions/s/IP1"}]}}`

	cidrs, known := document.Egress(egressSubject(t, balancer, map[model.Kind][]string{model.KindPublicIP: {ip}}))
	assert.Equal(t, []string{"20.1.2.3/32"}, cidrs)
	assert.True(t, known)

	_, known = document.Egress(egressSubject(t, balancer, nil))
	assert.False(t, known, "its address was not read")

	_, known = document.Egress(egressSubject(t, `{"outboundType":"userDefinedRouting"}`, nil))
	assert.False(t, known, "a firewall's address is not in the document")

	gateway := `{"id":"/g","properties":{"publicIpAddresses":[{"id":"/subscriptions/s/ip1"}],"publicIpPrefixes":[{"id":"/subscriptions/s/prefix"}]}}`
	cidrs, known = document.Egress(egressSubject(t, `{"outboundType":"userAssignedNATGateway"}`, map[model.Kind][]string{
		model.KindNATGateway: {gateway}, model.KindPublicIP: {ip}, model.KindPublicIPPrefix: {prefix},
	}))
	assert.Equal(t, []string{"20.1.2.3/32", "20.9.0.0/28"}, cidrs)
	assert.True(t, known)
}

func TestParseReplacesWhatIsNoUTF8(t *testing.T) {
	tree, err := document.Parse([]byte("{\"a\xff\":\"b\xff\",\"c\":\"\\ud83d\\ude00\\u0041\",\"d\":\"\\ud800\"}"))
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"a\ufffd": "b\ufffd", "c": "😀A", "d": "\ufffd"}, tree)
}

func TestRecycledObjectsAreEmpty(t *testing.T) {
	raw := model.NewJSON([]byte(`{"a":{"b":1,"c":[{"d":true},{"e":null}]},"f":{}}`))
	for range 3 {
		d, err := document.Decode(&model.Resource{Raw: raw})
		require.NoError(t, err)
		other, err := document.Decode(&model.Resource{Raw: raw})
		require.NoError(t, err)
		want := map[string]any{"a": map[string]any{"b": int64(1), "c": []any{map[string]any{"d": true}, map[string]any{}}}, "f": map[string]any{}}
		assert.Equal(t, want, d.Tree)
		document.Recycle(d)
		assert.Equal(t, want, other.Tree)
		document.Recycle(other)
	}
}

func TestMaskKnowsNamesWithEscapes(t *testing.T) {
	kept, err := document.Keep(model.Resource{Kind: model.KindCluster}, []byte(`{"properties":{"httpProxyConfig":{"http\u0050roxy":"http://ana:hunter2@proxy:3128"}}}`))
	require.NoError(t, err)
	assert.NotContains(t, kept.Raw.String(), "hunter2")
}
