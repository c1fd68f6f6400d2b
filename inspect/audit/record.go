package audit

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aksight/aksight/model"
)

// record is an entry of a log in any of the forms: an event of Kubernetes, a row of
// AKSAudit or AKSAuditAdmin, a row of AzureDiagnostics, or what Azure Monitor writes to
// storage and Event Hubs. Names of fields match regardless of case, so that the columns
// of a table fill the fields of an event.
type record struct {
	Kind           string                   `json:"kind"`
	AuditID        string                   `json:"auditID"`
	Stage          string                   `json:"stage"`
	RequestURI     string                   `json:"requestURI"`
	Verb           string                   `json:"verb"`
	User           loose[user]              `json:"user"`
	Impersonated   loose[user]              `json:"impersonatedUser"`
	Authentication loose[authentication]    `json:"authenticationMetadata"`
	SourceIPs      loose[[]string]          `json:"sourceIPs"`
	UserAgent      string                   `json:"userAgent"`
	ObjectRef      loose[objectRef]         `json:"objectRef"`
	ResponseStatus loose[status]            `json:"responseStatus"`
	Annotations    loose[map[string]string] `json:"annotations"`

	Received  string `json:"requestReceivedTimestamp"`
	StageTime string `json:"stageTimestamp"`
	// ReceivedColumn to Generated are columns of tables; Time is of storage.
	ReceivedColumn    string `json:"RequestReceivedTime"`
	StageColumn       string `json:"StageReceivedTime"`
	Generated         string `json:"TimeGenerated"`
	Time              string `json:"time"`
	Type              string `json:"Type"`
	Category          string `json:"category"`
	ResourceID        string `json:"resourceId"`
	ResourceIDOfTable string `json:"_ResourceId"`
	// LogColumn is AzureDiagnostics' column that holds the event; Properties is of storage.
	LogColumn  string            `json:"log_s"`
	Log        string            `json:"log"`
	Properties loose[properties] `json:"properties"`

	// Lists of records.
	Records json.RawMessage `json:"records"`
	Items   json.RawMessage `json:"items"`
	Tables  json.RawMessage `json:"tables"`
}

type user struct {
	Username string              `json:"username"`
	UID      string              `json:"uid"`
	Groups   []string            `json:"groups"`
	Extra    map[string][]string `json:"extra"`
}

// UnmarshalJSON also takes a bare name, which queries make of the column.
func (u *user) UnmarshalJSON(text []byte) error {
	if bytes.HasPrefix(text, []byte{'"'}) {
		return json.Unmarshal(text, &u.Username)
	}
	type plain user
	return json.Unmarshal(text, (*plain)(u))
}

type objectRef struct {
	Resource    string `json:"resource"`
	Subresource string `json:"subresource"`
	Namespace   string `json:"namespace"`
	Name        string `json:"name"`
	APIGroup    string `json:"apiGroup"`
}

type status struct {
	Code int `json:"code"`
}

type authentication struct {
	Constraint string `json:"impersonationConstraint"`
}

type properties struct {
	Log string `json:"log"`
}

// loose is a value that stands as it is, or as a text that holds it: Log Analytics gives
// dynamic columns as texts.
type loose[T any] struct {
	value T
	is    bool
	err   error
}

// UnmarshalJSON never fails: whether a broken field matters depends on which it is.
func (l *loose[T]) UnmarshalJSON(text []byte) error {
	if inner := ""; bytes.HasPrefix(text, []byte{'"'}) {
		l.err = json.Unmarshal(text, &inner)
		inner = strings.TrimSpace(inner)
		switch {
		case l.err != nil || inner == "":
			return nil //nolint:nilerr // kept in err, for whoever needs the field
		case strings.IndexAny(inner, "{[n") == 0 && json.Valid([]byte(inner)):
			text = []byte(inner)
		}
	}
	if bytes.Equal(text, []byte("null")) {
		return nil
	}
	l.err = json.Unmarshal(text, &l.value)
	l.is = l.err == nil
	return nil
}

// What is wrong with a record.
var (
	errNoUser = errors.New("it names no user: leave the column User as it is, or the field user")
	errNoVerb = errors.New("it names no verb: leave the column Verb as it is, or the field verb")
	errNoJSON = errors.New("it is no JSON")
)

