package evidence

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/aksight/aksight/model"
)

// The most that is taken of one bundle: tens of thousands of clusters fit.
const (
	longestManifest = 64 << 20
	longestMember   = 64 << 20
	mostMembers     = 1 << 20
)

// members hands out a bundle's files one after the other; io.EOF ends them.
type members interface {
	next() (name string, size int64, content io.Reader, err error)
}

// readManifest reads the first member of a bundle.
func readManifest(all members) (*Manifest, error) {
	name, size, content, err := all.next()
	switch {
	case errors.Is(err, io.EOF):
		return nil, errors.New("it is an empty archive")
	case err != nil:
		return nil, fmt.Errorf("it is no readable archive: %w", err)
	case name != manifestName:
		return nil, errors.New("it is an archive, but no bundle of aksight: it does not begin with " + manifestName)
	case size > longestManifest:
		return nil, errors.New("its " + manifestName + " is too large")
	}
	raw, err := io.ReadAll(io.LimitReader(content, longestManifest))
	if err != nil {
		return nil, fmt.Errorf("its %s breaks off: %w", manifestName, err)
	}
	var m Manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, fmt.Errorf("its %s cannot be read: %w", manifestName, err)
	}
	switch {
	case m.Schema != Schema && strings.HasPrefix(m.Schema, "aksight.bundle/"):
		return nil, fmt.Errorf("it has the form %.40q, and this version of aksight reads %s: use a newer one", m.Schema, Schema)
	case m.Schema != Schema:
		return nil, errors.New("its " + manifestName + " is not one of an aksight bundle")
	case m.CapturedAt.IsZero():
		return nil, errors.New("its " + manifestName + " does not say when it was captured")
	case len(m.Files) > mostMembers:
		return nil, errors.New("its " + manifestName + " names too many files")
	}
	m.CouldNotRead = nil // that is for people: the members tell it again
	return &m, nil
}

// readMembers checks each file that the manifest names against it, and hands out
// those that are as they were written. What is wrong goes to wrong, by the file.
func readMembers(all members, m *Manifest, take func(path string, content []byte) error, wrong func(path string, err error)) {
	wanted := map[string]Member{}
	for _, file := range m.Files {
		wanted[file.Path] = file
	}
	var broken error
	for {
		name, size, content, err := all.next()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				broken = err
			}
			break
		}
		file, is := wanted[name]
		if !is {
			wrong(name, errors.New("the manifest does not name it: it is not used"))
			if len(m.Files) == 0 {
				break
			}
			continue
		}
		delete(wanted, name)
		raw, err := verified(file, size, content)
		if err == nil {
			err = take(name, raw)
		}
		if err != nil {
			wrong(name, err)
		}
	}
	missing(m, wanted, broken, wrong)
}

// missing tells which files of the manifest did not come.
func missing(m *Manifest, wanted map[string]Member, broken error, wrong func(path string, err error)) {
	if len(wanted) == 0 {
		return
	}
	const several = 20
	why := errors.New("the manifest names it, and it is not in the bundle")
	if broken != nil {
		why = fmt.Errorf("the bundle breaks off before it: %w", broken)
	}
	told := 0
	for _, file := range m.Files {
		if _, lacks := wanted[file.Path]; !lacks {
			continue
		}
		if told == several {
			wrong(fmt.Sprintf("%d more files", len(wanted)-told), why)
			return
		}
		told++
		wrong(file.Path, why)
	}
}

// verified reads a file and checks that it is the one that was written.
func verified(file Member, size int64, content io.Reader) ([]byte, error) {
	switch {
	case size != file.Size:
		return nil, fmt.Errorf("it has %d bytes, and %d in the manifest: it was changed, and is not used", size, file.Size)
	case size > longestMember:
		return nil, fmt.Errorf("it takes more than %d MiB: it is not used", longestMember>>20)
	}
	raw, err := io.ReadAll(io.LimitReader(content, size+1))
	if err != nil {
		return nil, fmt.Errorf("it breaks off: %w", err)
	}
	sum := sha256.Sum256(raw)
	if hex.EncodeToString(sum[:]) != file.SHA256 {
		return nil, errors.New("its SHA-256 is not the one in the manifest: it was changed, and is not used")
	}
	return raw, nil
}

// tarMembers are the files of an archive.
type tarMembers struct {
	archive *tar.Reader
	seen    map[string]bool
}

func newTarMembers(r io.Reader) *tarMembers {
	return &tarMembers{archive: tar.NewReader(r), seen: map[string]bool{}}
}

