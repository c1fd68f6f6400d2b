package fix

import (
	"fmt"
	"strings"

	"github.com/aksight/aksight/model"
)

// keeper is what keeps an object as it is, so that a change by hand may not last.
type keeper struct {
	// name says who, such as "Flux (kustomization apps/shop)"; empty where nothing does.
	name string
	// source is where the change belongs, lasts what becomes of one by hand.
	source, lasts string
}

// keeperOf tells by an object's labels and annotations who keeps it.
func keeperOf(tree map[string]any) keeper {
	label := func(key string) string { return documentText(tree, "metadata.labels["+key+"]") }
	annotation := func(key string) string { return documentText(tree, "metadata.annotations["+key+"]") }
	if name := label("kustomize.toolkit.fluxcd.io/name"); name != "" {
		return gitKeeper("Flux", "kustomization", label("kustomize.toolkit.fluxcd.io/namespace"), name)
	}
	if name := label("helm.toolkit.fluxcd.io/name"); name != "" {
		return gitKeeper("Flux", "Helm release", label("helm.toolkit.fluxcd.io/namespace"), name)
	}
	application, _, _ := strings.Cut(annotation("argocd.argoproj.io/tracking-id"), ":")
	if application == "" {
		application = label("argocd.argoproj.io/instance")
	}
	if application != "" {
		return gitKeeper("Argo CD", "application", "", application)
	}
	if release := annotation("meta.helm.sh/release-name"); release != "" && label("app.kubernetes.io/managed-by") == "Helm" {
		return keeper{
			name:   fmt.Sprintf("Helm (release %s)", within(annotation("meta.helm.sh/release-namespace"), release)),
			source: "the values or the chart of the Helm release " + release,
			lasts:  "the next upgrade of the release may take it back",
		}
	}
	return keeper{}
}

func gitKeeper(tool, what, namespace, name string) keeper {
	return keeper{
		name:   fmt.Sprintf("%s (%s %s)", tool, what, within(namespace, name)),
		source: fmt.Sprintf("Git, where %s takes the %s %s from", tool, what, name),
		lasts:  tool + " puts back what Git says at its next run",
	}
}

func within(namespace, name string) string {
	if namespace == "" {
		return name
	}
	return namespace + "/" + name
}

// first puts the change where it belongs before the commands that make it by hand.
func (k keeper) first(steps []model.PlannedStep) []model.PlannedStep {
	if k.name == "" {
		return steps
	}
	var all []model.PlannedStep
	noted := map[string]bool{}
	for _, step := range steps {
		if step.Patch != "" && step.Says != tryFirst && !noted[step.Patch] && step.Nature != "" {
			noted[step.Patch] = true
			all = append(all, model.PlannedStep{Says: "Make the change in " + k.source, Patch: step.Patch, Nature: step.Nature})
		}
	}
	for _, step := range steps {
		if step.Nature != "" {
			says := "Until it is there, by hand: " + k.lasts
			if step.Says != "" {
				says = step.Says + " (" + k.lasts + ")"
			}
			step.Says = says
		}
		all = append(all, step)
	}
	return all
}
