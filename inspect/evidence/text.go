package evidence

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
	longestText     = 8 << 30 // of a file, unpacked
	longestDocument = 8 << 20 // of one document in it
)

// errTooLong ends the reading of a file that is made to fill the memory.
var errTooLong = errors.New("it is longer than any file of an estate")

// reader is a buffered file, unpacked and in UTF-8.
const bufferSize = 64 << 10

// unpacked looks through gzip, whatever the file is called.
func unpacked(r io.Reader) (*bufio.Reader, error) {
	buffered := bufio.NewReaderSize(r, bufferSize)
	magic, err := buffered.Peek(2)
	if err != nil || magic[0] != 0x1f || magic[1] != 0x8b {
		return buffered, nil //nolint:nilerr // a file this short is read, and refused, as text
	}
	plain, err := gzip.NewReader(buffered)
	if err != nil {
		return nil, fmt.Errorf("it is no valid gzip: %w", err)
	}
	return bufio.NewReaderSize(&limited{r: plain, left: longestText}, bufferSize), nil
}

// inUTF8 decodes UTF-16, which PowerShell's > writes, and takes byte order marks off.
func inUTF8(r *bufio.Reader) io.Reader {
	otherwise := encoding.Nop.NewDecoder()
	if head, err := r.Peek(2); err == nil && (head[0] == '{' || head[0] == '[') && head[1] == 0 {
		otherwise = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder()
	}
	return transform.NewReader(r, unicode.BOMOverride(otherwise))
}

// isTar reports whether an unpacked file is a tar archive.
func isTar(r *bufio.Reader) bool {
	const magicAt = 257
	head, err := r.Peek(magicAt + 5)
	return err == nil && bytes.Equal(head[magicAt:], []byte("ustar"))
}

// limited fails after a number of bytes, where io.LimitReader would end as if the
// file did.
type limited struct {
	r    io.Reader
	left int64
}

// Read reads.
func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errTooLong
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}

// counter counts lines, so that a place in a file can be told as people count, and
// bounds how much of it one document may take.
type counter struct {
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
func (c *counter) Read(p []byte) (int, error) {
	if c.read-c.mark > longestDocument {
		return 0, fmt.Errorf("a single document takes more than %d MiB", longestDocument>>20)
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

// forget says that nobody will ask for places before the offset.
func (c *counter) forget(offset int64) {
	c.mark = offset
	done := 0
	for done < len(c.ends) && c.ends[done] <= offset {
		done++
	}
	c.passed += int64(done)
	c.ends = append(c.ends[:0], c.ends[done:]...)
}

// line tells the line that an offset is on, counted from 1.
func (c *counter) line(offset int64) int64 {
	line := c.passed + 1
	for _, end := range c.ends {
		if end > offset {
			break
		}
		line++
	}
	return line
}