// errOther is of an entry that is none of an audit log.
var errOther = errors.New("it is of another log")

// event makes an event of a record. The error is errOther for an entry of another log.
func (r *record) event() (*Event, error) {
	if inner := cmp.Or(r.LogColumn, r.Log, r.Properties.value.Log); inner != "" {
		return r.unwrap(inner)
	}
	switch {
	case r.Kind != "" && r.Kind != "Event", r.Verb == "" && r.AuditID == "":
		return nil, errOther
	case r.Verb == "":
		return nil, errNoVerb
	case r.User.err != nil || r.User.value.Username == "":
		return nil, errNoUser
	case r.ObjectRef.err != nil:
		return nil, errors.New("its objectRef is no JSON object")
	}
	e := &Event{
		ID: r.AuditID, Stage: r.Stage, Verb: r.Verb, User: known(&r.User.value),
		At:         r.at(),
		Constraint: r.Authentication.value.Constraint,
		Code:       r.ResponseStatus.value.Code,
		Decision:   r.Annotations.value["authorization.k8s.io/decision"],
		Reason:     r.Annotations.value["authorization.k8s.io/reason"],
		Addresses:  r.SourceIPs.value, Agent: r.UserAgent,
		Cluster: model.ID(cmp.Or(r.ResourceIDOfTable, r.ResourceID)),
		Changes: r.Type == "AKSAuditAdmin" || r.Category == "kube-audit-admin",
		Row:     r.Kind == "",
	}
	if r.Impersonated.is && r.Impersonated.value.Username != "" {
		as := known(&r.Impersonated.value)
		e.As = &as
	}
	if ref := r.ObjectRef.value; ref.Resource != "" {
		e.Group, e.Resource, e.Subresource = ref.APIGroup, ref.Resource, ref.Subresource
		e.Namespace, e.Name = ref.Namespace, ref.Name
	} else {
		e.Path, _, _ = strings.Cut(r.RequestURI, "?")
	}
	if e.Resource == "" && e.Path == "" {
		return nil, errors.New("it names neither a resource nor a path: leave the columns ObjectRef and RequestUri as they are")
	}
	return e, nil
}

// unwrap reads the event that a record holds as a text.
func (r *record) unwrap(inner string) (*Event, error) {
	if r.Category != "" && !strings.HasPrefix(strings.ToLower(r.Category), "kube-audit") {
		return nil, errOther
	}
	held := record{}
	if err := json.Unmarshal([]byte(inner), &held); err != nil {
		if r.Category == "" && !strings.HasPrefix(strings.TrimSpace(inner), "{") {
			return nil, errOther // a line of another container
		}
		return nil, errors.New("the event in it is no JSON: it may have been cut for its length")
	}
	if held.LogColumn != "" || held.Log != "" || held.Properties.value.Log != "" {
		return nil, errOther
	}
	e, err := held.event()
	if err != nil {
		return nil, err
	}
	if e.At.IsZero() {
		e.At = r.at()
	}
	if e.Cluster == "" {
		e.Cluster = model.ID(cmp.Or(r.ResourceIDOfTable, r.ResourceID))
	}
	e.Changes = e.Changes || strings.EqualFold(r.Category, "kube-audit-admin")
	return e, nil
}

// at is when the request came in, or else the nearest time that the record tells.
func (r *record) at() time.Time {
	for _, text := range []string{r.Received, r.ReceivedColumn, r.StageTime, r.StageColumn, r.Generated, r.Time} {
		if at, is := parseTime(text); is {
			return at
		}
	}
	return time.Time{}
}

// layouts are how times stand in logs; the last are the portal's.
var layouts = []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00", "1/2/2006, 3:04:05.999999999 PM", "1/2/2006, 15:04:05.999999999"}

func parseTime(text string) (time.Time, bool) {
	if text == "" {
		return time.Time{}, false
	}
	for _, layout := range layouts {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}

// known is what is kept of an identity.
func known(u *user) User {
	kept := User{Name: u.Username, UID: u.UID, Groups: u.Groups, Extras: slices.Sorted(maps.Keys(u.Extra))}
	if ids := u.Extra["oid"]; len(ids) > 0 {
		kept.ObjectID = ids[0]
	}
	return kept
}
