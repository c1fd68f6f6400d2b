package fix

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/aksight/aksight/model"
)

// missing stands for an asked value that was not given.
func missing(ask model.Ask) string { return "<" + ask.Name + ">" }

func example(ask model.Ask) string { return ask.Example }

// answers returns a value for everything that the rule's fixes ask: the reader's
// where it will do, else what instead gives.
func answers(rule *model.Rule, given map[string]string, instead func(model.Ask) string) map[string]string {
	all := map[string]string{}
	for _, option := range rule.Fix {
		for _, ask := range option.Ask {
			all[ask.Name] = instead(ask)
			if value := given[ask.Name]; value != "" && Invalid(ask, value) == "" {
				all[ask.Name] = strings.TrimSpace(value)
			}
		}
	}
	return all
}

// lacking names the asked values that a command still shows as placeholders.
func lacking(command string, asks []model.AskedValue) []string {
	var names []string
	for _, ask := range asks {
		if strings.Contains(command, missing(ask.Ask)) {
			names = append(names, ask.Name)
		}
	}
	return names
}

var (
	guid       = regexp.MustCompile(`^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$`)
	resourceID = regexp.MustCompile(`^/subscriptions/[^/]+(/[^/]+)+$`)
	offset     = regexp.MustCompile(`^[+-](0\d|1[0-4]):[0-5]\d$`)
	name       = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
)

func weekdays() []string {
	days := make([]string, 0, 7)
	for day := time.Sunday; day <= time.Saturday; day++ {
		days = append(days, day.String())
	}
	return days
}

// narrowest is the shortest prefix that an address range of the reader's own may
// have: wider ones would let half the internet in.
const narrowest = 16

// Invalid says why a value will not do for what is asked, or "". An empty value is
// not invalid, only missing.
func Invalid(ask model.Ask, value string) string {
	value = strings.TrimSpace(value)
	if value == "" {
		return ""
	}
	if strings.ContainsFunc(value, unsafeRune) {
		return "it holds characters that cannot be typed in a shell"
	}
	switch ask.Type {
	case "cidr":
		return invalidRange(value)
	case "address":
		if _, err := netip.ParseAddr(value); err != nil {
			return "it is not an IP address such as 198.51.100.7"
		}
	case "guid":
		if !guid.MatchString(value) {
			return "it is not an object ID such as 11111111-2222-3333-4444-555555555555"
		}
	case "resourceID":
		if !resourceID.MatchString(value) {
			return "it is not a resource ID: those begin with /subscriptions/"
		}
	case "name":
		if !name.MatchString(value) {
			return "it is not a resource name: letters, digits, dots, dashes and underscores"
		}
	case "weekday":
		if !slices.ContainsFunc(weekdays(), func(day string) bool { return strings.EqualFold(day, value) }) {
			return "it is not a day of the week such as Sunday"
		}
	case "time":
		if _, err := time.Parse("15:04", value); err != nil {
			return "it is not a time of day such as 01:30"
		}
	case "offset":
		if !offset.MatchString(value) {
			return "it is not a distance from UTC such as +01:00 or -05:30"
		}
	case "number":
		if _, err := strconv.Atoi(value); err != nil {
			return "it is not a whole number"
		}
	case "url":
		if parsed, err := url.Parse(value); err != nil || parsed.Host == "" {
			return "it is not a URL such as https://example.com"
		}
	}
	return ""
}

// invalidRange checks address ranges, several with commas. 0.0.0.0/32 is no range:
// to AKS it means "nobody but the nodes" and locks every operator out.
func invalidRange(value string) string {
	for entry := range strings.SplitSeq(value, ",") {
		entry = strings.TrimSpace(entry)
		prefix, err := netip.ParsePrefix(entry)
		if address, bare := netip.ParseAddr(entry); bare == nil {
			prefix, err = netip.PrefixFrom(address, address.BitLen()), nil
		}
		switch {
		case err != nil:
			return fmt.Sprintf("%s is not a range such as 203.0.113.0/24", entry)
		case prefix.Addr().IsUnspecified():
			return entry + " is not a range of yours"
		case prefix.Addr().Is4() && prefix.Bits() < narrowest:
			return fmt.Sprintf("%s is wider than /%d", entry, narrowest)
		case prefix.Masked() != prefix:
			return fmt.Sprintf("%s has host bits set: write %s", entry, prefix.Masked())
		}
	}
	return ""
}

// unsafeRune tells characters that a terminal or a shell would act on where a reader
// does not see them.
func unsafeRune(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || slices.Contains([]rune{'\u2028', '\u2029', unicode.ReplacementChar}, r)
}
