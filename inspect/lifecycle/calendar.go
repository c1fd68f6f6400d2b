// Package lifecycle tells how a Kubernetes version stands in AKS: what Azure lists
// in a region decides what is supported, and a calendar adds the dates. It does no I/O
// and knows no clock.
package lifecycle

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/aksight/aksight/model"
)

//go:embed calendar.yaml
var embedded []byte

// Embedded returns the product's own calendar, parsed at the first call.
var Embedded = sync.OnceValues(func() (*model.Calendar, error) { return Parse(embedded) })

// calendarFile is a calendar as its file writes it.
type calendarFile struct {
	Source   string `yaml:"source"`
	AsOf     string `yaml:"asOf"`
	Versions []struct {
		Minor       string `yaml:"minor"`
		Preview     string `yaml:"preview"`
		Available   string `yaml:"available"`
		EndOfLife   string `yaml:"endOfLife"`
		LongTermEnd string `yaml:"longTermEnd"`
	} `yaml:"versions"`
}

// Parse reads a calendar. The error names the version and the field at fault.
func Parse(text []byte) (*model.Calendar, error) {
	var file calendarFile
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil {
		return nil, fmt.Errorf("the calendar of versions: %w", err)
	}
	asOf, err := firstDay(file.AsOf)
	if err != nil {
		return nil, fmt.Errorf("the calendar of versions: asOf: %w", err)
	}
	calendar := &model.Calendar{Source: file.Source, AsOf: asOf}
	last := -1
	for _, entry := range file.Versions {
		number := Number(entry.Minor)
		if number <= last || Minor(entry.Minor) != entry.Minor {
			return nil, fmt.Errorf("the calendar of versions: %q does not follow the version before it", entry.Minor)
		}
		last = number
		life := model.Lifecycle{Minor: entry.Minor}
		var failures []error
		for _, field := range []struct {
			name, text string
			read       func(string) (time.Time, error)
			into       *time.Time
		}{
			{"preview", entry.Preview, firstDay, &life.Preview},
			{"available", entry.Available, firstDay, &life.Available},
			{"endOfLife", entry.EndOfLife, lastDay, &life.EndOfLife},
			{"longTermEnd", entry.LongTermEnd, lastDay, &life.LongTermEnd},
		} {
			day, err := field.read(field.text)
			if err != nil {
				failures = append(failures, fmt.Errorf("the calendar of versions: %s: %s: %w", entry.Minor, field.name, err))
			}
			*field.into = day
		}
		if err := errors.Join(failures...); err != nil {
			return nil, err
		}
		calendar.Versions = append(calendar.Versions, life)
	}
	return calendar, nil
}

const month = "2006-01"

// firstDay reads a day, or a month as its first day; nothing is the zero time.
func firstDay(text string) (time.Time, error) {
	day, _, err := readDay(text)
	return day, err
}

// lastDay reads a day, or a month as its last day.
func lastDay(text string) (time.Time, error) {
	day, wholeMonth, err := readDay(text)
	if err == nil && wholeMonth {
		day = day.AddDate(0, 1, -1)
	}
	return day, err
}

func readDay(text string) (day time.Time, wholeMonth bool, err error) {
	if text == "" {
		return time.Time{}, false, nil
	}
	if day, err = time.Parse(time.DateOnly, text); err == nil {
		return day, false, nil
	}
	if day, err = time.Parse(month, text); err == nil {
		return day, true, nil
	}
	return time.Time{}, false, fmt.Errorf("%q is neither a month such as 2026-11 nor a day such as 2026-11-30", text)
}

// Minor returns the minor version of a version: 1.34 of 1.34.2 and of v1.34; "" where
// it is none.
func Minor(version string) string {
	parts := strings.Split(strings.TrimPrefix(version, "v"), ".")
	if len(parts) < 2 || !digits(parts[0]) || !digits(parts[1]) {
		return ""
	}
	return parts[0] + "." + parts[1]
}

// Number returns the number of a minor version: 34 of 1.34.2; -1 where it is none, or
// one of another major version than 1, which AKS has never had.
func Number(version string) int {
	minor, found := strings.CutPrefix(Minor(version), "1.")
	if !found {
		return -1
	}
	number := 0
	for _, digit := range minor {
		number = number*10 + int(digit-'0')
	}
	return number
}

func digits(text string) bool {
	return text != "" && len(text) <= 4 && strings.Trim(text, "0123456789") == ""
}
