package rules_test

import (
	"testing"

	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// Judging one cluster with all rules of the catalogue, on the first rule's failing
// example: the cost that 20,000 clusters multiply.
func BenchmarkJudge(b *testing.B) {
	catalogue, err := rules.Embedded()
	if err != nil {
		b.Fatal(err)
	}
	rule := catalogue.Rules()[0]
	var s model.Subject
	var env rules.Env
	for _, example := range rule.Examples {
		if example.Verdict == model.Fail {
			s, env, err = rules.ExampleSubject(rule, example)
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	catalogue.Judge(s, env) // compiles
	b.ReportAllocs()
	for b.Loop() {
		catalogue.Judge(s, env)
	}
}

// Loading and compiling the whole catalogue: what start-up must not wait for.
func BenchmarkLoad(b *testing.B) {
	catalogue, err := rules.Embedded()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		fresh, err := rules.New(catalogue.Rules())
		if err != nil {
			b.Fatal(err)
		}
		rule := catalogue.Rules()[0]
		s, env, err := rules.ExampleSubject(rule, rule.Examples[0])
		if err != nil {
			b.Fatal(err)
		}
		fresh.Judge(s, env)
	}
}
