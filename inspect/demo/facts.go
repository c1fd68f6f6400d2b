package demo

import (
	"strings"
	"time"
)

// The company's tenant.
const (
	tenantID     = "6f1c2a7e-93d4-4b58-9a0e-2d7c5be41f36"
	tenantDomain = "marigold.example"
)

// facts are what placeholders can say of one cluster.
type facts struct {
	now          time.Time
	subscription string
	group        string
	name         string
	location     string
	version      string
	egress       string // the public address that the nodes leave from
	seed         uint64
	drift        int // minor versions that came out since the story was written
}

// id appends the cluster's ARM ID; AKS itself spells resourcegroups in lower case,
// Resource Graph and the resource manager do not.
func (f *facts) id(dst []byte, groups string) []byte {
	dst = append(dst, "/subscriptions/"...)
	dst = append(dst, f.subscription...)
	dst = append(dst, groups...)
	dst = append(dst, f.group...)
	dst = append(dst, "/providers/Microsoft.ContainerService/managedClusters/"...)
	return append(dst, f.name...)
}

const (
	groupsAKS = "/resourcegroups/"
	groupsARM = "/resourceGroups/"
)

// nodeGroup appends the name of the resource group that holds the nodes.
func (f *facts) nodeGroup(dst []byte) []byte {
	dst = append(dst, "MC_"...)
	dst = append(dst, f.group...)
	dst = append(dst, '_')
	dst = append(dst, f.name...)
	dst = append(dst, '_')
	return append(dst, f.location...)
}

// hash returns a number that depends on the cluster and the salt alone.
func (f *facts) hash(salt uint64) uint64 { return mix(f.seed ^ salt) }

// mix is the finaliser of splitmix64.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// fingerprint is FNV-1a, regardless of case.
func fingerprint(s string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := range len(s) {
		b := s[i]
		if 'A' <= b && b <= 'Z' {
			b += 'a' - 'A'
		}
		h = (h ^ uint64(b)) * 0x100000001b3
	}
	return h
}

const (
	hexDigits = "0123456789abcdef"
	codeSigns = "abcdefghijklmnopqrstuvwxyz0123456789"
)

// guid appends a GUID that is the same for the same cluster and label.
func (f *facts) guid(dst []byte, salt uint64) []byte {
	a, b := f.hash(salt), f.hash(salt+1)
	a = a&^0xf000 | 0x4000               // version 4
	b = b&^(0xc000<<48) | (0x8000 << 48) // RFC 4122 variant
	dst = appendHex(dst, a, 8, 60)
	dst = append(dst, '-')
	dst = appendHex(dst, a, 4, 28)
	dst = append(dst, '-')
	dst = appendHex(dst, a, 4, 12)
	dst = append(dst, '-')
	dst = appendHex(dst, b, 4, 60)
	dst = append(dst, '-')
	return appendHex(dst, b, 12, 44)
}

// teamID appends a GUID that is the same for all clusters of a subscription.
func teamID(dst []byte, subscription string, salt uint64) []byte {
	f := facts{seed: fingerprint(subscription)}
	return f.guid(dst, salt)
}

// guidOf is a GUID of the company's own, the same for the same words.
func guidOf(words string) string {
	f := facts{seed: fingerprint(tenantID)}
	return string(f.guid(nil, fingerprint(words)))
}

// objectID is the ID in Entra ID of somebody whose file gives none.
func objectID(name string) string { return guidOf("oid " + name) }

// appendHex appends digits of n from the nibble at the given bit downwards.
func appendHex(dst []byte, n uint64, digits, bit int) []byte {
	for range digits {
		dst = append(dst, hexDigits[n>>bit&15])
		bit -= 4
	}
	return dst
}

// appendDay appends a date in a layout made of the two digits yy, mm and dd, the
// four digits yyyy, and anything else; time.Format would cost more than the rest
// of a document.
func appendDay(dst []byte, t time.Time, layout string) []byte {
	year, month, day := t.Date()
	for layout != "" {
		switch {
		case strings.HasPrefix(layout, "yyyy"):
			dst = appendTwo(appendTwo(dst, year/100), year%100)
			layout = layout[4:]
		case strings.HasPrefix(layout, "yy"):
			dst = appendTwo(dst, year%100)
			layout = layout[2:]
		case strings.HasPrefix(layout, "mm"):
			dst = appendTwo(dst, int(month))
			layout = layout[2:]
		case strings.HasPrefix(layout, "dd"):
			dst = appendTwo(dst, day)
			layout = layout[2:]
		default:
			dst = append(dst, layout[0])
			layout = layout[1:]
		}
	}
	return dst
}

func appendTwo(dst []byte, n int) []byte {
	return append(dst, byte('0'+n/10), byte('0'+n%10))
}
