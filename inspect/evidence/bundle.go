package evidence

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// Schema names the form of a bundle. Members may be added to a version; a change of
// meaning makes a new one.
const Schema = "aksight.bundle/1"

// Suffix is what the names of bundles end with.
const Suffix = ".aksight.tar.gz"

const (
	manifestName = "manifest.json"
	estateName   = "estate.json"
)

// Manifest is the first member of a bundle: what it holds and how that came about.
type Manifest struct {
	Schema     string    `json:"schema"`
	CapturedAt time.Time `json:"capturedAt"`
	Tool       string    `json:"tool"`
	// Source tells who captured it, and of what.
	Source Origin `json:"source"`
	// Within is the cluster or subscription that was captured, or empty for the whole
	// estate.
	Within model.ID `json:"within,omitempty"`
	// Selected are the subscriptions and clusters that were asked for, where not all were.
	Selected      []string          `json:"selected,omitempty"`
	Subscriptions []SubscriptionRef `json:"subscriptions"`
	Clusters      int               `json:"clusters"`
	// CouldNotRead lists what the capture lacks, and why; it is never nil.
	CouldNotRead []Gap `json:"couldNotRead"`
	// Files are the other members, in the order in which they follow.
	Files []Member `json:"files"`
}

// Origin is who captured a bundle, and of what.
type Origin struct {
	Mode   source.Mode `json:"mode"`
	User   string      `json:"user,omitempty"`
	Tenant string      `json:"tenant,omitempty"`
	Cloud  string      `json:"cloud,omitempty"`
}

// SubscriptionRef names a subscription.
type SubscriptionRef struct {
	ID   model.ID `json:"id"`
	Name string   `json:"name,omitempty"`
}

// Gap is what could not be read, and why.
type Gap struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// Member is one file of a bundle.
type Member struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// record is a document as a bundle holds it.
type record struct {
	ID         model.ID        `json:"id"`
	Kind       model.Kind      `json:"kind"`
	ReadAt     time.Time       `json:"readAt"`
	APIVersion string          `json:"apiVersion,omitempty"`
	Via        string          `json:"via,omitempty"`
	Partial    bool            `json:"partial,omitempty"`
	Document   json.RawMessage `json:"document"`
}

func recordOf(r *model.Resource) record {
	return record{
		ID: r.ID, Kind: r.Kind, ReadAt: r.ReadAt.UTC(), APIVersion: r.APIVersion, Via: r.Via, Partial: r.Partial, Document: r.Raw.Bytes(),
	}
}

// resource returns the record's resource, which hangs under the parent. Secrets are
// hidden once more: somebody may have written the bundle by hand.
func (r record) resource(kind model.Kind, parent model.ID) (*model.Resource, error) {
	return document.Keep(model.Resource{
		ID: r.ID, Kind: kind, Parent: parent, ReadAt: r.ReadAt, APIVersion: r.APIVersion, Via: r.Via,
		Partial: r.Partial, Final: r.Partial,
	}, r.Document)
}

// failure is a source.Problem as a bundle holds it.
type failure struct {
	What    string `json:"what"`
	Do      string `json:"do,omitempty"`
	Refused bool   `json:"refused,omitempty"`
	Cause   string `json:"cause,omitempty"`
}

func failureOf(p *source.Problem) *failure {
	if p == nil {
		return nil
	}
	held := &failure{What: p.What, Do: p.Do, Refused: p.Refused}
	if p.Err != nil {
		held.Cause = p.Err.Error()
	}
	return held
}

func (f *failure) problem() *source.Problem {
	if f == nil {
		return nil
	}
	problem := &source.Problem{What: f.What, Do: f.Do, Refused: f.Refused}
	if f.Cause != "" {
		problem.Err = errors.New(f.Cause)
	}
	return problem
}

// ended is how a read ended, as a bundle holds it: without why where it went well.
type ended struct {
	At  time.Time `json:"at,omitzero"`
	Why string    `json:"why,omitempty"`
}

// notYet is why something is missing that was still to be read.
const notYet = "it was not read yet when this was captured"

func endedOf(read model.Read) ended {
	switch read.State {
	case model.ReadDone:
		return ended{At: read.At.UTC()}
	case model.ReadFailed:
		if read.Why == "" {
			read.Why = "the read failed"
		}
		return ended{At: read.At.UTC(), Why: read.Why}
	default:
		return ended{Why: notYet}
	}
}

func (e ended) read() model.Read {
	if e.Why != "" {
		return model.Read{State: model.ReadFailed, Why: e.Why, At: e.At}
	}
	return model.Read{State: model.ReadDone, At: e.At}
}

// estateMember tells how the estate and its subscriptions were read.
type estateMember struct {
	Problem       *failure             `json:"problem,omitempty"`
	Subscriptions []subscriptionMember `json:"subscriptions"`
	// Files are those that could not be used where files were captured once more.
	Files []fileMember `json:"files,omitempty"`
}

type fileMember struct {
	Path    string   `json:"path"`
	Problem *failure `json:"problem"`
}

type subscriptionMember struct {
	ID       model.ID  `json:"id"`
	Document *record   `json:"document,omitempty"`
	ReadAt   time.Time `json:"readAt,omitzero"`
	Problem  *failure  `json:"problem,omitempty"`
	// Reads tells how reading the rights in it ended, by kind, and Rights is what it brought.
	Reads  map[model.Kind]ended `json:"reads,omitempty"`
	Rights []record             `json:"rights,omitempty"`
}

// clusterMember is one cluster with all that hangs under it.
type clusterMember struct {
	Cluster  record               `json:"cluster"`
	Problem  *failure             `json:"problem,omitempty"`
	Reads    map[model.Kind]ended `json:"reads"`
	Children []record             `json:"children"`
}
