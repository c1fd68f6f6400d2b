package images_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/images"
)

func TestImageNames(t *testing.T) {
	const digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for name, want := range map[string]struct {
		images.Image
		floats, public bool
	}{
		"nginx":                              {images.Image{Registry: "docker.io", Repository: "library/nginx"}, true, true},
		"nginx:latest":                       {images.Image{Registry: "docker.io", Repository: "library/nginx", Tag: "latest"}, true, true},
		"contoso/web:1.2":                    {images.Image{Registry: "docker.io", Repository: "contoso/web", Tag: "1.2"}, false, true},
		"contoso.azurecr.io/web@" + digest:   {images.Image{Registry: "contoso.azurecr.io", Repository: "web", Digest: digest}, false, false},
		"localhost:5000/a/b:c":               {images.Image{Registry: "localhost:5000", Repository: "a/b", Tag: "c"}, false, false},
		"ghcr.io/a/b:latest@" + digest:       {images.Image{Registry: "ghcr.io", Repository: "a/b", Tag: "latest", Digest: digest}, false, true},
		"mcr.microsoft.com/oss/x/coredns:v1": {images.Image{Registry: "mcr.microsoft.com", Repository: "oss/x/coredns", Tag: "v1"}, false, false},
	} {
		image, err := images.Parse(name)
		require.NoError(t, err, name)
		assert.Equal(t, want.Image, image, name)
		assert.Equal(t, want.floats, image.Floats(), name)
		assert.Equal(t, want.public, image.Public(), name)
	}
	for _, bad := range []string{"", "UPPER", "a b", "x:\x1b[31m", "-", "a@sha256:short"} {
		_, err := images.Parse(bad)
		assert.Error(t, err, "%q", bad)
	}
}

func TestAllowedRegistries(t *testing.T) {
	image, err := images.Parse("Contoso.azurecr.io/shop/web:1")
	require.NoError(t, err)
	for entry, want := range map[string]bool{
		"contoso.azurecr.io": true, "contoso.azurecr.io/": true, "contoso.azurecr.io/shop": true, "contoso.azurecr.io/sho": false,
		"*.azurecr.io": true, "*": true, "azurecr.io": false, "contoso.azurecr.io/shop/web": true, "[": false, "": false,
	} {
		assert.Equal(t, want, image.Allowed([]string{"other.example", entry}), entry)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("ghcr.io/a/b:latest")
	f.Fuzz(func(t *testing.T, name string) {
		image, err := images.Parse(name)
		if err == nil && (image.Registry == "" || image.Repository == "") {
			t.Errorf("%q has no registry or repository: %+v", name, image)
		}
	})
}
