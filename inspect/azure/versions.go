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

// versions remembers the api-version that each subscription takes.
type versions struct {
	mu    sync.Mutex
	works map[string]string
}

// of returns the version to ask a subscription with.
func (v *versions) of(subscription string) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	if version := v.works[strings.ToLower(subscription)]; version != "" {
		return version
	}
	return aksVersions()[0]
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

// olderVersion returns the version to try where the service does not know the one
// that was asked for: the newest stable one that it names, else the next older one.
func olderVersion(asked string, err error) (string, bool) {
	var response *responseError
	if !as(err, &response) {
		return "", false
	}
	switch strings.ToLower(response.Code) {
	case "noregisteredproviderfound", "invalidapiversionparameter", "invalidresourcetype", "unsupportedapiversion":
	default:
		return "", false
	}
	best := ""
	for _, named := range versionPattern.FindAllString(response.Message, -1) {
		if !strings.Contains(named, "-preview") && len(named) == len(asked) && named < asked && named > best {
			best = named
		}
	}
	if best != "" {
		return best, true
	}
	known := aksVersions()
	at := slices.IndexFunc(known, func(version string) bool { return version < asked })
	if at < 0 {
		return "", false
	}
	return known[at], true
}
