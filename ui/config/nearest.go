package config

import (
	"cmp"
	"slices"
	"strings"
)

// cutLast takes the last part of a path apart from the group that it is in.
func cutLast(path string) (group, name string, nested bool) {
	at := strings.LastIndexByte(path, '.')
	if at < 0 {
		return "", path, false
	}
	return path[:at], path[at+1:], true
}

// nearest sorts names by how little has to be changed to come to them.
func nearest(name string, names []string) []string {
	distance := func(to string) int {
		_, last, _ := cutLast(to)
		_, typed, _ := cutLast(name)
		return min(edits(name, to), edits(typed, last))
	}
	return slices.SortedStableFunc(slices.Values(names), func(a, b string) int { return cmp.Compare(distance(a), distance(b)) })
}

// edits counts the letters that have to be put in, taken out or changed to come from
// one word to another, regardless of case.
func edits(from, to string) int {
	a, b := []rune(strings.ToLower(from)), []rune(strings.ToLower(to))
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		corner := row[0]
		row[0] = i + 1
		for j := range b {
			changed := corner
			if a[i] != b[j] {
				changed++
			}
			corner = row[j+1]
			row[j+1] = min(changed, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// under are the settings of a group; all where it is empty.
func under(group string) []string {
	var paths []string
	for _, setting := range Settings() {
		if group == "" || strings.HasPrefix(setting.Path, group+".") {
			paths = append(paths, setting.Path)
		}
	}
	return paths
}
