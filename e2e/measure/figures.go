package main

import (
	"fmt"
	"slices"
	"time"
)

// figures are the times of one thing done again and again.
type figures []time.Duration

// at returns the time that the given share of all stays within.
func (f figures) at(share float64) time.Duration {
	if len(f) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(f))
	return sorted[min(len(sorted)-1, int(share*float64(len(sorted))))]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d)/float64(time.Millisecond)) }

func mib(bytes int) string { return fmt.Sprintf("%.0f", float64(bytes)/(1<<20)) }
