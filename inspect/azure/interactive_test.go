package azure

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shy is a credential that gives tokens once the user has signed in.
type shy struct {
	signedIn bool
	asked    int
	err      error
}

func (s *shy) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if !s.signedIn {
		return azcore.AccessToken{}, &azidentity.AuthenticationRequiredError{}
	}
	return azcore.AccessToken{Token: "t"}, nil
}

func (s *shy) Authenticate(context.Context, *policy.TokenRequestOptions) (azidentity.AuthenticationRecord, error) {
	s.asked++
	s.signedIn = s.err == nil
	return azidentity.AuthenticationRecord{
		Authority: "login.example", HomeAccountID: "h", ClientID: "c", TenantID: "t", Username: "ana", Version: "1.0",
	}, s.err
}

func TestTheUserIsAskedOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "sign-in.json")
	credential, told := &shy{}, 0
	i := &interactive{asking: credential, before: func() { told++ }, file: file}
	for range 2 {
		token, err := i.GetToken(t.Context(), policy.TokenRequestOptions{})
		require.NoError(t, err)
		assert.Equal(t, "t", token.Token)
	}
	assert.Equal(t, 1, credential.asked)
	assert.Equal(t, 1, told)
	info, err := os.Stat(file)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm()|0o600)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var record azidentity.AuthenticationRecord
	require.NoError(t, record.UnmarshalJSON(text))
	assert.Equal(t, "ana", record.Username)
}

func TestASignInThatFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sign-in.json")
	i := &interactive{asking: &shy{err: errors.New("the code expired")}, before: func() {}, file: file}
	_, err := i.GetToken(t.Context(), policy.TokenRequestOptions{})
	require.EqualError(t, err, "the code expired")
	assert.NoFileExists(t, file)
}

func TestASpoiltRecordIsIgnored(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sign-in.json")
	require.NoError(t, os.WriteFile(file, []byte("{"), 0o600))
	record, _ := earlier(file)
	assert.Equal(t, azidentity.AuthenticationRecord{}, record)
}
