// Package textfile reads text files of any size as they come: packed or not, in UTF-8 or
// UTF-16, counting lines so that a place can be told.
package textfile

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// The most that is taken of one file: far above what an estate makes, and low enough
// that a file made to fill the memory fails early.
const (
	// Longest is of a file of an estate, unpacked.
	Longest = 8 << 30
	// LongestDocument is of one document in it.
	LongestDocument = 8 << 20
)

// ErrTooLong ends the reading of a file that is made to fill the memory.
var ErrTooLong = errors.New("it is longer than any file of an estate")

// BufferSize is that of a buffered file.
const BufferSize = 64 << 10

// Unpacked looks through gzip, whatever the file is called.
func Unpacked(r io.Reader, longest int64) (*bufio.Reader, error) {
	buffered := bufio.NewReaderSize(r, BufferSize)
	magic, err := buffered.Peek(2)
	if err != nil || magic[0] != 0x1f || magic[1] != 0x8b {
		return buffered, nil //nolint:nilerr // a file this short is read, and refused, as text
	}
	plain, err := gzip.NewReader(buffered)
	if err != nil {
		return nil, fmt.Errorf("it is no valid gzip: %w", err)
	}
	return bufio.NewReaderSize(Limited(plain, longest), BufferSize), nil
}

// InUTF8 decodes UTF-16, which PowerShell's > writes, and takes byte order marks off.
func InUTF8(r *bufio.Reader) io.Reader {
	otherwise := encoding.Nop.NewDecoder()
	if head, err := r.Peek(2); err == nil && (head[0] == '{' || head[0] == '[') && head[1] == 0 {
		otherwise = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder()
	}
	return transform.NewReader(r, unicode.BOMOverride(otherwise))
}

// IsTar reports whether an unpacked file is a tar archive.
func IsTar(r *bufio.Reader) bool {
	const magicAt = 257
	head, err := r.Peek(magicAt + 5)
	return err == nil && bytes.Equal(head[magicAt:], []byte("ustar"))
}

// Limited fails after a number of bytes, where io.LimitReader would end as if the
// file did.
func Limited(r io.Reader, longest int64) io.Reader { return &limited{r: r, left: longest} }

type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, ErrTooLong
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}

// Counter counts lines, so that a place in a file can be told as people count, and
// bounds how much of it one document may take.
type Counter struct {
	r io.Reader
	// read is how many bytes were handed out.
	read int64
	// ends are the places of line ends that were handed out and are not passed yet.
	ends []int64
	// passed is the number of lines that end before the last mark.
	passed int64
	mark   int64
}

// Read reads.
func (c *Counter) Read(p []byte) (int, error) {
	if c.read-c.mark > LongestDocument {
		return 0, fmt.Errorf("a single document takes more than %d MiB", LongestDocument>>20)
	}
	n, err := c.r.Read(p)
	for at := 0; at < n; {
		end := bytes.IndexByte(p[at:n], '\n')
		if end < 0 {
			break
		}
		at += end + 1
		c.ends = append(c.ends, c.read+int64(at))
	}
	c.read += int64(n)
	return n, err
}

// NewCounter counts what is read of a text.
func NewCounter(r io.Reader) *Counter { return &Counter{r: r} }

// Handed is how many bytes were handed out.
func (c *Counter) Handed() int64 { return c.read }

// Forget says that nobody will ask for places before the offset.
func (c *Counter) Forget(offset int64) {
	c.mark = offset
	done := 0
	for done < len(c.ends) && c.ends[done] <= offset {
		done++
	}
	c.passed += int64(done)
	c.ends = append(c.ends[:0], c.ends[done:]...)
}

// Line tells the line that an offset is on, counted from 1.
func (c *Counter) Line(offset int64) int64 {
	line := c.passed + 1
	for _, end := range c.ends {
		if end > offset {
			break
		}
		line++
	}
	return line
}
