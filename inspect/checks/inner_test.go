package checks

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestIsCredential(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, value string
		want        bool
	}{
		{"DB_PASSWORD", "hunter2", true},
		{"apiKey", "abc", true},
		{"ConnectionStrings__Main", "Server=db;Password=x;", true},
		{"STORAGE", "AccountName=a;AccountKey=abc==", true},
		{"URL", "postgres://app:secret@db/shop", true},
		{"KEY", "-----BEGIN RSA PRIVATE KEY-----", true},
		{"ANY", "(hidden)", true},
		{"PASSWORD", "", false},
		{"PASSWORD", "$(FROM_SECRET)", false},
		{"TOKEN_FILE", "/var/run/secrets/token", false},
		{"TOKEN", "/var/run/secrets/token", false},
		{"LEVEL", "info", false},
		{"TOKENIZER", "bert", false},
		{"URL", "https://db.example.com", false},
		{"PASSWORD_RESET", "true", false},
	} {
		assert.Equal(t, c.want, isCredential(c.name, c.value), "%s=%s", c.name, c.value)
	}
}

func TestGuardCovers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in, out   []string
		namespace string
		want      bool
	}{
		{nil, nil, "shop", true},
		{nil, []string{"kube-*"}, "kube-system", false},
		{nil, []string{"kube-*"}, "shop", true},
		{[]string{"shop"}, nil, "shop", true},
		{[]string{"shop"}, nil, "web", false},
		{[]string{"*"}, []string{"*-system"}, "web-system", false},
	} {
		g := guard{in: c.in, out: c.out}
		assert.Equal(t, c.want, g.covers(c.namespace, nil), "%v %v %s", c.in, c.out, c.namespace)
	}
}
