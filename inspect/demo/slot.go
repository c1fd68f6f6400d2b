package demo

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/lifecycle"
)

// isBare reports whether a placeholder stands for a number.
func isBare(placeholder string) bool { return strings.HasPrefix(placeholder, "int ") }

// newSlot returns what fills a placeholder:
//
//	name group location version minor subscription nodeGroup egress tenant
//	older MINORS PATCH    a version that many minor versions older than the cluster's
//	id, armID             the cluster's ID as AKS and as the resource manager spell it
//	guid LABEL            a GUID, the same wherever the label stands in a cluster's documents
//	team LABEL            a GUID, the same in every cluster of a subscription
//	oid NAME              the object ID of somebody whom estate/directory.yaml knows
//	own                   a GUID of this place in the document
//	hex N LABEL, code N LABEL   N hexadecimal digits; N letters and digits
//	int LOW HIGH LABEL    a number
//	linux AGE [TO]        the date of a Linux node image that many days old: yyyymm.dd.0
//	windows AGE [TO]      the date of a Windows node image: yymmdd
//	day DAYS              a date that many days from now: yyyy-mm-dd
//	time DURATION         a time that far from now, in UTC
//	sshKey                a public key
func newSlot(words []string, path string) (slot, error) {
	if len(words) == 0 {
		return nil, fmt.Errorf("an empty placeholder")
	}
	label := fingerprint(strings.Join(words, " "))
	numbers, err := arguments(words)
	if err != nil {
		return nil, err
	}
	switch words[0] {
	case "name":
		return func(dst []byte, f *facts) []byte { return append(dst, f.name...) }, nil
	case "group":
		return func(dst []byte, f *facts) []byte { return append(dst, f.group...) }, nil
	case "location":
		return func(dst []byte, f *facts) []byte { return append(dst, f.location...) }, nil
	case "version":
		return func(dst []byte, f *facts) []byte { return append(dst, f.version...) }, nil
	case "minor":
		return func(dst []byte, f *facts) []byte {
			return append(dst, f.version[:strings.LastIndexByte(f.version, '.')]...)
		}, nil
	case "older":
		return func(dst []byte, f *facts) []byte {
			dst = append(dst, "1."...)
			dst = strconv.AppendInt(dst, int64(lifecycle.Number(f.version)-numbers[0]), 10)
			dst = append(dst, '.')
			return strconv.AppendInt(dst, int64(numbers[1]), 10)
		}, nil
	case "subscription":
		return func(dst []byte, f *facts) []byte { return append(dst, f.subscription...) }, nil
	case "nodeGroup":
		return func(dst []byte, f *facts) []byte { return f.nodeGroup(dst) }, nil
	case "egress":
		return func(dst []byte, f *facts) []byte { return append(dst, f.egress...) }, nil
	case "tenant":
		return func(dst []byte, _ *facts) []byte { return append(dst, tenantID...) }, nil
	case "id":
		return func(dst []byte, f *facts) []byte { return f.id(dst, groupsAKS) }, nil
	case "armID":
		return func(dst []byte, f *facts) []byte { return f.id(dst, groupsARM) }, nil
	case "guid":
		return func(dst []byte, f *facts) []byte { return f.guid(dst, label) }, nil
	case "team":
		return func(dst []byte, f *facts) []byte { return teamID(dst, f.subscription, label) }, nil
	case "oid":
		id := objectID(strings.Join(words[1:], " "))
		return func(dst []byte, _ *facts) []byte { return append(dst, id...) }, nil
	case "own":
		place := fingerprint(path)
		return func(dst []byte, f *facts) []byte { return f.guid(dst, place) }, nil
	case "hex", "code":
		return letters(words[0] == "hex", numbers[0], label), nil
	case "int":
		low, span := numbers[0], uint64(numbers[1]-numbers[0]+1)
		return func(dst []byte, f *facts) []byte {
			return strconv.AppendInt(dst, int64(low)+int64(f.hash(label)%span), 10)
		}, nil
	case "linux":
		return imageDate(numbers, label, linuxLayout), nil
	case "windows":
		return imageDate(numbers, label, windowsLayout), nil
	case "day":
		days := numbers[0]
		return func(dst []byte, f *facts) []byte {
			return appendDay(dst, f.now.AddDate(0, 0, days), "yyyy-mm-dd")
		}, nil
	case "time":
		after, err := time.ParseDuration(words[len(words)-1])
		if err != nil {
			return nil, err
		}
		return func(dst []byte, f *facts) []byte {
			return f.now.Add(after).UTC().AppendFormat(dst, time.RFC3339)
		}, nil
	case "sshKey":
		return func(dst []byte, f *facts) []byte { return sshKey(dst, f, label) }, nil
	}
	return nil, fmt.Errorf("unknown placeholder %q", words[0])
}

// arguments reads the numbers of the placeholders that take some.
func arguments(words []string) ([]int, error) {
	wanted := map[string]int{"hex": 1, "code": 1, "int": 2, "linux": 1, "windows": 1, "day": 1, "older": 2}[words[0]]
	var numbers []int
	for _, word := range words[1:] {
		n, err := strconv.Atoi(word)
		if err != nil {
			break
		}
		numbers = append(numbers, n)
	}
	if len(numbers) < wanted {
		return nil, fmt.Errorf("placeholder %q needs %d numbers", strings.Join(words, " "), wanted)
	}
	return numbers, nil
}

func letters(hex bool, n int, label uint64) slot {
	signs := codeSigns
	if hex {
		signs = hexDigits
	}
	return func(dst []byte, f *facts) []byte {
		for i := range n {
			dst = append(dst, signs[f.hash(label+uint64(i))%uint64(len(signs))])
		}
		return dst
	}
}

// The dates in the names of node images.
const (
	linuxLayout   = "yyyymm.dd.0"
	windowsLayout = "yymmdd"
)

// imageDate gives the date of a node image of an age in days, or in a range of them.
// AKS builds node images once a week, so it is the Wednesday before.
func imageDate(ages []int, label uint64, layout string) slot {
	low, span := ages[0], uint64(1)
	if len(ages) > 1 {
		span = uint64(ages[1] - low + 1)
	}
	return func(dst []byte, f *facts) []byte {
		built := f.now.AddDate(0, 0, -low-int(f.hash(label)%span))
		built = built.AddDate(0, 0, -int(built.Weekday()-time.Wednesday+7)%7)
		return appendDay(dst, built, layout)
	}
}

// sshKey appends a well-formed RSA public key of 2048 bits that nobody owns.
func sshKey(dst []byte, f *facts, label uint64) []byte {
	blob := append(make([]byte, 0, 279), "\x00\x00\x00\x07ssh-rsa\x00\x00\x00\x03\x01\x00\x01\x00\x00\x01\x01\x00"...)
	for i := range uint64(32) {
		word := f.hash(label + i)
		for bit := 0; bit < 64; bit += 8 {
			blob = append(blob, byte(word>>bit))
		}
	}
	blob[len(blob)-256] |= 0x80
	dst = append(dst, "ssh-rsa "...)
	return base64.StdEncoding.AppendEncode(dst, blob)
}

// latestAge is the age in days of the newest node images.
const latestAge = 6

// latestImage is the newest image of an image's family.
func latestImage(f *facts, image string) string {
	separator, layout := "-", linuxLayout
	if strings.HasPrefix(image, "AKSWindows") {
		separator, layout = ".", windowsLayout
	}
	family := image[:strings.LastIndex(image, separator)+1]
	return string(imageDate([]int{latestAge}, 0, layout)([]byte(family), f))
}
