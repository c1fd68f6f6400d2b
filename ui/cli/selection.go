package cli

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/export"
)

// selects are the flags that narrow what is read and shown.
type selects struct {
	subscriptions []string
	clusters      []string
	rules         []string
	severities    []string
	topics        []string
}

// selection reads the flags. A single severity stands for itself and all worse ones,
// a list for just these.
func (s *selects) selection() (export.Selection, error) {
	chosen := export.Selection{Subscriptions: s.subscriptions}
	var severities, topics []string
	for _, flag := range []struct {
		name   string
		values []string
		into   *[]string
	}{
		{"--cluster", s.clusters, &chosen.Clusters}, {"--rule", s.rules, &chosen.Rules},
		{"--severity", s.severities, &severities}, {"--topic", s.topics, &topics},
	} {
		for _, value := range flag.values {
			for part := range strings.SplitSeq(value, ",") {
				if part = strings.TrimSpace(part); part == "" {
					return chosen, fmt.Errorf("%s %s: a value is empty: give one, or leave the flag out", flag.name, value)
				}
				*flag.into = append(*flag.into, part)
			}
		}
	}
	for _, name := range severities {
		var severity model.Severity
		if err := severity.UnmarshalText([]byte(strings.ToLower(name))); err != nil {
			return chosen, fmt.Errorf("--severity %s: use critical, high, medium, low or info (this or worse), or a list of them (just these)", name)
		}
		chosen.Severities = append(chosen.Severities, severity)
	}
	if len(chosen.Severities) == 1 {
		least := chosen.Severities[0]
		chosen.Severities = slices.DeleteFunc(slices.Clone(model.Severities[:]), func(s model.Severity) bool { return s < least })
	}
	for _, name := range topics {
		topic := model.Topic(strings.ToLower(name))
		if !slices.Contains(model.Topics, topic) {
			return chosen, fmt.Errorf("--topic %s: use %s", name, strings.Join(topicValues(), ", "))
		}
		chosen.Topics = append(chosen.Topics, topic)
	}
	chosen.Compile()
	return chosen, nil
}

// selectionOf reads the flags and holds them against the rules. These are loaded only
// where a flag selects some: the explorer's first frame does not wait for them.
func (s *selects) selectionOf(catalogue func() *rules.Catalogue) (export.Selection, error) {
	chosen, err := s.selection()
	if err != nil || !chosen.NarrowsRules() {
		return chosen, err
	}
	return chosen, chosen.CheckRules(catalogue().Rules())
}

func topicValues() []string {
	names := make([]string, len(model.Topics))
	for i, topic := range model.Topics {
		names[i] = string(topic)
	}
	return names
}

// subscriptionsOf returns the subscriptions that clusters named by ARM ID alone lie in,
// so that no other is read.
func subscriptionsOf(clusters []string) []string {
	var guids []string
	for _, cluster := range clusters {
		guid := model.ID(cluster).Subscription()
		if guid == "" || strings.ContainsAny(guid, "*?") {
			return nil
		}
		if !slices.ContainsFunc(guids, func(known string) bool { return strings.EqualFold(known, guid) }) {
			guids = append(guids, guid)
		}
	}
	return guids
}

// missedClusters returns the names that no cluster has; it is an error where there is
// none for any of them.
func missedClusters(chosen *export.Selection, snapshot *store.Snapshot) ([]string, error) {
	ids := make([]model.ID, len(snapshot.Clusters))
	for i, cluster := range snapshot.Clusters {
		ids[i] = cluster.Resource.ID
	}
	missed := chosen.Missed(ids)
	if len(missed) < len(chosen.Clusters) || len(missed) == 0 {
		return missed, nil
	}
	text := "no cluster matches --cluster " + strings.Join(missed, ", ")
	var unread []string
	for _, subscription := range snapshot.Subscriptions {
		if subscription.Problem != nil {
			unread = append(unread, cmp.Or(subscription.Name, subscription.ID.Name()))
		}
	}
	if len(unread) > 0 {
		text += " (" + strings.Join(unread, ", ") + " could not be read)"
	}
	return nil, errors.New(text + ": check the name, or use * as in --cluster 'prod-*'; aksight report without --cluster lists all")
}

// filterText is the selection of rules and severities as the explorer's filter.
func filterText(chosen *export.Selection) string {
	var terms []string
	term := func(field string, values []string) {
		if len(values) > 0 {
			// The filter knows no sign for one character.
			terms = append(terms, field+":="+strings.ReplaceAll(strings.Join(values, ",="), "?", "*"))
		}
	}
	term("rule", chosen.Rules)
	var topics, severities []string
	for _, topic := range chosen.Topics {
		topics = append(topics, string(topic))
	}
	for _, severity := range chosen.Severities {
		severities = append(severities, severity.String())
	}
	term("topic", topics)
	term("sev", severities)
	return strings.Join(terms, " ")
}
