package demo

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// graphKind is a type of resource that queries can ask for.
type graphKind uint8

const (
	graphCluster graphKind = iota
	graphSubscription
)

// graphQuery is a query in the part of the Kusto language that the demo
// understands: a table or a union of tables, each with where on type and
// subscriptionId and with project, and in the end order by id.
type graphQuery struct {
	branches   []graphBranch
	descending bool
}

type graphBranch struct {
	kind          graphKind
	subscriptions []string
	columns       []string
}

// columns are those of the branch that finds a kind.
func (q *graphQuery) columns(kind graphKind) []string {
	for _, b := range q.branches {
		if b.kind == kind {
			return b.columns
		}
	}
	return nil
}

// pipeline is one table with its stages, before it is known what it finds.
type pipeline struct {
	tables        []string
	types         []string
	subscriptions []string
	columns       []string
}

// parseQuery reads a query.
func parseQuery(text string) (*graphQuery, error) {
	query := &graphQuery{}
	branches, err := query.parse(text)
	if err != nil {
		return nil, err
	}
	for _, p := range branches {
		found, err := p.branches()
		if err != nil {
			return nil, err
		}
		query.branches = append(query.branches, found...)
	}
	return query, nil
}

func (q *graphQuery) parse(text string) ([]*pipeline, error) {
	stages := splitTop(text, '|')
	start := strings.Fields(strings.ToLower(strings.ReplaceAll(stages[0], ",", " ")))
	if len(start) == 0 {
		return nil, errors.New("it is empty")
	}
	if start[0] == "union" {
		start = start[1:]
	} else if len(start) > 1 {
		return nil, fmt.Errorf("%q is not a table", strings.TrimSpace(stages[0]))
	}
	all := []*pipeline{{tables: start}}
	for _, stage := range stages[1:] {
		operator, rest, _ := strings.Cut(strings.TrimSpace(stage), " ")
		rest = strings.TrimSpace(rest)
		switch strings.ToLower(operator) {
		case "where":
			for _, p := range all {
				if err := p.where(rest); err != nil {
					return nil, err
				}
			}
		case "project":
			for _, p := range all {
				if err := p.project(rest); err != nil {
					return nil, err
				}
			}
		case "union":
			other, err := q.parse(strings.TrimSuffix(strings.TrimPrefix(rest, "("), ")"))
			if err != nil {
				return nil, err
			}
			all = append(all, other...)
		case "order", "sort":
			if err := q.order(rest); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("the demo knows the operators where, project, union and order by, not %q", operator)
		}
	}
	return all, nil
}

// order reads "by id asc".
func (q *graphQuery) order(rest string) error {
	words := strings.Fields(strings.ToLower(rest))
	if len(words) < 2 || words[0] != "by" || words[1] != "id" || len(words) > 3 {
		return fmt.Errorf("the demo orders by id, not %q", rest)
	}
	q.descending = len(words) == 2 || words[2] == "desc" // descending is what Kusto does unasked
	return nil
}

// where reads conditions on type and subscriptionId joined by and; an or joins
// types.
func (p *pipeline) where(rest string) error {
	for _, condition := range splitWord(rest, "and") {
		for _, one := range splitWord(strings.Trim(strings.TrimSpace(condition), "()"), "or") {
			column, values := readCondition(one)
			switch {
			case column == "type" && len(values) > 0:
				p.types = append(p.types, values...)
			case column == "subscriptionid" && len(values) > 0:
				p.subscriptions = append(p.subscriptions, values...)
			default:
				return fmt.Errorf("the demo knows conditions on type and subscriptionId, not %q", strings.TrimSpace(one))
			}
		}
	}
	return nil
}

// readCondition reads `column =~ 'value'` and `column in~ ('a', 'b')`.
func readCondition(text string) (column string, values []string) {
	at := strings.IndexAny(text, " =!")
	if at < 0 {
		return "", nil
	}
	column = strings.ToLower(strings.TrimSpace(text[:at]))
	rest := strings.TrimSpace(text[at:])
	known := false
	for _, operator := range []string{"=~", "==", "in~", "in"} {
		if after, ok := strings.CutPrefix(strings.ToLower(rest), operator); ok {
			rest, known = strings.TrimSpace(after), true
			break
		}
	}
	if !known {
		return column, nil
	}
	for value := range strings.SplitSeq(strings.Trim(rest, "()"), ",") {
		value = strings.TrimSpace(value)
		if len(value) < 2 || value[0] != value[len(value)-1] || !strings.ContainsRune(`'"`, rune(value[0])) {
			return column, nil
		}
		values = append(values, value[1:len(value)-1])
	}
	return column, values
}

func (p *pipeline) project(rest string) error {
	known := allColumns()
	columns := []string{}
	for name := range strings.SplitSeq(rest, ",") {
		name = strings.TrimSpace(name)
		at := slices.IndexFunc(known, func(column string) bool { return strings.EqualFold(column, name) })
		if at < 0 {
			return fmt.Errorf("the demo projects the columns %s, not %q", strings.Join(known, ", "), name)
		}
		columns = append(columns, known[at])
	}
	p.columns = columns
	return nil
}

// branches says what a pipeline finds.
func (p *pipeline) branches() ([]graphBranch, error) {
	columns := p.columns
	if columns == nil {
		columns = allColumns()
	}
	var found []graphBranch
	for _, table := range p.tables {
		kind, kindName := graphCluster, "microsoft.containerservice/managedclusters"
		switch table {
		case "resources":
		case "resourcecontainers":
			kind, kindName = graphSubscription, "microsoft.resources/subscriptions"
		default:
			return nil, fmt.Errorf("the demo has the tables resources and resourcecontainers, not %q", table)
		}
		if len(p.types) == 0 || containsFold(p.types, kindName) {
			found = append(found, graphBranch{kind, p.subscriptions, columns})
		}
	}
	return found, nil
}

// splitTop splits at a separator outside of quotes and parentheses.
func splitTop(text string, separator byte) []string {
	var parts []string
	depth, start := 0, 0
	var quoted byte
	for i := range len(text) {
		switch c := text[i]; {
		case quoted != 0:
			if c == quoted {
				quoted = 0
			}
		case c == '\'' || c == '"':
			quoted = c
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == separator && depth == 0:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}

// splitWord splits at a word, regardless of case.
func splitWord(text, word string) []string {
	var parts []string
	var part []string
	for field := range strings.FieldsSeq(text) {
		if strings.EqualFold(field, word) {
			parts = append(parts, strings.Join(part, " "))
			part = nil
			continue
		}
		part = append(part, field)
	}
	return append(parts, strings.Join(part, " "))
}
