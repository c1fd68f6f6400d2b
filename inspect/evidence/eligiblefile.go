package evidence

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// eligibilityFields are what is kept of that somebody may join a group.
var eligibilityFields = []string{"id", "groupId", "principalId", "accessId", "memberType", "startDateTime", "endDateTime"}

// joiners are who may join a group, as Microsoft Graph lists them.
type joiners struct {
	file   string
	at     time.Time
	rows   []json.RawMessage
	groups []string
}

// mayJoin takes a membership of a group that somebody may take for a while; it names the
// group itself.
func (f *looseFile) mayJoin(h *holding, tree map[string]any) (is bool, err error) {
	text := func(field string) string { value, _ := tree[field].(string); return value }
	group := strings.ToLower(text("groupId"))
	if !guidPattern.MatchString(group) || !guidPattern.MatchString(text("principalId")) || text("accessId") == "" {
		return false, nil
	}
	kept := map[string]any{}
	for _, field := range eligibilityFields {
		if value := tree[field]; value != nil {
			kept[field] = value
		}
	}
	joins := false
	if principal, _ := tree["principal"].(map[string]any); principal != nil {
		if kind := directoryType(principal); kind != "" {
			who := map[string]any{"@odata.type": kind}
			for _, field := range principalFields {
				if value := principal[field]; value != nil {
					who[field] = value
				}
			}
			kept["principal"] = who
			joins = strings.HasSuffix(kind, ".group") && strings.EqualFold(text("accessId"), "member")
		}
	}
	raw, err := rawOf(kept, true, nil)
	if err != nil {
		return true, err
	}
	if raw, err = document.Mask(model.KindPrincipal, raw); err != nil {
		return true, err
	}
	f.used++
	r := h.rightsFiles()
	held := r.joiners[group]
	switch {
	case held != nil && held.file != f.name && f.at.Before(held.at):
		return true, nil // a newer list of the group was read
	case held == nil || held.file != f.name:
		held = &joiners{file: f.name, at: f.at}
		r.joiners[group] = held
	}
	held.rows = append(held.rows, raw)
	if joins {
		held.groups = append(held.groups, strings.ToLower(text("principalId")))
	}
	return true, nil
}

// joinersOf returns who may join a group, also where the list of it is empty; nil where
// no file tells.
func (p *placing) joinersOf(group string) *joiners {
	held := p.joiners[group]
	for _, empty := range p.empty {
		if empty.kind == model.KindGroupEligibility && strings.EqualFold(empty.of, group) && (held == nil || held.at.Before(empty.at)) {
			held = &joiners{file: empty.file, at: empty.at, rows: []json.RawMessage{}}
		}
	}
	return held
}

// gatherJoiners takes who may join the groups that hold rights.
func (p *placing) gatherJoiners(groups map[string]bool) {
	var at time.Time
	var missing []string
	var all []*model.Resource
	for _, group := range slices.Sorted(maps.Keys(groups)) {
		held := p.joinersOf(group)
		if held == nil {
			missing = append(missing, p.label(group))
			continue
		}
		raw, err := rawOf(map[string]any{"group": group, "eligible": held.rows}, true, nil)
		if err != nil {
			continue
		}
		if held.at.After(at) {
			at = held.at
		}
		all = append(all, p.own(&model.Resource{
			ID: model.GroupEligibilityID(group), Kind: model.KindGroupEligibility, Raw: model.NewJSON(raw), ReadAt: held.at, Via: held.file,
		}))
	}
	if len(all) == 0 && (len(missing) > 0 || p.made[model.KindRoleAssignment] == nil) {
		return // not one list is there
	}
	made := p.collection(model.KindGroupEligibility, at)
	made.all = all
	if len(missing) > 0 {
		made.read.State = model.ReadFailed
		made.read.Why = "these files do not hold the eligible members of " + severalNames(missing) + ": save what " +
			absences[model.KindGroupEligibility].get + " prints, as eligible-members-GROUP-ID.json, or use aksight capture"
	}
}
