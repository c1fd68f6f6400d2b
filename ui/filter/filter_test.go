package filter_test

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/ui/filter"
)

var fields = []filter.Field{
	{Name: "sev", Order: []string{"info", "low", "medium", "high", "critical"}},
	{Name: "sub"}, {Name: "version"}, {Name: "name"},
}

func row(field string) string {
	return map[string]string{
		"sev": "High", "sub": "prod-payments", "version": "1.9.4", "name": "pay-weu-01",
		"": "Pay-weu-01 prod-payments westeurope API server open",
	}[field]
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"":                             true,
		"  ":                           true,
		"pay":                          true,
		"PAY":                          true,
		"pay open":                     true,
		"pay closed":                   false,
		"!closed":                      true,
		"-open":                        false,
		"!":                            true,
		`"server open"`:                true,
		`"open server"`:                false,
		`!"open server"`:               true,
		"~pyw":                         true,
		"~wzqp":                        false,
		"!~wzqp":                       true,
		"sev:high":                     true,
		"sev:h":                        true,
		"sev:low":                      false,
		"sev:>=high":                   true,
		"sev:>high":                    false,
		"sev:<critical":                true,
		"sev:low,high":                 true,
		"!sev:low":                     true,
		"-sev:high":                    false,
		"sub:prod":                     true,
		"sub:prod*":                    true,
		"sub:*payments":                true,
		"sub:p*d*s":                    true,
		"sub:pay*":                     false,
		"sub:=prod":                    false,
		"sub:=prod-payments":           true,
		"SUB:PROD*":                    true,
		"sub:":                         true,
		"version:<1.10":                true,
		"version:>1.10":                false,
		"version:>=1.9.4":              true,
		"name~pw1":                     true,
		"name:~p0w":                    false,
		`sub:"prod-payments"`:          true,
		"sev:high sub:prod* !system":   true,
		"sev:high sub:prod* !payments": false,
	} {
		q, err := filter.Parse(text, fields)
		require.NoError(t, err, text)
		assert.Equal(t, want, q.Match(row), "%q", text)
	}
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		at  int
		say string
	}{
		"pay colour:red": {4, `"colour:" is not a field here: use sev: sub: version: name:`},
		"sev:terrible":   {4, `sev is one of info, low, medium, high, critical, not "terrible"`},
		"sub:>p*":        {4, "* does not go with >: leave one of them out"},
	} {
		_, err := filter.Parse(text, fields)
		var wrong *filter.Error
		require.ErrorAs(t, err, &wrong, text)
		assert.Equal(t, want.at, wrong.At, text)
		assert.Equal(t, want.say, wrong.Say, text)
	}
	q, err := filter.Parse("sev:terrible pay", fields)
	require.Error(t, err)
	assert.True(t, q.Match(row), "the terms that were understood still count")
}

func TestNatural(t *testing.T) {
	t.Parallel()
	sorted := []string{"", "1.9", "1.10", "1.10.1", "1.010.2", "2", "a2", "a10", "a10b"}
	for i, a := range sorted {
		for j, b := range sorted {
			want := 0
			if i < j {
				want = -1
			} else if i > j {
				want = 1
			}
			assert.Equal(t, want, filter.Natural(a, b), "%s and %s", a, b)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"sev:>=high sub:prod* !system", `name~x "a b" -c`, `!"`, "sub:*,*", "sev:=,<>", "~", "a:b:c"} {
		f.Add(seed, "prod-payments")
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		q, err := filter.Parse(text, fields)
		if q == nil {
			t.Fatal("no query")
		}
		if err == nil && utf8.ValidString(text) {
			again, err := filter.Parse(text, fields)
			require.NoError(t, err)
			have := func(string) string { return value }
			assert.Equal(t, q.Match(have), again.Match(have))
		}
	})
}
