package expr

import (
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// podPatch puts a patch on a pod's specification to where an object keeps it.
func podPatch(r, spec map[string]any) map[string]any {
	return templatePatch(r, map[string]any{"spec": spec})
}

// templatePatch puts a patch on what a pod is made of to where an object keeps it.
func templatePatch(r, patch map[string]any) map[string]any {
	path, _ := object.TemplatePath(model.Kind(document.Text(r, "kind")))
	if path == "" {
		return patch
	}
	keys := strings.Split(path, ".")
	for _, key := range slices.Backward(keys) {
		patch = map[string]any{key: patch}
	}
	return patch
}

// containersPatch is the same patch on each of some containers. Ephemeral containers
// are left out: they cannot be changed.
func containersPatch(r map[string]any, containers []any, change map[string]any) map[string]any {
	own := make([]any, 0, len(containers))
	for _, each := range containers {
		c, _ := each.(map[string]any)
		patched := document.Clone(change)
		patched["name"], patched[object.ContainerRole] = c["name"], c[object.ContainerRole]
		own = append(own, patched)
	}
	return containersPatches(r, own)
}

// containersPatches is containersPatch with a patch of its own for each container: an
// object that has the container's name and role beside what changes.
func containersPatches(r map[string]any, patches []any) map[string]any {
	spec := map[string]any{}
	for _, each := range patches {
		c, _ := each.(map[string]any)
		list := "containers"
		switch c[object.ContainerRole] {
		case object.RoleEphemeral:
			continue
		case object.RoleInit, object.RoleSidecar:
			list = "initContainers"
		}
		patched := document.Clone(c)
		delete(patched, object.ContainerRole)
		items, _ := spec[list].([]any)
		spec[list] = append(items, patched)
	}
	return podPatch(r, spec)
}

func patchOf(name string, f func(r, patch map[string]any) map[string]any) cel.EnvOption {
	return cel.Function(name, cel.Overload(name+"_dyn_dyn", []*cel.Type{cel.DynType, cel.DynType}, cel.MapType(cel.StringType, cel.DynType),
		cel.BinaryBinding(func(doc, patch ref.Val) ref.Val {
			r, isDocument := plain(doc).(map[string]any)
			change, isPatch := plain(patch).(map[string]any)
			if !isDocument || !isPatch {
				return types.NewErr("%s takes a document and an object", name)
			}
			return asValue(f(r, change))
		})))
}

func containersPatchOf() cel.EnvOption {
	const name = "containersPatch"
	return cel.Function(name, cel.Overload(name+"_dyn_dyn_dyn", []*cel.Type{cel.DynType, cel.DynType, cel.DynType}, cel.MapType(cel.StringType, cel.DynType),
		cel.FunctionBinding(func(args ...ref.Val) ref.Val {
			r, isDocument := plain(args[0]).(map[string]any)
			containers, isList := plain(args[1]).([]any)
			change, isPatch := plain(args[2]).(map[string]any)
			if !isDocument || !isList || !isPatch {
				return types.NewErr("%s takes a document, a list of containers and an object", name)
			}
			return asValue(containersPatch(r, containers, change))
		})),
		cel.Overload(name+"_dyn_dyn", []*cel.Type{cel.DynType, cel.DynType}, cel.MapType(cel.StringType, cel.DynType),
			cel.BinaryBinding(func(doc, list ref.Val) ref.Val {
				r, isDocument := plain(doc).(map[string]any)
				patches, isList := plain(list).([]any)
				if !isDocument || !isList {
					return types.NewErr("%s takes a document and a list of patches", name)
				}
				return asValue(containersPatches(r, patches))
			})))
}

// asValue hands a map to CEL with its nulls: in a patch they take a field away.
func asValue(tree map[string]any) ref.Val { return types.DefaultTypeAdapter.NativeToValue(tree) }
