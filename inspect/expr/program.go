// Package expr evaluates the conditions of rules and fixes: CEL over the raw
// documents of a subject.
package expr

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"

	"github.com/aksight/aksight/model"
)

// costLimit stops a condition that would take milliseconds: the catalogue's own
// stay far below it.
const costLimit = 200_000

// Program is a compiled expression. It is safe for concurrent use.
type Program struct {
	number  int
	source  string
	program cel.Program
	out     *cel.Type
	reads   []path
	// joins are the child kinds that the expression looks at.
	joins []model.Kind
	// names are the variables that it names.
	names []string
	// place is the property that the whole expression stands for, or zero.
	place path
}

// Compile compiles an expression. The error says what is wrong and at which column.
func Compile(source string) (*Program, error) {
	return compile(source, true, func(*cel.Type) error { return nil })
}

// CompileCondition compiles an expression that must give true or false.
func CompileCondition(source string) (*Program, error) {
	return compile(source, true, condition)
}

// CompileTrusted compiles a condition of the product's own, whose cost is known to be
// small and is not counted: that takes a tenth of the time of judging.
func CompileTrusted(source string) (*Program, error) {
	return compile(source, false, condition)
}

func condition(out *cel.Type) error {
	if !out.IsExactType(cel.BoolType) && !out.IsExactType(cel.DynType) {
		return fmt.Errorf("it gives %s, not true or false", out)
	}
	return nil
}

// programs remembers what was compiled: the same few conditions are asked for again
// and again, and a program never changes.
var programs sync.Map // of compiledAs to *Program

type compiledAs struct {
	source  string
	limited bool
}

// numbers counts the programs: a program's number is its place in lists of answers.
var numbers atomic.Int64

func compile(source string, limited bool, accept func(*cel.Type) error) (*Program, error) {
	as := compiledAs{source, limited}
	if known, is := programs.Load(as); is {
		program := known.(*Program)
		return program, accept(program.out)
	}
	env, err := environment()
	if err != nil {
		return nil, fmt.Errorf("the expression environment: %w", err)
	}
	checked, issues := env.Compile(source)
	if issues.Err() != nil {
		return nil, errors.New(firstIssue(issues))
	}
	if err := accept(checked.OutputType()); err != nil {
		return nil, err
	}
	options := []cel.ProgramOption{cel.EvalOptions(cel.OptOptimize)}
	if limited && mayCost(checked.NativeRep().Expr()) {
		// Few expressions can cost much, and counting what they cost is not free.
		options = append(options, cel.CostLimit(costLimit), cel.CostTracking(costs{}))
	}
	program, err := env.Program(checked, options...)
	if err != nil {
		return nil, fmt.Errorf("expression %q: %w", source, err)
	}
	expression := checked.NativeRep().Expr()
	compiled := &Program{
		number: int(numbers.Add(1)), source: source, program: program, out: checked.OutputType(),
		reads: readsOf(expression), joins: joinsOf(expression), names: namesIn(expression),
	}
	compiled.place, _ = pathOf(listIn(expression))
	programs.Store(as, compiled)
	return compiled, nil
}

func firstIssue(issues *cel.Issues) string {
	first := issues.Errors()[0]
	return fmt.Sprintf("column %d: %s", first.Location.Column()+1, strings.ReplaceAll(first.Message, "\n", " "))
}

// Source returns the expression as it was written.
func (p *Program) Source() string { return p.source }

// Holds evaluates a condition, once for each Vars: many rules share their conditions.
func (p *Program) Holds(vars *Vars) (bool, error) {
	a := vars.answer(p)
	if !a.given {
		a.holds, a.err = p.evaluate(vars)
		a.given = true
	}
	return a.holds, a.err
}

func (p *Program) evaluate(vars *Vars) (bool, error) {
	out, _, err := p.program.Eval(vars)
	if err != nil {
		return false, fmt.Errorf("%w", err)
	}
	holds, is := out.(types.Bool)
	if !is {
		return false, fmt.Errorf("it gives %s, not true or false", out.Type().TypeName())
	}
	return bool(holds), nil
}

// Value evaluates an expression to plain Go data: string, int64, float64, bool,
// []any, map[string]any; nil for an absent optional. Timestamps stay time.Time.
func (p *Program) Value(vars *Vars) (any, error) {
	out, _, err := p.program.Eval(vars)
	if err != nil {
		return nil, fmt.Errorf("%w", err)
	}
	return plain(out), nil
}

// Children returns the child kinds that the expression looks at.
func (p *Program) Children() []model.Kind { return p.joins }

// Names reports whether the expression names a variable.
func (p *Program) Names(variable string) bool { return slices.Contains(p.names, variable) }

// HoldsNow evaluates a condition anew, for one that names what changes between two
// evaluations on the same subject: c, failing or found.
func (p *Program) HoldsNow(vars *Vars) (bool, error) { return p.evaluate(vars) }

// Place returns where in r or pod the list stands that the expression gives, whole or in
// parts, such as r and spec.rules; no root where it is none of theirs.
func (p *Program) Place() (root, path string) { return p.place.root, strings.Join(p.place.keys, ".") }

// Unread reports whether the expression reads a property that an index left out, so
// that its value says nothing yet.
func (p *Program) Unread(s model.Subject) bool {
	return s.Cluster.Partial && p.Absent(s)
}

// Absent reports whether a property that the expression reads is not in the document.
func (p *Program) Absent(s model.Subject) bool {
	for _, path := range p.reads {
		if !path.present(s) {
			return true
		}
	}
	return false
}
