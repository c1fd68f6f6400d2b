package network

import (
	"slices"
	"strconv"
	"strings"
)

// Ports is a set of ports of TCP, UDP and SCTP: sorted spans that do not touch. Each
// protocol has its own stretch of the numbers. The zero value is the empty set.
type Ports []span

type span struct{ from, to int32 } // both belong to it

const (
	portsOfOne = 1 << 16
	lastPort   = 3*portsOfOne - 1
)

var protocols = [...]string{"TCP", "UDP", "SCTP"}

// EveryPort is all ports of all protocols.
var EveryPort = Ports{{0, lastPort}}

// NewPorts returns the ports from first to last of a protocol; none for a protocol that
// policies do not know.
func NewPorts(protocol string, first, last int32) Ports {
	at := int32(slices.Index(protocols[:], strings.ToUpper(protocol)))
	first, last = max(first, 0), min(last, portsOfOne-1)
	if at < 0 || first > last {
		return nil
	}
	return Ports{{at*portsOfOne + first, at*portsOfOne + last}}
}

func protocolPorts(protocol string) Ports { return NewPorts(protocol, 0, portsOfOne-1) }

// Every reports whether the set has all ports of all protocols.
func (p Ports) Every() bool { return len(p) == 1 && p[0] == EveryPort[0] }

// None reports whether the set is empty.
func (p Ports) None() bool { return len(p) == 0 }

// Has reports whether a port of a protocol is in the set.
func (p Ports) Has(protocol string, port int32) bool {
	return !p.and(NewPorts(protocol, port, port)).None()
}

// or returns what is in either set.
func (p Ports) or(q Ports) Ports {
	if p.None() || q.Every() {
		return q
	}
	if q.None() || p.Every() {
		return p
	}
	all := append(slices.Clone(p), q...)
	slices.SortFunc(all, func(a, b span) int { return int(a.from - b.from) })
	merged := all[:1]
	for _, next := range all[1:] {
		if last := &merged[len(merged)-1]; next.from <= last.to+1 {
			last.to = max(last.to, next.to)
		} else {
			merged = append(merged, next)
		}
	}
	return merged
}

// and returns what is in both sets.
func (p Ports) and(q Ports) Ports {
	if p.Every() || q.None() {
		return q
	}
	if q.Every() || p.None() {
		return p
	}
	var both Ports
	for i, j := 0, 0; i < len(p) && j < len(q); {
		from, to := max(p[i].from, q[j].from), min(p[i].to, q[j].to)
		if from <= to {
			both = append(both, span{from, to})
		}
		if p[i].to < q[j].to {
			i++
		} else {
			j++
		}
	}
	return both
}

// without returns what is in p and not in q.
func (p Ports) without(q Ports) Ports {
	if p.None() || q.None() {
		return p
	}
	if q.Every() {
		return nil
	}
	var rest Ports
	for _, s := range p {
		from := s.from
		for _, cut := range q {
			if cut.to < from || cut.from > s.to {
				continue
			}
			if cut.from > from {
				rest = append(rest, span{from, cut.from - 1})
			}
			from = cut.to + 1
		}
		if from <= s.to {
			rest = append(rest, span{from, s.to})
		}
	}
	return rest
}

// String lists the ports: every port, none, or such as TCP 443, 8000-8080; UDP 53.
func (p Ports) String() string {
	switch {
	case p.Every():
		return "every port"
	case p.None():
		return "none"
	}
	var parts []string
	for i, protocol := range protocols {
		mine := p.and(protocolPorts(protocol))
		if mine.None() {
			continue
		}
		numbers := make([]string, 0, len(mine))
		for _, s := range mine {
			numbers = append(numbers, spell(s.from-int32(i)*portsOfOne, s.to-int32(i)*portsOfOne))
		}
		parts = append(parts, protocol+" "+strings.Join(numbers, ", "))
	}
	return strings.Join(parts, "; ")
}

func spell(from, to int32) string {
	switch {
	case from == 0 && to == portsOfOne-1:
		return "every port"
	case from == to:
		return strconv.Itoa(int(from))
	default:
		return strconv.Itoa(int(from)) + "-" + strconv.Itoa(int(to))
	}
}
