package expr

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/aksight/aksight/inspect/document"
)

func fold(s string) string { return strings.ToLower(s) }

var kubernetesVersion = regexp.MustCompile(`^v?(\d{1,3})\.(\d{1,4})(?:\.(\d{1,4}))?`)

// versionOrder maps a Kubernetes version to an integer in the same order, or 0.
func versionOrder(s string) int64 {
	parts := kubernetesVersion.FindStringSubmatch(s)
	if parts == nil {
		return 0
	}
	order := int64(0)
	for _, part := range parts[1:] {
		n, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			n = 0 // the patch may be missing
		}
		order = order*10_000 + n
	}
	return order
}

// versionMinor returns the minor number of a Kubernetes version, or -1.
func versionMinor(s string) int64 {
	parts := kubernetesVersion.FindStringSubmatch(s)
	if parts == nil {
		return -1
	}
	n, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// prefixLength returns the prefix length of a CIDR or address, or -1.
func prefixLength(s string) int64 {
	if !strings.Contains(s, "/") { // to try either makes an error of the other
		if address, err := netip.ParseAddr(s); err == nil {
			return int64(address.BitLen())
		}
		return -1
	}
	if prefix, err := netip.ParsePrefix(s); err == nil {
		return int64(prefix.Bits())
	}
	return -1
}

func dateOf(s string) ref.Val {
	day, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return types.NewErr("%q is not a date such as 2026-09-30", s)
	}
	return types.Timestamp{Time: day}
}

var (
	linuxImage   = regexp.MustCompile(`-(\d{4})(\d{2})\.(\d{1,2})\.\d+$`)
	windowsImage = regexp.MustCompile(`[.-](\d{2})(\d{2})(\d{2})$`)
)

// ImageDate returns the day of a node image: Linux images end in YYYYMM.DD.n,
// Windows images in YYMMDD. It returns the Unix epoch where the name has no date.
func ImageDate(image string) time.Time {
	if parts := linuxImage.FindStringSubmatch(image); parts != nil {
		return dayOf(parts[1], parts[2], parts[3])
	}
	if parts := windowsImage.FindStringSubmatch(image); parts != nil {
		return dayOf("20"+parts[1], parts[2], parts[3])
	}
	return time.Unix(0, 0).UTC()
}

func dayOf(year, month, day string) time.Time {
	if len(day) == 1 {
		day = "0" + day
	}
	date, err := time.Parse("20060102", year+month+day)
	if err != nil {
		return time.Unix(0, 0).UTC()
	}
	return date
}

func isAutomatic(cluster map[string]any) bool {
	return strings.EqualFold(document.Text(cluster, "sku.name"), "Automatic")
}

func isStopped(cluster map[string]any) bool {
	return strings.EqualFold(document.Text(cluster, "properties.powerState.code"), "Stopped")
}

func isWindows(pool map[string]any) bool {
	return strings.EqualFold(document.Text(pool, "osType"), "Windows")
}

func isSpot(pool map[string]any) bool {
	return strings.EqualFold(document.Text(pool, "scaleSetPriority"), "Spot")
}

// isManagedPool tells pools that the customer cannot change: the hosted system pools
// of AKS Automatic ("ManagedSystem") and what node auto-provisioning runs ("Machines").
func isManagedPool(pool map[string]any) bool {
	return strings.EqualFold(document.Text(pool, "mode"), "ManagedSystem") ||
		strings.EqualFold(document.Text(pool, "mode"), "Machines")
}

// loggedBy lists what diagnostic settings collect, in lower case: categories, and
// category groups as "group/alllogs".
func loggedBy(settings ref.Val) ref.Val {
	list, _ := plain(settings).([]any)
	collected := []string{}
	for _, setting := range list {
		tree, _ := setting.(map[string]any)
		logs, _ := document.Lookup(tree, "properties.logs")
		entries, _ := logs.([]any)
		for _, entry := range entries {
			log, _ := entry.(map[string]any)
			if on, _ := log["enabled"].(bool); !on {
				continue
			}
			if category := document.Text(log, "category"); category != "" {
				collected = append(collected, strings.ToLower(category))
			}
			if group := document.Text(log, "categoryGroup"); group != "" {
				collected = append(collected, "group/"+strings.ToLower(group))
			}
		}
	}
	return types.DefaultTypeAdapter.NativeToValue(collected)
}

// Minor returns the minor number of a Kubernetes version, or -1.
func Minor(version string) int64 { return versionMinor(version) }
