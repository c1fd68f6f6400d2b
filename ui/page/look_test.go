package page

import "testing"

func TestLook(t *testing.T) {
	for _, size := range [][2]int{{80, 20}, {120, 36}, {160, 41}} {
		s := newStage(t, demoEstate(), size[0], size[1]).open(Address{Kind: Estate})
		s.frame()
		s.do("down", "down", "down", "down").frame()
		s.do("open").frame()
	}
}
