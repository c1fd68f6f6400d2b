//go:build linux || windows || (darwin && cgo)

package azure

import (
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity/cache"
)

// systemTokens is the system's own store of tokens: the keychain, the kernel's
// keyring, or a file that only the user can decrypt.
func systemTokens() (azidentity.Cache, error) {
	return cache.New(&cache.Options{Name: "aksight"})
}
