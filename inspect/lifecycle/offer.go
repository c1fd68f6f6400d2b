package lifecycle

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// Offer is what Azure lists for one region: the minor versions, oldest first.
type Offer struct{ Minors []Offered }

// Offered is a minor version as Azure lists it.
type Offered struct {
	Minor   string
	Preview bool
	Default bool
	// Plans are the support plans that cover it, in ARM's words.
	Plans []string
	// Patches are its patch versions, oldest first.
	Patches []Patch
}

// Patch is a patch version on offer, and what it may be upgraded to, oldest first.
type Patch struct {
	Version  string
	Upgrades []string
}

// ReadOffer reads the answer of locations/{location}/kubernetesVersions.
func ReadOffer(tree map[string]any) Offer {
	var offer Offer
	values, _ := tree["values"].([]any)
	for _, value := range values {
		entry, _ := value.(map[string]any)
		minor := Minor(document.Text(entry, "version"))
		if Number(minor) < 0 {
			continue
		}
		offered := Offered{Minor: minor}
		offered.Preview, _ = entry["isPreview"].(bool)
		offered.Default, _ = entry["isDefault"].(bool)
		plans, _ := document.Lookup(entry, "capabilities.supportPlan")
		offered.Plans = texts(plans)
		patches, _ := entry["patchVersions"].(map[string]any)
		for version, details := range patches {
			patch, _ := details.(map[string]any)
			upgrades := texts(patch["upgrades"])
			slices.SortFunc(upgrades, Compare)
			offered.Patches = append(offered.Patches, Patch{Version: version, Upgrades: upgrades})
		}
		slices.SortFunc(offered.Patches, func(a, b Patch) int { return Compare(a.Version, b.Version) })
		offer.Minors = append(offer.Minors, offered)
	}
	slices.SortFunc(offer.Minors, func(a, b Offered) int { return Compare(a.Minor, b.Minor) })
	return offer
}

// OfferOf reads what was read of the versions in a cluster's region.
func OfferOf(documents []*model.Document) Offer {
	if len(documents) == 0 {
		return Offer{}
	}
	return ReadOffer(documents[0].Tree)
}

// Find returns a minor version, and whether it is listed.
func (o Offer) Find(minor string) (Offered, bool) {
	for _, offered := range o.Minors {
		if offered.Minor == minor {
			return offered, true
		}
	}
	return Offered{}, false
}

// Covers reports whether a support plan covers the version.
func (o Offered) Covers(plan string) bool {
	return slices.ContainsFunc(o.Plans, func(p string) bool { return strings.EqualFold(p, plan) })
}

// Newest returns the newest patch version, or "".
func (o Offered) Newest() string {
	if len(o.Patches) == 0 {
		return ""
	}
	return o.Patches[len(o.Patches)-1].Version
}

func texts(value any) []string {
	list, _ := value.([]any)
	found := make([]string, 0, len(list))
	for _, item := range list {
		if text, is := item.(string); is {
			found = append(found, text)
		}
	}
	return found
}

// Compare orders versions such as 1.9.3 and 1.31 by their numbers.
func Compare(a, b string) int {
	for a != "" || b != "" {
		var x, y string
		x, a, _ = strings.Cut(strings.TrimPrefix(a, "v"), ".")
		y, b, _ = strings.Cut(strings.TrimPrefix(b, "v"), ".")
		n, notN := strconv.Atoi(x)
		m, notM := strconv.Atoi(y)
		order := cmp.Compare(n, m)
		if notN != nil || notM != nil {
			order = cmp.Compare(x, y)
		}
		if order != 0 {
			return order
		}
	}
	return 0
}
