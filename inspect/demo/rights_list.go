package demo

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// authorizationPath cuts a path below a subscription into the scope, and what is asked of
// the Microsoft.Authorization provider there.
func authorizationPath(rest []string) (scope, asked []string, ok bool) {
	for i := len(rest) - 2; i >= 0; i-- {
		if match(rest[i:i+2], "providers", "microsoft.authorization") {
			return rest[:i], rest[i+2:], true
		}
	}
	return nil, nil, false
}

// rights loads the rights with the first request that asks for them.
func (h *handler) loadedRights(w http.ResponseWriter) *rights {
	h.rightsOnce.Do(func() { h.rights, h.rightsErr = loadRights(h.estate, h.opts.Now()) })
	if h.rightsErr != nil {
		broken(w, h.rightsErr)
		return nil
	}
	return h.rights
}

// authorization answers for role assignments and their like, at the subscription or
// something in it.
func (h *handler) authorization(w http.ResponseWriter, r *http.Request, s *subscription, below, asked []string) {
	scope := "/subscriptions/" + s.id
	if len(below) > 0 {
		scope += "/" + strings.Join(below, "/")
	}
	kind := ""
	if len(asked) > 0 {
		kind = asked[0]
	}
	version := providerAuthorization
	if strings.EqualFold(kind, "roleEligibilityScheduleInstances") {
		version = providerPIM
	}
	if !accepted(w, r, http.MethodGet, version, kind) {
		return
	}
	if s.refuses {
		refuse(w, "Microsoft.Authorization/"+kind+"/read", scope)
		return
	}
	g := h.loadedRights(w)
	if g == nil {
		return
	}
	filter, err := parseFilter(r.URL.Query().Get("$filter"))
	if err != nil {
		fail(w, http.StatusBadRequest, "UnsupportedQuery", err.Error())
		return
	}
	now := newFacts(h.opts.Now()).now
	own := g.of(s)
	var items []any
	switch {
	case match(asked, "roleAssignments"):
		for _, a := range filter.assignments(g, scope, own.assignments, g.inherited(s, g.tenant.assignments)) {
			items = append(items, assignmentDocument(a, s, now))
		}
	case match(asked, "roleEligibilityScheduleInstances"):
		for _, a := range filter.assignments(g, scope, own.eligible, g.inherited(s, g.tenant.eligible)) {
			items = append(items, eligibilityDocument(g, a, s, now))
		}
	case match(asked, "roleDefinitions"):
		for _, role := range g.rolesFor(s) {
			if filter.role(role) {
				items = append(items, roleDocument(g, role, s, now))
			}
		}
	case match(asked, "roleDefinitions", "*"):
		for _, role := range g.rolesFor(s) {
			if strings.EqualFold(role.ID, asked[1]) {
				writeJSON(w, roleDocument(g, role, s, now))
				return
			}
		}
		fail(w, http.StatusNotFound, "RoleDefinitionDoesNotExist", "The specified role definition with ID '"+asked[1]+"' does not exist.")
		return
	case match(asked, "denyAssignments"):
		for _, locked := range lockedGroups(s, h.opts.Now()) {
			if filter.reaches(scope, locked.scope) {
				items = append(items, denyDocument(g, locked))
			}
		}
	default:
		fail(w, http.StatusNotFound, "InvalidResourceType", "The resource type '"+strings.Join(asked, "/")+"' could not be found in the namespace 'Microsoft.Authorization' for api version '"+r.URL.Query().Get("api-version")+"'.")
		return
	}
	h.writePage(w, r, items)
}

// rolesFor returns the roles that can be assigned in a subscription.
func (g *rights) rolesFor(s *subscription) []*role {
	var all []*role
	for _, r := range g.roles {
		if !r.custom || len(g.assignable(r, s)) > 0 {
			all = append(all, r)
		}
	}
	return all
}

// assignable returns the scopes of a custom role that hold a subscription.
func (g *rights) assignable(r *role, s *subscription) []string {
	var scopes []string
	for _, name := range r.At {
		for i := range g.above {
			if m := &g.above[i]; m.Name == name && m.holds(s) {
				scopes = append(scopes, "/providers/Microsoft.Management/managementGroups/"+name)
			}
		}
	}
	return scopes
}

