package page

import (
	"slices"

	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// A ruleGroup adds up one rule's verdicts over the estate.
type ruleGroup struct {
	rule   int
	counts model.Counts
	// clusters is how many fail, themselves, in a node pool or in what runs in them.
	clusters int
	// worst severity of the failures.
	worst model.Severity
}

// groupByRule adds the verdicts up rule by rule.
func groupByRule(clusters []*store.Cluster, rules []*model.Rule) []ruleGroup {
	groups := make([]ruleGroup, len(rules))
	lastFailed := make([]int, len(rules))
	for rule := range groups {
		groups[rule].rule = rule
	}
	for at, cluster := range clusters {
		add := func(rule int, judged model.Judged) {
			group := &groups[rule]
			group.counts.Add(judged)
			if !judged.Failing() {
				return
			}
			group.worst = max(group.worst, judged.Severity)
			if lastFailed[rule] != at+1 {
				lastFailed[rule] = at + 1
				group.clusters++
			}
		}
		cluster.Each(func(_, rule int, judged model.Judged) { add(rule, judged) })
		cluster.EachInside(func(_ *store.Judgement, rule int, judged model.Judged) { add(rule, judged) })
	}
	return groups
}

// A topicGroup adds up one topic's verdicts.
type topicGroup struct {
	topic  model.Topic
	counts model.Counts
}

// groupByTopic adds rule groups up by their topics, in the topics' order.
func groupByTopic(groups []ruleGroup, rules []*model.Rule) []topicGroup {
	topics := make([]topicGroup, len(model.Topics))
	places := make(map[model.Topic]int, len(model.Topics))
	for at, topic := range model.Topics {
		topics[at].topic = topic
		places[topic] = at
	}
	for _, group := range groups {
		if at, known := places[rules[group.rule].Topic]; known {
			topics[at].counts.Merge(group.counts)
		}
	}
	// Where nobody has looked into a cluster there is nothing of workloads to add up.
	return slices.DeleteFunc(topics, func(t topicGroup) bool {
		return t.topic == model.TopicWorkloads && t.counts == model.Counts{}
	})
}
