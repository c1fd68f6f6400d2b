// Package memory searches the memory of a running process, as who has stolen a dump of
// it would.
package memory

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// Found is where a text stands in a process's memory.
type Found struct {
	Text string
	// Address is where it begins.
	Address uint64
	// Around is what stands beside it, with what is not text as dots.
	Around string
}

// Search returns where the texts stand in what a child process may write to: its heap,
// its stacks, and whatever it has freed and not overwritten. At most limit places a text.
func Search(pid, limit int, texts ...string) ([]Found, error) {
	regions, err := writable(pid)
	if err != nil {
		return nil, err
	}
	memory, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		return nil, fmt.Errorf("opening the memory of process %d: %w", pid, err)
	}
	defer memory.Close()
	s := &search{memory: memory, texts: texts, limit: limit, counts: map[string]int{}}
	for _, text := range texts {
		s.overlap = max(s.overlap, len(text)-1)
	}
	for _, region := range regions {
		if err := s.region(region); err != nil {
			return nil, err
		}
	}
	if s.read == 0 {
		return nil, fmt.Errorf("process %d has no memory that could be read", pid)
	}
	return s.found, nil
}

// region is a piece of a process's address space.
type region struct{ begin, end uint64 }

// writable are the private regions that a process can write to.
func writable(pid int) ([]region, error) {
	maps, err := os.Open(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		return nil, fmt.Errorf("reading what memory process %d has: %w", pid, err)
	}
	defer maps.Close()
	var regions []region
	lines := bufio.NewScanner(maps)
	for lines.Scan() {
		var r region
		var rights string
		if _, err := fmt.Sscanf(lines.Text(), "%x-%x %s", &r.begin, &r.end, &rights); err != nil {
			return nil, fmt.Errorf("reading %q of what memory process %d has: %w", lines.Text(), pid, err)
		}
		if strings.HasPrefix(rights, "rw") {
			regions = append(regions, r)
		}
	}
	return regions, lines.Err()
}

// search goes through a process's memory.
type search struct {
	memory  io.ReaderAt
	texts   []string
	limit   int
	overlap int
	counts  map[string]int
	found   []Found
	read    int
}

const chunk = 1 << 20

// region searches a region. A page that is gone meanwhile, or that the system keeps to
// itself, is passed over.
func (s *search) region(r region) error {
	buffer := make([]byte, s.overlap+chunk)
	kept := 0 // bytes of the chunk before, for what stands across both
	for at := r.begin; at < r.end; {
		size := min(chunk, r.end-at)
		n, err := s.memory.ReadAt(buffer[kept:kept+int(size)], int64(at))
		switch {
		case err == nil || errors.Is(err, io.EOF):
		case errors.Is(err, syscall.EIO), errors.Is(err, syscall.EFAULT):
			if n == 0 {
				return nil
			}
		default:
			return fmt.Errorf("reading memory at %x: %w", at, err)
		}
		s.read += n
		s.look(buffer[:kept+n], kept, at-uint64(kept))
		if n < int(size) {
			return nil
		}
		tail := min(s.overlap, kept+n)
		copy(buffer, buffer[kept+n-tail:kept+n])
		kept, at = tail, at+uint64(n)
	}
	return nil
}

// look notes where the texts stand in bytes that begin at an address. What lies wholly
// in the first of them, which are kept from before, was seen then.
func (s *search) look(chunk []byte, kept int, address uint64) {
	for _, text := range s.texts {
		for from := 0; s.counts[text] < s.limit; {
			i := bytes.Index(chunk[from:], []byte(text))
			if i < 0 {
				break
			}
			place := from + i
			from = place + len(text)
			if from <= kept {
				continue
			}
			s.counts[text]++
			s.found = append(s.found, Found{Text: text, Address: address + uint64(place), Around: around(chunk, place, from)})
		}
	}
}

// around is what stands beside a place, readable.
func around(all []byte, begin, end int) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '.'
		}
		return r
	}, string(all[max(0, begin-80):min(len(all), end+80)]))
}
