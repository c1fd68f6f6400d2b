package kube

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/aksight/aksight/model"
)

// served tells in which versions an API server serves a group, and which resources can
// be listed there. It is nil where the server does not tell.
type served map[string]map[string][]string

// resource is a resource at one version, as the API server serves it.
type resource struct {
	path       string
	apiVersion string
}

// find returns where a kind is served, in the newest version that is known of it: one
// place, none, or one for each of a group's resources where the kind stands for all.
func (s served) find(kind model.ObjectKind) []resource {
	for _, place := range kind.Places() {
		var found []resource
		switch {
		case kind.Resource == anyResource:
			for _, name := range s[place.Group][place.Version] {
				found = append(found, resource{groupPath(place.Group, place.Version) + "/" + name, place.String()})
			}
		// Every API server has the core API, which its groups do not name.
		case s == nil || place.Group == "" || slices.Contains(s[place.Group][place.Version], kind.Resource):
			found = append(found, resource{groupPath(place.Group, place.Version) + "/" + kind.Resource, place.String()})
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// discovery is the list of groups in both forms: with their resources, and in the
// older one without.
type discovery struct {
	Items []struct {
		Metadata struct {
			Name string `json:"name"`
		} `json:"metadata"`
		Versions []struct {
			Version   string `json:"version"`
			Resources []struct {
				Resource string   `json:"resource"`
				Verbs    []string `json:"verbs"`
			} `json:"resources"`
		} `json:"versions"`
	} `json:"items"`
	Groups []struct {
		Name     string `json:"name"`
		Versions []struct {
			Version string `json:"version"`
		} `json:"versions"`
	} `json:"groups"`
}

// discover asks what the API server serves.
func (r *reader) discover(ctx context.Context) (served, error) {
	answer, _, err := r.askAgain(ctx, "", request{path: "/apis", accept: asDiscovery})
	if err != nil {
		return nil, err
	}
	defer buffers.Put(answer)
	var list discovery
	if err := json.Unmarshal(answer.Bytes(), &list); err != nil {
		return nil, &brokenError{err: err}
	}
	found := served{}
	for _, group := range list.Items {
		for _, version := range group.Versions {
			for _, each := range version.Resources {
				if slices.Contains(each.Verbs, "list") {
					found.add(group.Metadata.Name, version.Version, each.Resource)
				}
			}
		}
	}
	for _, group := range list.Groups {
		for _, version := range group.Versions {
			if err := r.discoverVersion(ctx, found, group.Name, version.Version); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}

// discoverVersion asks what is in one version of a group, of those that are read:
// older API servers do not tell it at once.
func (r *reader) discoverVersion(ctx context.Context, found served, group, version string) error {
	if !slices.ContainsFunc(model.ObjectKinds, func(kind model.ObjectKind) bool {
		return slices.Contains(kind.Places(), model.Place{Group: group, Version: version})
	}) {
		return nil
	}
	var list struct {
		Resources []struct {
			Name  string   `json:"name"`
			Verbs []string `json:"verbs"`
		} `json:"resources"`
	}
	err := r.askJSON(ctx, request{path: groupPath(group, version), accept: asJSON}, &list)
	if failure, is := errors.AsType[*statusError](err); is && failure.Code != http.StatusUnauthorized {
		return nil // the group's own server is away: there is nothing of it
	}
	if err != nil {
		return err
	}
	for _, each := range list.Resources {
		if slices.Contains(each.Verbs, "list") && !strings.Contains(each.Name, "/") {
			found.add(group, version, each.Name)
		}
	}
	return nil
}

func (s served) add(group, version, resource string) {
	if s[group] == nil {
		s[group] = map[string][]string{}
	}
	s[group][version] = append(s[group][version], resource)
}
