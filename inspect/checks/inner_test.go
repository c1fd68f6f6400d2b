package checks

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

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
