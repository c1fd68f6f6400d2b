package glossary

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func ids(terms []*Term) []string {
	names := make([]string, len(terms))
	for i, t := range terms {
		names[i] = t.ID
	}
	return names
}

func TestGlossaryLoads(t *testing.T) {
	_, err := parse(file)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, len(All()), 60)
}

// Every entry can be come to from another one, says enough and not too much, and
// names a topic that looks like one.
func TestEntriesAreWhole(t *testing.T) {
	linked := map[string]bool{}
	for _, term := range All() {
		for _, id := range term.See {
			linked[id] = true
		}
	}
	sentence := regexp.MustCompile(`[.:;](\s|$)`)
	topic := regexp.MustCompile(`^(aks|azure-resource-manager|defender-for-cloud|governance|role-based-access-control)/[a-z0-9/-]+$`)
	for _, term := range All() {
		assert.NotEmpty(t, term.See, "%s leads nowhere", term.ID)
		assert.GreaterOrEqual(t, len(sentence.FindAllString(term.Says, -1)), 2, "%s says too little", term.ID)
		assert.Less(t, len(term.Says), 420, "%s says too much", term.ID)
		if term.Learn != "" {
			assert.Regexp(t, topic, term.Learn, term.ID)
		}
		assert.True(t, linked[term.ID], "no entry leads to %s", term.ID)
	}
}

func TestFindByAnyName(t *testing.T) {
	for name, want := range map[string]string{
		"IMDS": "imds", "aad": "entra-id", "Azure-AD": "entra-id", "local accounts": "local-accounts",
		"LOCAL ACCOUNT": "local-accounts", "pdb": "pod-disruption-budget", "169.254.169.254": "imds", "kube-audit": "diagnostic-settings",
	} {
		term := Find(name)
		if assert.NotNil(t, term, name) {
			assert.Equal(t, want, term.ID, name)
		}
	}
	assert.Nil(t, Find("no such thing"))
	assert.Nil(t, Find(""))
}

func TestLike(t *testing.T) {
	assert.Equal(t, "workload-identity", Like("workld identity", 3)[0].ID)
	assert.Equal(t, "kubelet-identity", Like("kubelet", 3)[0].ID)
	assert.Empty(t, Like("zzzzqqq", 3))
	assert.Empty(t, Like("", 3))
}

func TestTermsInText(t *testing.T) {
	assert.Equal(t, []string{"local-accounts", "kubeconfig", "cluster-admin"}, ids(In(
		"With local accounts on, one leaked admin kubeconfig is cluster-admin from anywhere.")))
	assert.Equal(t, []string{"imds"}, ids(In("Pods reach IMDS.", "The imds is not written so.")))
	assert.Equal(t, []string{"azure-resource-manager"}, ids(In("ARM, not the arm of a person")))
	assert.Empty(t, In("the arm of a person, in any region, at high cost"))
	assert.Equal(t, []string{"authorized-ip-ranges"}, ids(In("authorized\n  IP ranges")))
	assert.Empty(t, In(""))
}

func TestBrokenGlossariesSaySo(t *testing.T) {
	whole := "## a: A\nlearn: aks/a\nsee: b\n\nIs. Does.\n\n## b: B\npage: docs/b.md\nsee: a\n\nIs. Does.\n"
	_, err := parse(whole)
	require.NoError(t, err)
	for change, want := range map[string]string{
		strings.Replace(whole, "see: b", "see: c", 1):            `refers to "c"`,
		strings.Replace(whole, "## b:", "## a:", 1):              `two entries "a"`,
		strings.Replace(whole, "## b: B", "## b: A", 1):          `called "a"`,
		strings.Replace(whole, "learn: aks/a\n", "", 1):          "needs an id",
		strings.Replace(whole, "learn: aks/a", "lern: aks/a", 1): "lern: aks/a",
		strings.Replace(whole, "see: a", "see: b", 1):            `refers to "b"`,
	} {
		_, err := parse(change)
		require.Error(t, err, want)
		assert.Contains(t, err.Error(), want)
	}
}

func FuzzIn(f *testing.F) {
	f.Add("local accounts and IMDS")
	f.Add("\xff authorized IP")
	f.Fuzz(func(t *testing.T, text string) {
		for _, term := range In(text) {
			require.NotNil(t, term)
		}
		Like(text, 3)
		Find(text)
	})
}
