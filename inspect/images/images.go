// Package images tells where a cluster's images come from and how firmly they are named.
package images

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/distribution/reference"
)

// Image is an image as a container names it, taken apart.
type Image struct {
	// Registry is the host, such as docker.io or contoso.azurecr.io; Repository the path
	// there.
	Registry   string
	Repository string
	// Tag is empty where none is named; the container runtime then takes latest. Digest
	// is such as sha256:..., or empty.
	Tag    string
	Digest string
}

// parsed remembers images by their names: a cluster names few, and each many times. It is
// bounded, so that hostile documents cannot fill the memory.
var parsed struct {
	sync.RWMutex

	images map[string]Image
}

const mostParsed = 4096

// Parse takes an image's name apart. The error says what is wrong with it.
func Parse(name string) (Image, error) {
	parsed.RLock()
	image, known := parsed.images[name]
	parsed.RUnlock()
	if known {
		return image, nil
	}
	image, err := parse(name)
	if err != nil {
		return image, err
	}
	parsed.Lock()
	defer parsed.Unlock()
	if parsed.images == nil || len(parsed.images) >= mostParsed {
		parsed.images = map[string]Image{}
	}
	parsed.images[name] = image
	return image, nil
}

func parse(name string) (Image, error) {
	named, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return Image{}, fmt.Errorf("the image %q: %w", name, err)
	}
	image := Image{Registry: reference.Domain(named), Repository: reference.Path(named)}
	if tagged, is := named.(reference.Tagged); is {
		image.Tag = tagged.Tag()
	}
	if digested, is := named.(reference.Digested); is {
		image.Digest = digested.Digest().String()
	}
	return image, nil
}

// Floats reports whether the name stands for another image tomorrow: no digest, and
// the tag latest or none.
func (i Image) Floats() bool { return i.Digest == "" && (i.Tag == "" || i.Tag == "latest") }

// publicRegistries are where anybody may publish, or could until lately.
var publicRegistries = []string{
	"docker.io", "quay.io", "ghcr.io", "gcr.io", "public.ecr.aws", "registry.gitlab.com", "docker.pkg.github.com",
	"registry.hub.docker.com", "index.docker.io", "ttl.sh",
}

// Public reports whether anybody may publish in the registry.
func (i Image) Public() bool { return slices.Contains(publicRegistries, strings.ToLower(i.Registry)) }

// Allowed reports whether a list of registries has the image's. An entry is a host, a
// host with a beginning of the path, or a host with * for a part of it:
// contoso.azurecr.io, ghcr.io/contoso, *.azurecr.io.
func (i Image) Allowed(list []string) bool {
	return slices.ContainsFunc(list, func(entry string) bool {
		host, within, _ := strings.Cut(strings.ToLower(strings.TrimSuffix(entry, "/")), "/")
		if fits, err := path.Match(host, strings.ToLower(i.Registry)); err != nil || !fits {
			return false
		}
		repository := strings.ToLower(i.Repository)
		return within == "" || repository == within || strings.HasPrefix(repository, within+"/")
	})
}

// AKS's own images come from here, whatever list somebody keeps.
const microsoft = "mcr.microsoft.com"

// Microsoft reports whether the image is one of Microsoft's own.
func (i Image) Microsoft() bool { return strings.EqualFold(i.Registry, microsoft) }
