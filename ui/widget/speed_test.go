package widget_test

import (
	"cmp"
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

const many = 100_000

func crowd() people {
	rows := make(people, many)
	for i := range rows {
		rows[i] = person{fmt.Sprintf("cluster-%06d", i), widget.Mark(1 + i%6), "left support 2025-11-01", i}
		if i%10 == 0 {
			rows[i].name = fmt.Sprintf("名前-%06d", i)
		}
	}
	return rows
}

// key moves the cursor and draws the frame.
func key(tb testing.TB) func() {
	tb.Helper()
	dark, err := themes.Load("dark")
	require.NoError(tb, err)
	list := table(crowd())
	for range many / 2 / 39 {
		list.Do(action.PageDown)
	}
	c := widget.NewCanvas(120, 40, widget.Unicode())
	return func() {
		list.Do(action.Down)
		c.Clear()
		list.Draw(c, c.Area())
		if len(c.Render(dark)) == 0 {
			tb.Fatal("an empty frame")
		}
	}
}

func TestTableAllocations(t *testing.T) {
	press := key(t)
	assert.LessOrEqual(t, testing.AllocsPerRun(100, press), 60.0)
}

func BenchmarkTable(b *testing.B) {
	press := key(b)
	b.ReportAllocs()
	for b.Loop() {
		press()
	}
}

func TestOrder(t *testing.T) {
	t.Parallel()
	rows := crowd()
	order, ok := widget.Order(t.Context(), len(rows),
		func(row int) bool { return row%1000 < 2 },
		func(a, b int) int { return cmp.Compare(rows[b].mark, rows[a].mark) })
	require.True(t, ok)
	require.Len(t, order, 200)
	for i := 1; i < len(order); i++ {
		a, b := order[i-1], order[i]
		require.GreaterOrEqual(t, rows[a].mark, rows[b].mark)
		if rows[a].mark == rows[b].mark {
			require.Less(t, a, b, "equal rows keep their order")
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, ok = widget.Order(ctx, len(rows), nil, func(a, b int) int { return b - a })
	assert.False(t, ok)
}
