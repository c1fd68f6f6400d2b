package evidence

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Write writes a bundle. The same estate gives the same bytes.
func Write(w io.Writer, capture Capture) (Manifest, error) {
	c := capture.arranged()
	m := c.manifest()
	// The manifest comes first, so that a reader knows what to expect: the members are
	// made twice rather than kept.
	err := c.members(func(path string, content []byte) error {
		sum := sha256.Sum256(content)
		m.Files = append(m.Files, Member{Path: path, Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])})
		return nil
	})
	if err != nil {
		return m, err
	}
	head, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return m, fmt.Errorf("writing the manifest: %w", err)
	}
	packed := gzip.NewWriter(w)
	archive := tar.NewWriter(packed)
	add := func(path string, content []byte) error {
		header := &tar.Header{
			Typeflag: tar.TypeReg, Name: path, Size: int64(len(content)), Mode: 0o600,
			ModTime: m.CapturedAt.Truncate(time.Second), Format: tar.FormatUSTAR,
		}
		if err := archive.WriteHeader(header); err != nil {
			return err
		}
		_, err := archive.Write(content)
		return err
	}
	if err := add(manifestName, append(head, '\n')); err != nil {
		return m, err
	}
	if err := c.members(add); err != nil {
		return m, err
	}
	if err := archive.Close(); err != nil {
		return m, err
	}
	return m, packed.Close()
}

// Saved tells of a bundle that was written to a file.
type Saved struct {
	Manifest
	Path string
	Size int64
	// SHA256 of the whole bundle, to be written down beside it.
	SHA256 string
}

// ErrExists is why a bundle was not written over a file.
var ErrExists = errors.New("it exists already")

// Save writes a bundle to a file that only its owner may read: wholly or not at all,
// and over an existing one only where that is wanted.
func Save(path string, capture Capture, overwrite bool) (saved Saved, err error) {
	saved.Path = path
	if _, err := os.Lstat(path); err == nil && !overwrite {
		return saved, &fs.PathError{Op: "write", Path: path, Err: ErrExists}
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".aksight-*.partial") // created with 0600
	if err != nil {
		return saved, err
	}
	defer func() {
		if err != nil {
			_ = file.Close() // the first error is the one to tell
			_ = os.Remove(file.Name())
		}
	}()
	sum := sha256.New()
	count := &counted{w: io.MultiWriter(file, sum)}
	if saved.Manifest, err = Write(count, capture); err != nil {
		return saved, err
	}
	err = errors.Join(file.Sync(), file.Close())
	if err != nil {
		return saved, err
	}
	saved.Size, saved.SHA256 = count.n, hex.EncodeToString(sum.Sum(nil))
	err = place(file.Name(), path, overwrite)
	return saved, err
}

// place gives a finished file its name. A link, unlike a rename, never replaces what
// came into being meanwhile.
func place(from, to string, overwrite bool) error {
	if overwrite {
		return os.Rename(from, to)
	}
	err := os.Link(from, to)
	switch {
	case err == nil:
		return os.Remove(from)
	case errors.Is(err, fs.ErrExist):
		return &fs.PathError{Op: "write", Path: to, Err: ErrExists}
	}
	// Not every file system has links.
	if _, err := os.Lstat(to); err == nil {
		return &fs.PathError{Op: "write", Path: to, Err: ErrExists}
	}
	return os.Rename(from, to)
}

type counted struct {
	w io.Writer
	n int64
}

// Write counts what it hands on.
func (c *counted) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
