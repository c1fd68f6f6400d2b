package page

import (
	"cmp"
	"strconv"
	"strings"
)

// foldCompare orders names regardless of case.
func foldCompare(a, b string) int {
	for i := range min(len(a), len(b)) {
		x, y := lowerByte(a[i]), lowerByte(b[i])
		if x != y {
			return cmp.Compare(x, y)
		}
	}
	if len(a) != len(b) {
		return cmp.Compare(len(a), len(b))
	}
	return strings.Compare(a, b)
}

func lowerByte(b byte) byte {
	if b >= 'A' && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

// compareVersions orders versions such as 1.9.3 and 1.31.4 by their numbers.
func compareVersions(a, b string) int {
	for a != "" || b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		n, errN := strconv.Atoi(x)
		m, errM := strconv.Atoi(y)
		if errN != nil || errM != nil {
			if order := cmp.Compare(x, y); order != 0 {
				return order
			}
			continue
		}
		if n != m {
			return cmp.Compare(n, m)
		}
	}
	return 0
}