func (t *tarMembers) next() (name string, size int64, content io.Reader, err error) {
	header, err := t.archive.Next()
	if err != nil {
		return "", 0, nil, err
	}
	// Nothing is ever unpacked to a disk; odd members still mean that somebody made
	// this by hand.
	switch {
	case header.Typeflag != tar.TypeReg:
		return "", 0, nil, fmt.Errorf("it holds %.80q, which is no plain file", header.Name)
	case !fs.ValidPath(header.Name):
		return "", 0, nil, fmt.Errorf("it holds a file with the path %.80q", header.Name)
	case t.seen[header.Name]:
		return "", 0, nil, fmt.Errorf("it holds %.80q twice", header.Name)
	case len(t.seen) > mostMembers:
		return "", 0, nil, errors.New("it holds too many files")
	}
	t.seen[header.Name] = true
	return header.Name, header.Size, t.archive, nil
}

// folderMembers are the files of a bundle that somebody unpacked, in the order of its
// manifest.
type folderMembers struct {
	root     fs.FS
	manifest bool
	left     []Member
	open     fs.File
}

func (f *folderMembers) next() (name string, size int64, content io.Reader, err error) {
	if f.open != nil {
		_ = f.open.Close() // it was only read
		f.open = nil
	}
	name = manifestName
	if f.manifest {
		for {
			if len(f.left) == 0 {
				return "", 0, nil, io.EOF
			}
			name, f.left = f.left[0].Path, f.left[1:]
			if info, err := fs.Stat(f.root, filepath.ToSlash(name)); err == nil && info.Mode().IsRegular() {
				break // one that is missing is told with the others
			}
		}
	}
	f.manifest = true
	if f.open, err = f.root.Open(name); err != nil {
		return "", 0, nil, err
	}
	info, err := f.open.Stat()
	if err != nil {
		return "", 0, nil, err
	}
	return name, info.Size(), f.open, nil
}

// bundleFile is a bundle that is being read.
type bundleFile struct {
	name  string
	wants func(guid, name string) bool
}

// take puts what a member holds where it belongs. It returns the cluster whose
// document is now another one, or nil.
func (b *bundleFile) take(h *holding, path string, content []byte) (*cluster, error) {
	switch {
	case path == estateName:
		return nil, b.estate(h, content)
	case strings.HasPrefix(path, "inside/"):
		return nil, b.inside(h, content)
	}
	var member clusterMember
	if err := strict(content, &member); err != nil {
		return nil, err
	}
	id := member.Cluster.ID
	if !isCluster(id) {
		return nil, errNoCluster
	}
	if id.Subscription() != "" && !b.wants(id.Subscription(), h.subscription(id.Subscription()).label()) {
		return nil, nil
	}
	resource, err := member.Cluster.resource(model.KindCluster, model.SubscriptionID(id.Subscription()))
	if err != nil {
		return nil, err
	}
	held := h.cluster(id)
	fresh := held.put(resource)
	if fresh {
		held.problem = member.Problem.problem()
	}
	children := map[model.Kind][]*model.Resource{}
	for _, child := range member.Children {
		kept, err := child.resource(child.Kind, id)
		if err != nil {
			return nil, err
		}
		children[child.Kind] = append(children[child.Kind], kept)
	}
	for kind, ended := range member.Reads {
		held.putRead(kind, ended.read(), children[kind])
	}
	if !fresh {
		return nil, nil
	}
	return held, nil
}

func (b *bundleFile) estate(h *holding, content []byte) error {
	var member estateMember
	if err := strict(content, &member); err != nil {
		return err
	}
	if problem := member.Problem.problem(); problem != nil {
		h.estate = problem
	}
	h.files = append(h.files, member.Files...)
	for _, told := range member.Subscriptions {
		guid := told.ID.Subscription()
		if told.ID.Kubeconfig() {
			continue
		}
		if guid == "" {
			return errors.New("it holds a subscription without an ID")
		}
		held := h.subscription(guid)
		if !held.at.IsZero() && told.ReadAt.Before(held.at) {
			continue
		}
		held.at, held.problem = told.ReadAt, told.Problem.problem()
		if told.Document != nil {
			resource, err := told.Document.resource(model.KindSubscription, "")
			if err != nil {
				return err
			}
			held.resource = resource
		}
		if err := held.putRights(told); err != nil {
			return err
		}
	}
	return nil
}

func strict(content []byte, into any) error {
	if err := json.NewDecoder(bytes.NewReader(content)).Decode(into); err != nil {
		return fmt.Errorf("it cannot be read: %w", err)
	}
	return nil
}
