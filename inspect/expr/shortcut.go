package expr

import (
	"regexp"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"
)

// shortcuts evaluates what most conditions are made of without the values that CEL
// makes on the way, which would be a third of all that reading a large estate
// allocates. Whatever is out of the ordinary, CEL evaluates as ever; so it does where
// costs are counted.
//
//	r.properties.?a.?b.orValue(c)   the value of a field of a document, or another
//	ci(r.?a.orValue(''))            a word's function of such a value
//	automatic(cluster)              a predicate of a document
//	text.matches('constant')        the same few texts and patterns again and again
type shortcuts struct{}

// CompileOptions has none.
func (shortcuts) CompileOptions() []cel.EnvOption { return nil }

// ProgramOptions has the shortcuts taken as a program is planned.
func (shortcuts) ProgramOptions() []cel.ProgramOption {
	return []cel.ProgramOption{cel.CustomDecoratorV2(shorten)}
}

// shorten replaces a call by its shortcut, where it has one. A shortcut is no call any
// more, which others would plan anew.
func shorten(node interpreter.InterpretableV2) (interpreter.InterpretableV2, error) {
	call, is := node.(interpreter.InterpretableCall)
	if !is || len(call.Args()) == 0 {
		return node, nil
	}
	args := call.Args()
	switch name := call.Function(); {
	case name == "orValue" && len(args) == 2:
		if at, is := fieldOf(args[0]); is && at.optional() {
			or := &fieldOr{id: call.ID(), field: at, optional: args[0], otherwise: args[1]}
			if constant, is := args[1].(interpreter.InterpretableConst); is {
				or.constant = constant.Value().Value()
			}
			return or, nil
		}
	case name == overloads.Matches && len(args) == 2:
		if constant, is := args[1].(interpreter.InterpretableConst); is {
			if source, is := constant.Value().(types.String); is {
				pattern, err := regexp.Compile(string(source))
				if err != nil {
					return nil, err
				}
				return &matching{call, args[0], remembered(func(s string) ref.Val { return types.Bool(pattern.MatchString(s)) })}, nil
			}
		}
	case words[name].of != nil:
		if arg, is := args[0].(*fieldOr); is {
			return &wordOf{call, arg, words[name].of}, nil
		}
	case predicates[name] != nil:
		if at, is := fieldOf(args[0]); is && !at.optional() {
			return &predicate{call, at, predicates[name]}, nil
		}
	}
	return node, nil
}

// fieldOr is a field's value, or another where it is absent.
type fieldOr struct {
	id        int64
	field     field
	optional  interpreter.InterpretableV2
	otherwise interpreter.InterpretableV2
	// constant is the other value where it is always the same, or nil.
	constant any
}

// ID is the call's.
func (f *fieldOr) ID() int64 { return f.id }

// Eval evaluates it on its own.
func (f *fieldOr) Eval(vars interpreter.Activation) ref.Val {
	return interpreter.EvalActivation(vars, f.Exec)
}

// Exec evaluates it.
func (f *fieldOr) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	if frame.CostTracker() == nil {
		switch value, found := f.field.in(frame); found {
		case present:
			return f.field.adapter.NativeToValue(value)
		case absent:
			return f.otherwise.Exec(frame)
		case odd:
		}
	}
	switch value := f.optional.Exec(frame).(type) {
	case *types.Err, *types.Unknown:
		return value
	case *types.Optional:
		if value.HasValue() {
			return value.GetValue()
		}
		return f.otherwise.Exec(frame)
	default:
		return types.NoSuchOverloadErr()
	}
}

// text returns the value as the document has it, where it is a text.
func (f *fieldOr) text(frame *interpreter.ExecutionFrame) (boxed any, is bool) {
	value, found := f.field.in(frame)
	if found == absent {
		value = f.constant
	}
	_, is = value.(string)
	return value, is
}

// wordOf is a word's function of a field.
type wordOf struct {
	interpreter.InterpretableV2 // the call
	arg                         *fieldOr
	of                          func(any) ref.Val
}

// Eval evaluates it on its own.
func (w *wordOf) Eval(vars interpreter.Activation) ref.Val {
	return interpreter.EvalActivation(vars, w.Exec)
}

// Exec evaluates it.
func (w *wordOf) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	if frame.CostTracker() == nil {
		if text, is := w.arg.text(frame); is {
			return w.of(text)
		}
	}
	return w.InterpretableV2.Exec(frame)
}

// predicate is one of a document's.
type predicate struct {
	interpreter.InterpretableV2 // the call
	field                       field
	holds                       func(map[string]any) bool
}

// Eval evaluates it on its own.
func (p *predicate) Eval(vars interpreter.Activation) ref.Val {
	return interpreter.EvalActivation(vars, p.Exec)
}

// Exec evaluates it.
func (p *predicate) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	if frame.CostTracker() == nil {
		value, _ := p.field.in(frame)
		if tree, is := value.(map[string]any); is {
			return types.Bool(p.holds(tree))
		}
	}
	return p.InterpretableV2.Exec(frame)
}

// matching is whether a text matches a constant pattern.
type matching struct {
	interpreter.InterpretableV2 // the call
	text                        interpreter.InterpretableV2
	matches                     func(any) ref.Val
}

// Eval evaluates it on its own.
func (m *matching) Eval(vars interpreter.Activation) ref.Val {
	return interpreter.EvalActivation(vars, m.Exec)
}

// Exec evaluates it.
func (m *matching) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	if frame.CostTracker() == nil {
		text := m.text.Exec(frame)
		switch text.(type) {
		case types.String:
			return m.matches(text)
		case *types.Err:
			return text
		}
	}
	return m.InterpretableV2.Exec(frame)
}
