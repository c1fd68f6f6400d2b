package demo

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxGraphRows is the most that Resource Graph puts on one page.
const maxGraphRows = 1000

// graphRequest is the body of a Resource Graph query.
type graphRequest struct {
	Query         string   `json:"query"`
	Subscriptions []string `json:"subscriptions"`
	Options       struct {
		Top          *int   `json:"$top"`
		Skip         int    `json:"$skip"`
		SkipToken    string `json:"$skipToken"`
		ResultFormat string `json:"resultFormat"`
	} `json:"options"`
}

// resourceGraph answers a query. It leaves out what the user may not read, without
// a word.
func (h *handler) resourceGraph(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Ms-User-Quota-Remaining", "14")
	w.Header().Set("X-Ms-User-Quota-Resets-After", "00:00:05")
	var request graphRequest
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
		failGraph(w, h.opts.Now(), "InvalidRequestContent", "The request content was invalid and could not be deserialized: "+err.Error())
		return
	}
	if format := request.Options.ResultFormat; format != "" && !strings.EqualFold(format, "objectArray") {
		failGraph(w, h.opts.Now(), "InvalidResultFormat", "The demo answers with resultFormat objectArray only.")
		return
	}
	query, err := parseQuery(request.Query)
	if err != nil {
		failGraph(w, h.opts.Now(), "InvalidQuery", "Query is invalid: "+err.Error())
		return
	}
	rows, err := h.estate.rows(query, request.Subscriptions)
	if err != nil {
		failGraph(w, h.opts.Now(), "NoValidSubscriptionsInQueryRequest", err.Error())
		return
	}
	top := maxGraphRows
	if asked := request.Options.Top; asked != nil {
		if *asked < 1 || *asked > maxGraphRows {
			failGraph(w, h.opts.Now(), "InvalidTop", "The value of $top must be between 1 and 1000.")
			return
		}
		top = *asked
	}
	if h.opts.ResourceGraphPage > 0 {
		top = min(top, h.opts.ResourceGraphPage)
	}
	start := request.Options.Skip
	if start < 0 {
		failGraph(w, h.opts.Now(), "InvalidSkip", "The value of $skip must not be negative.")
		return
	}
	if token := request.Options.SkipToken; token != "" {
		if start, err = decodeSkipToken(token); err != nil {
			failGraph(w, h.opts.Now(), "InvalidSkipToken", "The skip token is invalid: take it from the page before.")
			return
		}
	}
	h.writeRows(w, query, rows, start, top)
}

// writeRows writes one page.
func (h *handler) writeRows(w http.ResponseWriter, query *graphQuery, rows rowSet, start, top int) {
	start = min(start, rows.total)
	end := min(start+top, rows.total)
	lent := buffers.Get().(*[]byte)
	defer buffers.Put(lent)
	buffer := fmt.Appendf((*lent)[:0], `{"totalRecords":%d,"count":%d,`, rows.total, end-start)
	if end < rows.total {
		buffer = fmt.Appendf(buffer, `"resultTruncated":"true","$skipToken":"%s",`, encodeSkipToken(end))
	} else {
		buffer = append(buffer, `"resultTruncated":"false",`...)
	}
	buffer = append(buffer, `"facets":[],"data":[`...)
	f := newFacts(h.opts.Now())
	for row := start; row < end; row++ {
		if row > start {
			buffer = append(buffer, ',')
		}
		turn := h.opts.Pacer.Begin()
		buffer = rows.append(buffer, query, row, f)
		turn.End()
		if len(buffer) >= chunk {
			if _, err := w.Write(buffer); err != nil {
				return
			}
			buffer = buffer[:0]
		}
	}
	_, _ = w.Write(append(buffer, "]}"...)) // the caller went away; there is nobody left to tell
}

const skipPrefix = "demo:"

func encodeSkipToken(row int) string {
	return base64.StdEncoding.EncodeToString([]byte(skipPrefix + strconv.Itoa(row)))
}

func decodeSkipToken(token string) (int, error) {
	plain, err := base64.StdEncoding.DecodeString(token)
	if err != nil {
		return 0, err
	}
	row, err := strconv.ParseUint(strings.TrimPrefix(string(plain), skipPrefix), 10, 31)
	return int(row), err
}

// failGraph answers as Resource Graph does: the cause stands in the details.
func failGraph(w http.ResponseWriter, now time.Time, code, message string) {
	id := w.Header().Get("X-Ms-Correlation-Request-Id")
	w.Header().Set("X-Ms-Error-Code", "BadRequest")
	w.WriteHeader(http.StatusBadRequest)
	writeJSON(w, map[string]any{"error": map[string]any{
		"code":    "BadRequest",
		"message": "Please provide below info when asking for support: timestamp = " + now.UTC().Format(time.RFC3339Nano) + ", correlationId = " + id + ".",
		"details": []any{map[string]any{"code": code, "message": message}},
	}})
}