// writePage writes one page of a list in the resource manager's form.
func (h *handler) writePage(w http.ResponseWriter, r *http.Request, items []any) {
	start, err := strconv.Atoi(r.URL.Query().Get("$skiptoken"))
	if err != nil && r.URL.Query().Has("$skiptoken") || start < 0 {
		fail(w, http.StatusBadRequest, "InvalidSkipToken", "The skip token is invalid: take the next page's address from nextLink.")
		return
	}
	start = min(start, len(items))
	end := min(start+h.opts.PageSize, len(items))
	answer := listPage{Value: items[start:end]}
	if answer.Value == nil {
		answer.Value = []any{}
	}
	if end < len(items) {
		answer.NextLink = nextLink(r, strconv.Itoa(end))
	}
	writeJSON(w, answer)
}

type listPage struct {
	Value    []any  `json:"value"`
	NextLink string `json:"nextLink,omitempty"`
}

// rightsFilter is what $filter asks of assignments and roles.
type rightsFilter struct {
	atScope   bool
	assigned  string // whose, through groups too
	principal string // whose, by themselves
	roleName  string
	roleType  string
}

type badFilterError string

func (e badFilterError) Error() string {
	return "The filter '" + string(e) + "' is not supported. Supported filters are either 'atScope()', 'principalId eq '{value}'', 'assignedTo('{value}')' or two of them joined by 'and'."
}

var (
	assignedTo = regexp.MustCompile(`(?i)^assignedTo\('([^']+)'\)$`)
	equals     = regexp.MustCompile(`(?i)^(principalId|roleName|type) eq '([^']*)'$`)
	conjunct   = regexp.MustCompile(`(?i) and `)
)

func parseFilter(text string) (rightsFilter, error) {
	var f rightsFilter
	if text = strings.TrimSpace(text); text == "" {
		return f, nil
	}
	for _, term := range conjunct.Split(text, -1) {
		term = strings.TrimSpace(term)
		if found := assignedTo.FindStringSubmatch(term); found != nil {
			f.assigned = found[1]
			continue
		}
		if found := equals.FindStringSubmatch(term); found != nil {
			switch strings.ToLower(found[1]) {
			case "principalid":
				f.principal = found[2]
			case "rolename":
				f.roleName = found[2]
			default:
				f.roleType = found[2]
			}
			continue
		}
		switch {
		case strings.EqualFold(term, "atScope()"), strings.EqualFold(term, "asTarget()"):
			f.atScope = true
		case strings.EqualFold(term, "atScopeAndBelow()"):
		default:
			return f, badFilterError(text)
		}
	}
	return f, nil
}

// reaches reports whether a list at a scope names what was made at another: there, above
// it, or below it unless the filter leaves that out.
func (f rightsFilter) reaches(asked, made string) bool {
	return within(asked, made) || !f.atScope && within(made, asked)
}

// within reports whether a scope is another or below it.
func within(scope, above string) bool {
	return len(scope) >= len(above) && strings.EqualFold(scope[:len(above)], above) && (len(scope) == len(above) || scope[len(above)] == '/')
}

// assignments chooses what a list at a scope names.
func (f rightsFilter) assignments(g *rights, scope string, own, inherited []*assignment) []*assignment {
	holders := map[string]bool{}
	if f.assigned != "" {
		holders[strings.ToLower(f.assigned)] = true
		if p := g.person(f.assigned); p != nil {
			for _, group := range groupsOf(p) {
				holders[group.id] = true
			}
		}
	}
	if f.principal != "" {
		holders[strings.ToLower(f.principal)] = true
	}
	var all []*assignment
	for _, a := range inherited {
		if len(holders) == 0 || holders[a.principal] {
			all = append(all, a)
		}
	}
	for _, a := range own {
		if f.reaches(scope, a.scope) && (len(holders) == 0 || holders[a.principal]) {
			all = append(all, a)
		}
	}
	return all
}

// role reports whether a role is asked for.
func (f rightsFilter) role(r *role) bool {
	return (f.roleName == "" || strings.EqualFold(f.roleName, r.Name)) && (f.roleType == "" || strings.EqualFold(f.roleType, r.kind()))
}

func (r *role) kind() string {
	if r.custom {
		return "CustomRole"
	}
	return "BuiltInRole"
}
