//go:build !linux && !windows && !(darwin && cgo)

package azure

import (
	"errors"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// systemTokens has no store here: the keychain needs cgo.
func systemTokens() (azidentity.Cache, error) {
	return azidentity.Cache{}, errors.New("this build reaches no store of tokens")
}
