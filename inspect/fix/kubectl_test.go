package fix

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/aksight/aksight/model"
)

func TestNumbersToBeGivenAreNoTextInPatches(t *testing.T) {
	option := &model.FixOption{Ask: []model.Ask{{Name: "user", Type: "number"}, {Name: "owner", Type: "text"}}}
	patch := map[string]any{"spec": map[string]any{"runAsUser": "<user>", "owner": "<owner>", "kept": int64(7)}}
	for shell, want := range map[Shell]string{
		POSIX:      `{"spec":{"kept":7,"owner":"<owner>","runAsUser":<user>}}`,
		PowerShell: `{spec: {kept: 7, owner: '<owner>', runAsUser: <user>}}`,
	} {
		k := &kubectl{shell: shell, known: []string{"<user>", "<owner>"}, numbers: numbersOf(option)}
		assert.Equal(t, want, k.document(patch))
	}
}

func TestTrials(t *testing.T) {
	for line, want := range map[string]string{
		"kubectl delete secret old -n shop":                  "kubectl delete secret old -n shop --dry-run=server",
		"kubectl --context c delete secret old":              "kubectl --context c delete secret old --dry-run=server",
		"kubectl create serviceaccount web -n shop":          "kubectl create serviceaccount web -n shop --dry-run=server",
		"kubectl create token web -n shop":                   "", // kubectl has no trial of it
		"kubectl --context c create token web --duration=1h": "",
		"kubectl get pods":                                   "",
		"az aks update -n c":                                 "",
	} {
		var words []token
		for word := range strings.FieldsSeq(line) {
			words = append(words, plain(word))
		}
		trial, is := (&kubectl{}).trial(words)
		assert.Equal(t, want != "", is, line)
		var got []string
		for _, word := range trial {
			got = append(got, word.text)
		}
		assert.Equal(t, want, strings.Join(got, " "))
	}
}
