package network

import (
	"net/netip"
	"slices"
)

// metadataAddress is where Azure's instance metadata service answers, over HTTP.
var metadataAddress = netip.MustParseAddr("169.254.169.254")

const metadataPort = 80

// notPublic are the ranges of IPv4 that are not of the internet. Those for documentation
// count as public: manifests that are examples mean them so.
var notPublic = prefixes("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3", "168.63.129.16/32")

func prefixes(texts ...string) []netip.Prefix {
	all := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		all[i] = netip.MustParsePrefix(text)
	}
	return all
}

// Public reports whether an address is one of the internet's.
func Public(addr netip.Addr) bool {
	addr = addr.Unmap()
	if addr.Is6() {
		return addr.IsGlobalUnicast() && !addr.IsPrivate()
	}
	return addr.IsValid() && !slices.ContainsFunc(notPublic, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// blocks cuts the address space where any policy's range begins or ends: within a piece
// all addresses are treated alike, so that one stands for all.
type blocks struct {
	starts []netip.Addr // sorted; a piece reaches up to the next
	public bitset       // pieces of IPv4 that are of the internet
	meta   int          // the piece that is the metadata service alone
}

func cut(ranges []netip.Prefix) *blocks {
	b := &blocks{}
	add := func(p netip.Prefix) {
		p = p.Masked()
		b.starts = append(b.starts, p.Addr())
		if after := last(p).Next(); after.IsValid() {
			b.starts = append(b.starts, after)
		}
	}
	for _, p := range ranges {
		add(p)
	}
	for _, p := range notPublic {
		add(p)
	}
	add(netip.MustParsePrefix("0.0.0.0/0"))
	add(netip.MustParsePrefix("::/0"))
	add(netip.PrefixFrom(metadataAddress, 32))
	slices.SortFunc(b.starts, netip.Addr.Compare)
	b.starts = slices.Compact(b.starts)
	b.public = newBitset(len(b.starts))
	for i, start := range b.starts {
		if start.Is4() && Public(start) {
			b.public.add(i)
		}
	}
	b.meta = b.of(metadataAddress)
	return b
}

// last is the last address of a range.
func last(p netip.Prefix) netip.Addr {
	bytes := p.Masked().Addr().AsSlice()
	for bit := p.Bits(); bit < len(bytes)*8; bit++ {
		bytes[bit/8] |= 1 << (7 - bit%8)
	}
	addr, _ := netip.AddrFromSlice(bytes)
	return addr
}

// of is the piece that an address is in.
func (b *blocks) of(addr netip.Addr) int {
	at, found := slices.BinarySearchFunc(b.starts, addr, netip.Addr.Compare)
	if !found {
		at--
	}
	return at
}

// within are the pieces of a range, from the first to the last.
func (b *blocks) within(p netip.Prefix) (from, to int) {
	return b.of(p.Masked().Addr()), b.of(last(p))
}

// parseRange reads a range as policies write it; a single address is one too.
func parseRange(text string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(text); err == nil {
		if !p.Addr().Is4In6() {
			return p.Masked(), true
		}
	} else if addr, err := netip.ParseAddr(text); err == nil {
		addr = addr.Unmap().WithZone("")
		return netip.PrefixFrom(addr, addr.BitLen()), true
	}
	return netip.Prefix{}, false
}
