package widget

import (
	"context"
	"slices"
)

// Order returns the rows of 0 to n-1 that keep accepts, sorted; rows that compare
// equal stay in their own order. Either function may be nil. It is meant for
// background work: it gives up with ok false soon after the context ends.
func Order(ctx context.Context, n int, keep func(row int) bool, compare func(a, b int) int) (order []int32, ok bool) {
	const stride = 4096
	order = make([]int32, 0, n)
	for row := range n {
		if row%stride == 0 && ctx.Err() != nil {
			return nil, false
		}
		if keep == nil || keep(row) {
			order = append(order, int32(row))
		}
	}
	if compare != nil {
		steps, stopped := 0, false
		slices.SortStableFunc(order, func(a, b int32) int {
			if steps++; steps%stride == 0 && ctx.Err() != nil {
				stopped = true
			}
			if stopped { // let the sort run out quickly
				return 0
			}
			return compare(int(a), int(b))
		})
	}
	return order, ctx.Err() == nil
}
