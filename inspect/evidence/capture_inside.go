package evidence

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// insideMember tells how what runs in a cluster was read.
type insideMember struct {
	Cluster model.ID             `json:"cluster"`
	Server  string               `json:"server,omitempty"`
	User    string               `json:"user,omitempty"`
	Address string               `json:"address,omitempty"`
	Problem *failure             `json:"problem,omitempty"`
	Reads   map[model.Kind]ended `json:"reads"`
}

// objectsMember holds objects of one kind.
type objectsMember struct {
	Cluster model.ID       `json:"cluster"`
	Kind    model.Kind     `json:"kind"`
	Objects []objectRecord `json:"objects"`
}

// objectRecord is a Kubernetes object as a bundle holds it: a document, or what is
// known of a Secret.
type objectRecord struct {
	APIVersion string          `json:"apiVersion"`
	ReadAt     time.Time       `json:"readAt"`
	Document   json.RawMessage `json:"document,omitempty"`
	Secret     *secretRecord   `json:"secret,omitempty"`
}

type secretRecord struct {
	Namespace string    `json:"namespace"`
	Name      string    `json:"name"`
	Type      string    `json:"type"`
	Keys      int       `json:"keys"`
	Created   time.Time `json:"created,omitzero"`
}

// insideGaps tells what of a cluster's inside could not be read.
func insideGaps(cluster *store.Cluster, add func(what, why string)) {
	if cluster.Inside == nil {
		return
	}
	name := cluster.Resource.ID.Name()
	if problem := cluster.Inside.Problem; problem != nil {
		add("what runs in cluster "+name, problem.Error())
		return
	}
	for _, kind := range model.ObjectKinds {
		if ended := endedOf(cluster.Inside.View.Reads[kind.Kind]); ended.Why != "" {
			add(string(kind.Kind)+" objects in cluster "+name, ended.Why)
		}
	}
}

// objectsAMember bounds the size of a member.
const objectsAMember = 5000

// insidePath is where a part of what runs in a cluster lies in a bundle.
func insidePath(number int, name, part string) string {
	return fmt.Sprintf("inside/%05d-%s/%s.json", number, plain(name), plain(part))
}

// inside hands out the members on what runs in a cluster, where somebody looked.
func (c *captured) inside(number int, of *store.Cluster, take func(path string, content []byte) error) error {
	if of.Inside == nil {
		return nil
	}
	id, view := of.Resource.ID, of.Inside.View
	about := insideMember{
		Cluster: id, Server: view.Server, User: of.Inside.User, Address: of.Inside.Address,
		Problem: failureOf(of.Inside.Problem), Reads: map[model.Kind]ended{},
	}
	for _, kind := range model.ObjectKinds {
		about.Reads[kind.Kind] = endedOf(view.Reads[kind.Kind])
	}
	content, err := encode(about)
	if err != nil {
		return err
	}
	if err := take(insidePath(number, id.Name(), "inside"), content); err != nil {
		return err
	}
	for _, kind := range model.ObjectKinds {
		objects := view.Objects[kind.Kind]
		for part := 0; len(objects) > 0; part++ {
			some := objects[:min(len(objects), objectsAMember)]
			objects = objects[len(some):]
			content, err := objectsOf(id, kind.Kind, some)
			if err != nil {
				return err
			}
			if err := take(insidePath(number, id.Name(), fmt.Sprintf("%s-%04d", kind.Kind, part)), content); err != nil {
				return err
			}
		}
	}
	return nil
}

func objectsOf(cluster model.ID, kind model.Kind, objects []*model.Object) ([]byte, error) {
	member := objectsMember{Cluster: cluster, Kind: kind, Objects: make([]objectRecord, 0, len(objects))}
	for _, o := range objects {
		record := objectRecord{APIVersion: o.APIVersion, ReadAt: o.ReadAt.UTC()}
		if o.Secret != nil {
			record.Secret = &secretRecord{o.Namespace, o.Name, o.Secret.Type, o.Secret.Keys, o.Created.UTC()}
		} else {
			tree, err := object.Tree(o)
			if err != nil {
				continue // the rules could not read it either
			}
			if record.Document, err = json.Marshal(tree); err != nil {
				return nil, fmt.Errorf("writing the evidence on %s: %w", o.Ref, err)
			}
		}
		member.Objects = append(member.Objects, record)
	}
	return encode(member)
}

// object returns the record's object. It is masked once more: somebody may have written
// the bundle by hand.
func (r *objectRecord) object(kind model.Kind) (*model.Object, error) {
	switch {
	case r.Secret != nil && kind == model.KindSecret:
		summary := model.SecretSummary{Type: r.Secret.Type, Keys: r.Secret.Keys}
		return object.Secret(r.Secret.Namespace, r.Secret.Name, summary, r.Secret.Created, r.ReadAt), nil
	case r.Document == nil:
		return nil, fmt.Errorf("a %s without a document", kind)
	}
	return object.Keep(kind, r.APIVersion, r.Document, r.ReadAt)
}

// inside takes a member on what runs in a cluster.
func (b *bundleFile) inside(h *holding, content []byte) error {
	var what struct {
		Kind    model.Kind `json:"kind"`
		Cluster model.ID   `json:"cluster"`
	}
	if err := strict(content, &what); err != nil {
		return err
	}
	if !isCluster(what.Cluster) {
		return errNoCluster
	}
	guid := what.Cluster.Subscription()
	if guid != "" && !b.wants(guid, h.subscription(guid).label()) {
		return nil
	}
	in := h.cluster(what.Cluster).insideOf()
	if what.Kind == "" {
		var about insideMember
		if err := strict(content, &about); err != nil {
			return err
		}
		in.about(&about)
		return nil
	}
	var held objectsMember
	if err := strict(content, &held); err != nil {
		return err
	}
	if _, known := model.FindObjectKind(held.Kind); !known {
		return nil // of a later version
	}
	var wrong error
	for i := range held.Objects {
		o, err := held.Objects[i].object(held.Kind)
		if err != nil {
			wrong = errors.Join(wrong, err)
			continue
		}
		in.put(o)
	}
	return wrong
}

// about takes how the inside was read.
func (in *inside) about(m *insideMember) {
	in.server, in.user, in.address, in.problem = m.Server, m.User, m.Address, m.Problem.problem()
	for kind, ended := range m.Reads {
		in.reads[kind] = ended.read()
		if ended.At.After(in.at) {
			in.at = ended.At
		}
	}
}

var errNoCluster = errors.New("it holds no cluster")

// isCluster reports whether an ID is one of a cluster, Azure's or a kubeconfig's.
func isCluster(id model.ID) bool {
	return id.Kubeconfig() && id.Name() != "" || clusterOf(id).Equal(id) && id.Subscription() != "" && id.ResourceGroup() != ""
}
