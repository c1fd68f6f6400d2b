package page

import "testing"

func TestLook(t *testing.T) {
	for _, size := range [][2]int{{80, 20}, {120, 30}} {
		s := newStage(t, demoEstate(), size[0], size[1]).open(Address{Kind: Requests})
		s.frame()
		newStage(t, demoEstate(), size[0], size[1]).open(Address{Kind: Problems}).frame()
		newStage(t, demoEstate(), size[0], size[1]).open(Address{Kind: Rule, Rule: "AKS-NET-001"}).frame()
		newStage(t, demoEstate(), size[0], size[1]).open(Address{Kind: Findings, Rule: "AKS-NET-001"}).frame()
		newStage(t, demoEstate(), size[0], size[1]).open(Address{Kind: Pool, ID: demoEstate().Store.Snapshot().Clusters[0].Resource.ID, Part: demoEstate().Store.Snapshot().Clusters[0].Summary.Pools[0].Name}).frame()
	}
}
