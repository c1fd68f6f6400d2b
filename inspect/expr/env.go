package expr

import (
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/ext"
)

// environment is built once, at the first compilation: it costs milliseconds that
// the first frame must not wait for.
var environment = sync.OnceValues(func() (*cel.Env, error) {
	document := cel.MapType(cel.StringType, cel.DynType)
	options := []cel.EnvOption{
		cel.Lib(shortcuts{}), // before what plans optional values
		cel.OptionalTypes(),
		cel.CrossTypeNumericComparisons(true),
		ext.Strings(), ext.Lists(ext.ListsMaxRangeSize(longestRange)), ext.Math(), ext.Sets(), ext.Bindings(), ext.TwoVarComprehensions(),
		cel.Variable("r", document),
		cel.Variable("cluster", document),
		cel.Variable("children", cel.MapType(cel.StringType, cel.ListType(document))),
		cel.Variable("config", document),
		cel.Variable("now", cel.TimestampType),
		cel.Variable("ask", cel.MapType(cel.StringType, cel.StringType)),
		cel.Variable("egress", cel.ListType(cel.StringType)),
		cel.Variable("egressKnown", cel.BoolType),
		cel.Variable("support", document),
		cel.Variable("upgrades", cel.ListType(cel.StringType)),
		cel.Variable("newestImage", cel.StringType),
		ofText("prefix", cel.IntType, func(s string) ref.Val { return types.Int(prefixLength(s)) }),
		cel.Function("logged", cel.Overload("logged_list", []*cel.Type{cel.ListType(cel.DynType)}, cel.ListType(cel.StringType),
			cel.UnaryBinding(loggedBy))),
		cel.Variable("pod", document),
		cel.Variable("containers", cel.ListType(document)),
		cel.Variable("ns", document),
		cel.Variable("server", cel.StringType),
		cel.Variable("c", cel.DynType),
		cel.Variable("failing", cel.ListType(cel.DynType)),
		cel.Variable("found", document),
		ofText("registry", cel.StringType, func(s string) ref.Val { return types.String(registryOf(s)) }),
		ofText("tag", cel.StringType, func(s string) ref.Val { return types.String(tagOf(s)) }),
		ofText("digest", cel.StringType, func(s string) ref.Val { return types.String(digestOf(s)) }),
		patchOf("podPatch", podPatch),
		patchOf("templatePatch", templatePatch),
		containersPatchOf(),
	}
	for name, word := range words {
		options = append(options, of(name, word.result, func(text ref.Val) ref.Val { return word.of(text) }))
	}
	for name, holds := range predicates {
		options = append(options, ofDocument(name, holds))
	}
	return cel.NewEnv(options...)
})

// words are the functions of one string out of few, which depend on nothing else.
var words = map[string]word{
	"ci":        {cel.StringType, remembered(func(s string) ref.Val { return types.String(fold(s)) })},
	"version":   {cel.IntType, remembered(func(s string) ref.Val { return types.Int(versionOrder(s)) })},
	"minor":     {cel.IntType, remembered(func(s string) ref.Val { return types.Int(versionMinor(s)) })},
	"date":      {cel.TimestampType, remembered(dateOf)},
	"imageDate": {cel.TimestampType, remembered(func(s string) ref.Val { return types.Timestamp{Time: ImageDate(s)} })},
}

// word is a function of one string out of few, and what it gives.
type word struct {
	result *cel.Type
	of     func(boxed any) ref.Val
}

// predicates are the functions of one document.
var predicates = map[string]func(map[string]any) bool{
	"automatic":   isAutomatic,
	"stopped":     isStopped,
	"windows":     isWindows,
	"spot":        isSpot,
	"managedPool": isManagedPool,
	"managed":     isManaged,
}

// ofText declares a function of one string.
func ofText(name string, result *cel.Type, f func(string) ref.Val) cel.EnvOption {
	return of(name, result, func(text ref.Val) ref.Val { return f(string(text.(types.String))) })
}

// of declares a function whose one argument is a string.
func of(name string, result *cel.Type, f func(ref.Val) ref.Val) cel.EnvOption {
	return cel.Function(name, cel.Overload(name+"_dyn", []*cel.Type{cel.DynType}, result,
		cel.UnaryBinding(func(arg ref.Val) ref.Val {
			if _, is := arg.(types.String); !is {
				return types.NewErr("%s takes a string, not a %s", name, arg.Type().TypeName())
			}
			return f(arg)
		})))
}

// ofDocument declares a predicate on a decoded document.
func ofDocument(name string, f func(map[string]any) bool) cel.EnvOption {
	return cel.Function(name, cel.Overload(name+"_dyn", []*cel.Type{cel.DynType}, cel.BoolType,
		cel.UnaryBinding(func(arg ref.Val) ref.Val {
			tree, is := arg.Value().(map[string]any)
			if !is {
				return types.NewErr("%s takes a document, not a %s", name, arg.Type().TypeName())
			}
			return types.Bool(f(tree))
		})))
}
