package network_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aksight/aksight/inspect/network"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/object/objecttest"
)

// BenchmarkALargeCluster is 500 namespaces with 5,000 pods, 1,000 services and 600
// policies.
func BenchmarkALargeCluster(b *testing.B) {
	var all []string
	for n := range 500 {
		name := fmt.Sprintf("team-%03d", n)
		all = append(all, namespace(name, fmt.Sprintf("tier: t%d", n%5)))
		for i := range 10 {
			all = append(all, pod(name, fmt.Sprintf("app-%d", i), fmt.Sprintf("app: a%d, pod-template-hash: h%d", i%5, i)))
		}
		for i := range 2 {
			all = append(all, service(name, fmt.Sprintf("svc-%d", i), fmt.Sprintf("{type: %s, selector: {app: a%d}, ports: [{port: 80, targetPort: web}]}",
				[]string{"ClusterIP", "LoadBalancer"}[i], i)))
		}
		if n%2 == 0 {
			all = append(all, policy(name, "deny", "{podSelector: {}, policyTypes: [Ingress, Egress]}"),
				policy(name, "web", fmt.Sprintf("{podSelector: {matchLabels: {app: a1}}, ingress: [{from: [{namespaceSelector: {matchLabels: {tier: t%d}}}], ports: [{port: 80}]}], egress: [{to: [{ipBlock: {cidr: 20.%d.0.0/16}}]}]}", n%5, n/2)))
		}
		if n%5 == 0 {
			all = append(all, policy(name, "db", "{podSelector: {matchLabels: {app: a2}}, ingress: [{from: [{podSelector: {matchLabels: {app: a1}}}]}]}"))
		}
	}
	in := objecttest.Inside(b, strings.Join(all, "\n---\n"))
	b.Run("policies", func(b *testing.B) {
		for b.Loop() {
			network.Of(object.NewView(in, nil, nil))
		}
	})
	b.Run("exposure", func(b *testing.B) {
		for b.Loop() {
			network.Exposed(object.NewView(in, nil, nil))
		}
	})
	b.Run("matrix", func(b *testing.B) {
		a := network.Of(object.NewView(in, nil, nil))
		for b.Loop() {
			for n := range 30 {
				for m := range 100 {
					a.Between(a.Namespaces[n].Name, a.Namespaces[m].Name)
				}
			}
		}
	})
}
