package demo

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestEveryInsideIsBuilt(t *testing.T) {
	_, err := loadInside()
	require.NoError(t, err)
	h := NewKubernetesHandler(Options{Now: fixed, Scale: 120}).(*apiServers)
	require.NoError(t, h.load())
	f := newFacts(monday)
	for _, s := range h.estate.told {
		for place := range s.clusters.count() {
			plan := s.clusters.at(place, f)
			arm, err := readARM(plan.document.append(nil, f))
			require.NoError(t, err)
			inside := h.story.told[f.name]
			if inside == nil {
				inside = h.story.shares[mix(f.seed^fingerprint("inside"))%100]
			}
			world, err := newWorld(f, arm, inside, h.story.kits)
			require.NoError(t, err, f.name)
			if s.clusters.count() < 10 {
				n := 0
				for _, l := range world.lists {
					n += len(l)
				}
				t.Logf("%s: %d objects, %d pods", f.name, n, len(world.lists["/v1/pods"]))
			}
		}
	}
}

func fixed() time.Time { return monday }
