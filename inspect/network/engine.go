package network

import (
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// Engine is what enforces network policies in a cluster.
type Engine uint8

// The engines.
const (
	// UnknownEngine: nothing tells which one there is, or whether there is one.
	UnknownEngine Engine = iota
	// NoEngine: policies are paper.
	NoEngine
	AzureEngine // Azure Network Policy Manager
	CalicoEngine
	CiliumEngine
)

var engineNames = [...]string{"unknown", "none", "Azure NPM", "Calico", "Cilium"}

// String names the engine.
func (e Engine) String() string { return engineNames[e] }

// Enforces reports whether the engine acts on a kind of policy. An engine that is not
// known gets the benefit of the doubt.
func (e Engine) Enforces(kind model.Kind) bool {
	switch e {
	case UnknownEngine:
		return true
	case AzureEngine:
		return kind == model.KindNetworkPolicy
	case CalicoEngine:
		switch kind {
		case model.KindNetworkPolicy, model.KindAdminNetworkPolicy, model.KindBaselineNetworkPolicy, model.KindClusterNetworkPolicy,
			model.KindCalicoNetworkPolicy, model.KindGlobalNetworkPolicy:
			return true
		}
	case CiliumEngine:
		switch kind {
		case model.KindNetworkPolicy, model.KindCiliumNetworkPolicy, model.KindCiliumClusterwidePolicy:
			return true
		}
	}
	return false
}

// blocksMatchPods reports whether an ipBlock also matches pods in its range. Cilium
// knows pods by their labels alone; the others look at addresses.
func (e Engine) blocksMatchPods() bool { return e != CiliumEngine }

// EngineOf tells which engine a cluster has: by the document of Azure Resource Manager,
// or, where that does not tell, by the engines' own DaemonSets.
func EngineOf(view *object.View) Engine {
	if view.Cluster != nil {
		switch engine := declared(view.Cluster); engine {
		case AzureEngine, CalicoEngine, CiliumEngine:
			return engine
		case NoEngine:
			// Whoever brings their own may have put one beside AKS's plugins too.
			if installed := installedEngine(view); installed != UnknownEngine {
				return installed
			}
			return NoEngine
		}
	}
	return installedEngine(view)
}

// declared is the engine that a cluster's document names.
func declared(cluster *model.Document) Engine {
	profile, has := document.Lookup(cluster.Tree, "properties.networkProfile")
	network, _ := profile.(map[string]any)
	text := func(key string) string { return strings.ToLower(document.Text(network, key)) }
	switch {
	case text("networkDataplane") == "cilium", text("networkPolicy") == "cilium":
		return CiliumEngine
	case text("networkPolicy") == "calico":
		return CalicoEngine
	case text("networkPolicy") == "azure":
		return AzureEngine
	case !has && cluster.Partial, text("networkPlugin") == "none":
		return UnknownEngine
	default:
		return NoEngine
	}
}

// installedEngine looks for the DaemonSets of engines.
func installedEngine(view *object.View) Engine {
	for _, set := range view.Objects[model.KindDaemonSet] {
		switch {
		case set.Name == "azure-npm" && set.Namespace == "kube-system":
			return AzureEngine
		case set.Name == "calico-node":
			return CalicoEngine
		case set.Name == "cilium" && (set.Namespace == "kube-system" || set.Namespace == "cilium"):
			return CiliumEngine
		}
	}
	return UnknownEngine
}