// rowSet is what a query finds, in the order of the IDs: a subscription, then its
// clusters.
type rowSet struct {
	parts []rowPart
	total int
	turn  bool // order by id desc
}

type rowPart struct {
	subscription *subscription
	first        int // number of the part's first row
	own          bool
	clusters     bool
}

// rows finds what a query is about in the named subscriptions, or in all.
func (e *estate) rows(query *graphQuery, only []string) (rowSet, error) {
	set := rowSet{turn: query.descending}
	asked := false
	for _, s := range e.subscriptions {
		if s.refuses || len(only) > 0 && !containsFold(only, s.id) {
			continue
		}
		asked = true
		part := rowPart{subscription: s, first: set.total}
		for _, b := range query.branches {
			if len(b.subscriptions) > 0 && !containsFold(b.subscriptions, s.id) {
				continue
			}
			part.own = part.own || b.kind == graphSubscription
			part.clusters = part.clusters || b.kind == graphCluster
		}
		if part.own {
			set.total++
		}
		if part.clusters {
			set.total += s.clusters.count()
		}
		if set.total > part.first {
			set.parts = append(set.parts, part)
		}
	}
	if !asked {
		return set, fmt.Errorf("there must be at least one subscription that is eligible to contain resources")
	}
	return set, nil
}

func containsFold(list []string, s string) bool {
	return slices.ContainsFunc(list, func(item string) bool { return strings.EqualFold(item, s) })
}

// append writes a row.
func (set rowSet) append(dst []byte, query *graphQuery, row int, f *facts) []byte {
	if set.turn {
		row = set.total - 1 - row
	}
	at, _ := slices.BinarySearchFunc(set.parts, row, func(part rowPart, row int) int {
		if part.first <= row {
			return -1
		}
		return 1
	})
	part := set.parts[at-1]
	place := row - part.first
	if part.own && place == 0 {
		return appendSubscriptionRow(dst, query.columns(graphSubscription), part.subscription)
	}
	if part.own {
		place--
	}
	plan := part.subscription.clusters.at(place, f)
	dst = append(dst, '{')
	for i, column := range query.columns(graphCluster) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, '"'), column...), `":`...)
		value := plan.columns[column]
		dst = value.append(dst, f)
	}
	return append(dst, '}')
}

func appendSubscriptionRow(dst []byte, columns []string, s *subscription) []byte {
	row := map[string]any{
		"id":             "/subscriptions/" + s.id,
		"name":           s.name,
		"type":           "microsoft.resources/subscriptions",
		"tenantId":       tenantID,
		"kind":           "",
		"location":       "",
		"resourceGroup":  "",
		"subscriptionId": s.id,
		"managedBy":      "",
		"properties": map[string]any{
			"managedByTenants":     []any{},
			"state":                "Enabled",
			"subscriptionPolicies": subscriptionDocument(s)["subscriptionPolicies"],
		},
	}
	shown := make(map[string]any, len(columns))
	for _, column := range columns {
		shown[column] = row[column]
	}
	text, _ := json.Marshal(shown) // strings and maps of them always marshal
	return append(dst, text...)
}

// allColumns are the columns of the tables, in Resource Graph's order.
func allColumns() []string {
	return []string{
		"id", "name", "type", "tenantId", "kind", "location", "resourceGroup", "subscriptionId", "managedBy",
		"sku", "plan", "properties", "tags", "identity", "zones", "extendedLocation",
	}
}

// lagging are properties that Resource Graph does not have yet: it reads resources
// with an api-version of its own choice, which is seldom the newest.
func lagging() []string {
	return []string{"hostedSystemProfile", "bootstrapProfile"}
}

// graphColumns compiles a cluster's document into the columns of its row.
func graphColumns(document object) (map[string]template, error) {
	properties, _ := document.get("properties").(object)
	for _, key := range lagging() {
		properties = properties.without(key)
	}
	row := object{
		{"id", "{{armID}}"},
		{"name", "{{name}}"},
		{"type", "microsoft.containerservice/managedclusters"},
		{"tenantId", "{{tenant}}"},
		{"location", "{{location}}"},
		{"resourceGroup", "{{group}}"},
		{"subscriptionId", "{{subscription}}"},
		{"managedBy", ""},
		{"kind", document.get("kind")},
		{"sku", document.get("sku")},
		{"properties", properties},
		{"tags", document.get("tags")},
		{"identity", document.get("identity")},
	}
	columns := map[string]template{}
	for _, column := range allColumns() {
		var c compiler
		// The path is the document's, so that choices and placeholders agree with it.
		if err := c.value(row.get(column), "."+column); err != nil {
			return nil, fmt.Errorf("column %s: %w", column, err)
		}
		columns[column] = c.out
	}
	return columns, nil
}
