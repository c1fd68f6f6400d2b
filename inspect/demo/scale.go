package demo

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// grow makes subscriptions of 100 to 200 clusters each, n clusters in all. What a
// cluster is follows from its number alone: nothing is kept but the blueprints and
// the order of each subscription's names.
func (k *kit) grow(n int) ([]*subscription, error) {
	tree, err := readTree("scale")
	if err != nil {
		return nil, err
	}
	kinds := &kinds{}
	for _, item := range list(tree, "clusters") {
		spec, _ := item.(object)
		plan, err := k.blueprint(spec)
		if err != nil {
			return nil, fmt.Errorf("%s %w", text(spec, "story"), err)
		}
		share, _ := spec.get("share").(uint64)
		for range share {
			kinds.of = append(kinds.of, plan)
		}
	}
	if len(kinds.of) != 100 {
		return nil, fmt.Errorf("the shares add up to %d, not 100", len(kinds.of))
	}
	var all []*subscription
	for number := 0; n > 0; number++ {
		seed := mix(uint64(number) + 1)
		size := min(n, 100+int(seed%101))
		n -= size
		f := facts{seed: seed}
		id := string(f.guid(nil, 0))
		unit := units[number%len(units)]
		stage := stages[number/len(units)%len(stages)]
		name := unit + "-" + stage
		if round := number / (len(units) * len(stages)); round > 0 {
			name = fmt.Sprintf("%s-%d", name, round+1)
		}
		all = append(all, &subscription{
			id:       id,
			name:     name,
			clusters: &grown{kinds: kinds, subscription: id, prefix: name, seed: seed, size: size},
		})
	}
	return all, nil
}

// kinds holds a blueprint for each percent of the clusters.
type kinds struct{ of []*blueprint }

// grown are the clusters of one grown subscription.
type grown struct {
	kinds        *kinds
	subscription string
	prefix       string
	seed         uint64
	size         int

	once  sync.Once
	order []uint8 // numbers of the clusters in the order of their IDs
}

func (g *grown) count() int { return g.size }

func (g *grown) at(place int, f *facts) *blueprint {
	g.once.Do(g.sort)
	return g.cluster(int(g.order[place]), f)
}

func (g *grown) sort() {
	type named struct {
		id     string
		number uint8
	}
	all := make([]named, g.size)
	var f facts
	for i := range all {
		g.cluster(i, &f)
		all[i] = named{f.group + "/" + f.name, uint8(i)}
	}
	slices.SortFunc(all, func(a, b named) int { return strings.Compare(a.id, b.id) })
	g.order = make([]uint8, g.size)
	for i := range all {
		g.order[i] = all[i].number
	}
}

// cluster says what the cluster of a number is.
func (g *grown) cluster(number int, f *facts) *blueprint {
	seed := mix(g.seed + uint64(number)<<1)
	f.subscription, f.seed = g.subscription, seed
	application := applications[seed%uint64(len(applications))]
	place := regions[seed>>16%uint64(len(regions))]
	f.location = place.name
	f.group = "rg-" + g.prefix + "-" + application
	f.version = drifted(versionOf(seed>>32%100), f.drift)
	name := make([]byte, 0, 48)
	name = append(append(name, g.prefix...), '-')
	name = append(append(name, application...), '-')
	name = append(append(name, place.code...), '-')
	f.name = string(append(name, hexDigits[number/100], hexDigits[number/10%10], hexDigits[number%10]))
	f.egress = fmt.Sprintf("198.%d.%d.%d", 18+seed>>40&1, seed>>41&255, seed>>49&255)
	return g.kinds.of[mix(seed)%100]
}

// versionOf spreads the clusters over the versions, by percent.
func versionOf(percent uint64) string {
	switch {
	case percent < 3:
		return "1.29.9"
	case percent < 7:
		return "1.30.12"
	case percent < 13:
		return "1.31.12"
	case percent < 22:
		return "1.32.9"
	case percent < 36:
		return "1.33.6"
	case percent < 62:
		return "1.34.2"
	case percent < 92:
		return "1.35.5"
	default:
		return "1.36.1"
	}
}

type region struct{ name, code string }

// What names are made of.
var (
	units = [...]string{
		"checkout", "catalog", "search", "seating", "pricing", "refunds", "loyalty", "resale", "venues", "promoters",
		"artists", "streaming", "access", "turnstile", "boxoffice", "wallet", "ledger", "fraud", "identity", "mail",
		"notify", "media", "maps", "parking", "catering", "merch", "insurance", "tax", "reporting", "warehouse",
		"analytics", "personal", "support", "partners", "mobile", "edge", "platform", "build", "observe", "archive",
	}
	stages       = [...]string{"prod", "stage", "test", "dev"}
	applications = [...]string{"api", "web", "worker", "queue", "cache", "batch", "etl", "events", "gateway", "admin", "stream", "models"}
	regions      = [...]region{
		{"westeurope", "weu"}, {"northeurope", "neu"}, {"swedencentral", "sec"}, {"germanywestcentral", "gwc"},
		{"francecentral", "frc"}, {"uksouth", "uks"}, {"switzerlandnorth", "chn"}, {"norwayeast", "noe"},
		{"polandcentral", "plc"}, {"italynorth", "itn"}, {"spaincentral", "spc"}, {"eastus2", "eu2"},
		{"centralus", "cus"}, {"westus3", "wu3"}, {"canadacentral", "cac"}, {"brazilsouth", "brs"},
		{"australiaeast", "aue"}, {"southeastasia", "sea"}, {"japaneast", "jpe"}, {"centralindia", "inc"},
	}
)
