package rules

import (
	_ "embed"
	"fmt"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/aksight/aksight/model"
)

//go:embed later.yaml
var laterFile []byte

// Coming is a check that is planned and not here yet.
type Coming struct {
	ID       string         `yaml:"id" json:"id"`
	Title    string         `yaml:"title" json:"title"`
	Topic    model.Topic    `yaml:"-" json:"topic"`
	Severity model.Severity `yaml:"severity" json:"severity"`
	// Needs says what it has to read that nothing reads yet.
	Needs string `yaml:"needs" json:"needs"`
}

// Later returns the checks that are planned, by topic and ID.
var Later = sync.OnceValues(func() ([]Coming, error) {
	var topics map[model.Topic][]Coming
	if err := yaml.Unmarshal(laterFile, &topics); err != nil {
		return nil, fmt.Errorf("the checks that come later: %w", err)
	}
	var all []Coming
	for _, topic := range model.Topics {
		for _, coming := range topics[topic] {
			coming.Topic = topic
			all = append(all, coming)
		}
		delete(topics, topic)
	}
	for topic := range topics {
		return nil, fmt.Errorf("the checks that come later: %q is not a topic", topic)
	}
	return all, nil
})
