package demo

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
)

// state is a list at one moment.
type state struct {
	entries []entry
	version int64
}

// list is what there is of a kind now.
func (w *world) list(kind *served) state {
	w.mu.Lock()
	defer w.mu.Unlock()
	return state{w.lists[kind.path()], w.version}
}

// continuation is where a list goes on, as the API server has it.
type continuation struct {
	APIVersion      string `json:"v"`
	ResourceVersion int64  `json:"rv"`
	StartKey        string `json:"start"`
}

// list answers with a page of objects.
func (q *question) list(kind *served, t *target) {
	now := q.world.list(kind)
	if err := q.checkVersion(now.version); err != nil {
		q.fail(err)
		return
	}
	chosen, err := q.selector(kind, t)
	if err != nil {
		q.fail(err)
		return
	}
	values := q.r.URL.Query()
	limit, err := strconv.Atoi(values.Get("limit"))
	if err != nil && values.Get("limit") != "" || limit < 0 {
		q.fail(apierrors.NewBadRequest("limit: " + values.Get("limit") + " is not a number of objects"))
		return
	}
	version, start := now.version, ""
	if token := values.Get("continue"); token != "" {
		var from continuation
		decoded, err := base64.RawURLEncoding.DecodeString(token)
		if err != nil || json.Unmarshal(decoded, &from) != nil || from.StartKey == "" {
			q.fail(apierrors.NewBadRequest("continue key is not valid: it is to be taken from the list before"))
			return
		}
		if from.ResourceVersion < q.world.since() {
			q.fail(apierrors.NewResourceExpired("The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results."))
			return
		}
		version, start = from.ResourceVersion, from.StartKey
	}
	var page []entry
	m := metav1.ListMeta{ResourceVersion: fmt.Sprint(version)}
	left := int64(0)
	for i := range now.entries {
		e := now.entries[i]
		if start != "" && e.key() < start || !chosen(e) {
			continue
		}
		if limit > 0 && len(page) == limit {
			if left++; m.Continue == "" {
				token, err := json.Marshal(continuation{"meta.k8s.io/v1", version, e.key()})
				if err != nil {
					q.fail(err)
					return
				}
				m.Continue = base64.RawURLEncoding.EncodeToString(token)
			}
			continue
		}
		page = append(page, e)
	}
	if left > 0 && values.Get("labelSelector") == "" && values.Get("fieldSelector") == "" {
		m.RemainingItemCount = &left
	}
	q.many(kind, page, m)
}

// key orders objects as lists do; a namespace's own come before those of another whose
// name starts with it.
func (e *entry) key() string { return e.namespace + "\x00" + e.name }

// checkVersion checks the resource version that a list is asked for.
func (q *question) checkVersion(current int64) error {
	values := q.r.URL.Query()
	told := values.Get("resourceVersion")
	if told == "" || told == "0" || values.Get("continue") != "" {
		return nil
	}
	version, err := strconv.ParseInt(told, 10, 64)
	switch {
	case err != nil || version < 0:
		return apierrors.NewBadRequest("resourceVersion: Invalid value: " + told)
	case version > current:
		return apierrors.NewTimeoutError(fmt.Sprintf("Too large resource version: %d, current: %d", version, current), 1)
	case version < q.world.since() && values.Get("resourceVersionMatch") == "Exact":
		return apierrors.NewResourceExpired(fmt.Sprintf("too old resource version: %d (%d)", version, q.world.since()))
	}
	return nil
}

// since is the oldest resource version that is still known.
func (w *world) since() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.oldest
}

// selector returns what the namespace and the selectors of a request leave.
func (q *question) selector(kind *served, t *target) (func(entry) bool, error) {
	values := q.r.URL.Query()
	byLabel, err := labels.Parse(values.Get("labelSelector"))
	if err != nil {
		return nil, apierrors.NewBadRequest("unable to parse requirement: " + err.Error())
	}
	byField, err := fields.ParseSelector(values.Get("fieldSelector"))
	if err != nil {
		return nil, apierrors.NewBadRequest("invalid field selector: " + err.Error())
	}
	for _, requirement := range byField.Requirements() {
		if !selectable(kind, requirement.Field) {
			return nil, apierrors.NewBadRequest("field label not supported: " + requirement.Field)
		}
	}
	namespace := t.namespace
	return func(e entry) bool {
		if namespace != "" && e.namespace != namespace {
			return false
		}
		accessor, err := meta.Accessor(e.object)
		return err == nil && (byLabel.Empty() || byLabel.Matches(labels.Set(accessor.GetLabels()))) &&
			(byField.Empty() || byField.Matches(fieldsOfEntry(e, byField)))
	}, nil
}

// selectable reports whether the API server selects a kind by a field.
func selectable(kind *served, field string) bool {
	switch field {
	case "metadata.name", "metadata.namespace":
		return true
	}
	return slices.Contains(map[string][]string{
		"Pod":       {"spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP"},
		"Secret":    {"type"},
		"Namespace": {"status.phase"},
		"Node":      {"spec.unschedulable"},
		"Service":   {"spec.clusterIP", "spec.type"},
		"Event":     {"involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "reason", "type"},
	}[kind.Kind], field)
}

// fieldsOfEntry are the values of the fields that a selector asks for.
func fieldsOfEntry(e entry, selector fields.Selector) fields.Set {
	tree, err := runtime.DefaultUnstructuredConverter.ToUnstructured(e.object)
	if err != nil {
		return nil
	}
	set := fields.Set{}
	for _, requirement := range selector.Requirements() {
		value := lookUp(tree, requirement.Field)
		switch value {
		case nil:
			set[requirement.Field] = ""
			if requirement.Field == "spec.hostNetwork" || requirement.Field == "spec.unschedulable" {
				set[requirement.Field] = "false"
			}
		default:
			set[requirement.Field] = fmt.Sprint(value)
		}
	}
	return set
}
