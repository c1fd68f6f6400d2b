package azure

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// The api-versions of what is not AKS itself.
const (
	subscriptionsVersion      = "2022-12-01"
	resourceGraphVersion      = "2024-04-01"
	networkVersion            = "2024-05-01"
	diagnosticSettingsVersion = "2021-05-01-preview"
	safeguardsVersion         = "2025-07-01"
	authorizationVersion      = "2022-04-01"
	eligibilityVersion        = "2020-10-01"
	identityVersion           = "2023-01-31"
	activityVersion           = "2015-04-01"
)

// aksVersions are the stable api-versions of managed clusters, newest first. The
// newest one that the AKS release notes name is asked for; a cloud that lags behind
// gets an older one.
func aksVersions() []string {
	return []string{
		"2026-06-01", "2026-03-01", "2026-02-01", "2026-01-01",
		"2025-10-01", "2025-09-01", "2025-08-01", "2025-07-01", "2025-05-01", "2025-04-01",
		"2025-03-01", "2025-02-01", "2025-01-01", "2024-10-01", "2024-09-01", "2024-08-01",
		"2024-07-01", "2024-05-01", "2024-02-01", "2024-01-01",
	}
}

// aksPreviews are preview api-versions of managed clusters that carry every property
// in preview that rules look at, newest first.
func aksPreviews() []string {
	return []string{
		"2026-06-02-preview", "2026-05-02-preview", "2026-04-02-preview", "2026-03-02-preview",
		"2026-01-02-preview", "2025-10-02-preview",
	}
}

// versions remembers which of the known api-versions each subscription takes.
type versions struct {
	known []string // newest first
	mu    sync.Mutex
	works map[string]string
}

// ask asks with the newest api-version that the subscription takes.
func (v *versions) ask(subscription string, ask func(version string) error) error {
	version := v.of(subscription)
	for {
		err := ask(version)
		if err == nil {
			v.keep(subscription, version)
			return nil
		}
		older, is := v.older(version, err)
		if !is {
			return err
		}
		version = older
	}
}

// of returns the version to ask a subscription with.
func (v *versions) of(subscription string) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	if version := v.works[strings.ToLower(subscription)]; version != "" {
		return version
	}
	return v.known[0]
}

// keep remembers a version that was answered.
func (v *versions) keep(subscription, version string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.works == nil {
		v.works = map[string]string{}
	}
	v.works[strings.ToLower(subscription)] = version
}

var versionPattern = regexp.MustCompile(`\b20\d\d-\d\d-\d\d(-[a-z]+)?\b`)

// older returns the version to try where the service does not know the one that was
// asked for: the newest of the same sort that it names, else the next older one known.
func (v *versions) older(asked string, err error) (string, bool) {
	var response *responseError
	if !as(err, &response) {
		return "", false
	}
	switch strings.ToLower(response.Code) {
	case "noregisteredproviderfound", "invalidapiversionparameter", "invalidresourcetype", "unsupportedapiversion":
	default:
		return "", false
	}
	oldest := v.known[len(v.known)-1]
	best := ""
	for _, named := range versionPattern.FindAllString(response.Message, -1) {
		if len(named) == len(asked) && named >= oldest && named < asked && named > best {
			best = named
		}
	}
	if best != "" {
		return best, true
	}
	at := slices.IndexFunc(v.known, func(version string) bool { return version < asked })
	if at < 0 {
		return "", false
	}
	return v.known[at], true
}
