package model

import "time"

// Calendar tells when Kubernetes versions enter and leave support in AKS, as a
// published page told it on one day. What a service lists as supported goes before it.
type Calendar struct {
	// Source is the page's address; AsOf is the day on which it was last changed.
	Source string
	AsOf   time.Time
	// Versions holds the minor versions, oldest first.
	Versions []Lifecycle
}

// Lifecycle is a minor version's time in AKS. A date that is not told is zero.
type Lifecycle struct {
	// Minor is the version, such as 1.34.
	Minor string `yaml:"minor"`
	// Preview and Available are the first days of the months in which the version
	// comes as a preview and generally.
	Preview   time.Time `yaml:"preview"`
	Available time.Time `yaml:"available"`
	// EndOfLife is the last day of community support, LongTermEnd that of long-term
	// support.
	EndOfLife   time.Time `yaml:"endOfLife"`
	LongTermEnd time.Time `yaml:"longTermEnd"`
}

// The support plans, in ARM's words.
const (
	PlanOfficial = "KubernetesOfficial"
	PlanLongTerm = "AKSLongTermSupport"
)

// Find returns the lifecycle of a minor version, and whether the calendar has it.
func (c *Calendar) Find(minor string) (Lifecycle, bool) {
	if c == nil {
		return Lifecycle{}, false
	}
	for _, version := range c.Versions {
		if version.Minor == minor {
			return version, true
		}
	}
	return Lifecycle{}, false
}
