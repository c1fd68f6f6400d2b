package expr

import (
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"
)

// field is a path of constant keys into a variable's document.
type field struct {
	variable string
	steps    []step
	adapter  types.Adapter
}

// step is one key of a path. From an optional one on nothing needs to be there.
type step struct {
	key      string
	optional bool
}

// finding is what came of looking for a field.
type finding int

const (
	// odd is whatever only CEL can tell of: an error, or a value of another kind.
	odd finding = iota
	absent
	present
)

// fieldOf tells which field a planned expression looks up.
func fieldOf(node interpreter.InterpretableV2) (f field, is bool) {
	attribute, is := node.(interpreter.InterpretableAttribute)
	if !is {
		return f, false
	}
	named, is := attribute.Attr().(interpreter.NamespacedAttribute)
	if !is || len(named.CandidateVariableNames()) != 1 {
		return f, false
	}
	f = field{variable: named.CandidateVariableNames()[0], adapter: attribute.Adapter()}
	optional := false
	for _, qualifier := range named.Qualifiers() {
		constant, is := qualifier.(interpreter.ConstantQualifier)
		if !is {
			return f, false
		}
		key, is := constant.Value().(types.String)
		if !is {
			return f, false
		}
		optional = optional || qualifier.IsOptional()
		f.steps = append(f.steps, step{string(key), optional})
	}
	return f, true
}

// optional reports whether the field may be absent.
func (f field) optional() bool { return len(f.steps) > 0 && f.steps[len(f.steps)-1].optional }

// in looks the field up.
func (f field) in(frame *interpreter.ExecutionFrame) (value any, found finding) {
	value, known := frame.ResolveName(f.variable)
	if !known {
		return nil, odd
	}
	if converted, is := value.(ref.Val); is {
		value = converted.Value() // the variable of a loop
	}
	for _, step := range f.steps {
		tree, is := value.(map[string]any)
		if !is {
			return nil, odd
		}
		if value, is = tree[step.key]; !is && step.optional {
			return nil, absent
		}
	}
	if value == nil {
		return nil, odd
	}
	return value, present
}
