package cloud

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Who is signed in.
const (
	User   = "kim@fabrikam.example"
	Tenant = "7d3a6c1e-52b8-4f0e-9a41-c86de0b5f217"
	object = "e1b0c2d4-9f3a-4d6b-8c57-02a4f6e8b913"
)

// Login says how the Azure CLI's login stands.
type Login int

// The logins.
const (
	// SignedIn gives tokens.
	SignedIn Login = iota
	// Expired fails as az does after the refresh token's end.
	Expired
	// Stuck gives nothing, for as long as it is let run.
	Stuck
)

// AZ is a program named az in a folder of its own.
type AZ struct {
	// Dir belongs on the PATH.
	Dir string
	// Token is what it gives.
	Token string

	log, given string
}

// NewAZ writes the program into a new folder under dir. It knows one command, and
// keeps a log of those it was asked.
func NewAZ(dir string, login Login) (*AZ, error) {
	expires := time.Now().Add(time.Hour)
	token, err := unsigned(map[string]any{
		"aud": "https://management.azure.com", "iss": "https://sts.windows.net/" + Tenant + "/",
		"exp": expires.Unix(), "tid": Tenant, "oid": object, "upn": User, "name": "Kim Abercrombie",
	})
	if err != nil {
		return nil, err
	}
	az := &AZ{Dir: filepath.Join(dir, "az-bin"), Token: token, log: filepath.Join(dir, "az.log"), given: filepath.Join(dir, "az-given")}
	if err := os.MkdirAll(az.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("making az: %w", err)
	}
	act, err := telling(token, expires)
	if err != nil {
		return nil, err
	}
	switch login {
	case Expired:
		act = "cat >&2 <<'END'\n" + expired + "END\nexit 1"
	case Stuck:
		act = "exec sleep 600"
	case SignedIn:
	}
	script := fmt.Sprintf(script, az.log, az.given, act)
	if err := os.WriteFile(filepath.Join(az.Dir, "az"), []byte(script), 0o755); err != nil {
		return nil, fmt.Errorf("writing az: %w", err)
	}
	return az, nil
}

// telling is the shell command that prints az's answer with a token.
func telling(token string, expires time.Time) (string, error) {
	answer, err := json.Marshal(map[string]any{
		"accessToken": token, "expires_on": expires.Unix(), "expiresOn": expires.Local().Format("2006-01-02 15:04:05.000000"),
		"subscription": "0b5d7c1e-4f27-4c0b-9a53-7e1d2c9f8a10", "tenant": Tenant, "tokenType": "Bearer",
	})
	if err != nil {
		return "", fmt.Errorf("making az's answer: %w", err)
	}
	return "echo '" + string(answer) + "'", nil
}

// Give has az give another token for one resource.
func (a *AZ) Give(resource, token string) error {
	act, err := telling(token, time.Now().Add(time.Hour))
	if err != nil {
		return err
	}
	text := fmt.Sprintf("case \"$*\" in *\"--resource %s\"*)\n%s\nexit 0\n;;\nesac\n", resource, act)
	if err := os.WriteFile(a.given, []byte(text), 0o600); err != nil {
		return fmt.Errorf("writing what az gives: %w", err)
	}
	return nil
}

const script = `#!/bin/sh
echo "$*" >>'%[1]s'
[ ! -f '%[2]s' ] || . '%[2]s'
case "$*" in
"account get-access-token -o json --resource "*)
%[3]s
;;
*)
echo "ERROR: this az only gives tokens, and was asked: $*" >&2
exit 2
;;
esac
`

const expired = `ERROR: AADSTS700082: The refresh token has expired due to inactivity. The token was issued on 2026-05-02T07:11:20.1234567Z and was inactive for 90.00:00:00. Trace ID: 0f1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9 Correlation ID: 9f8e7d6c-5b4a-3928-1706-f5e4d3c2b1a0 Timestamp: 2026-11-24 03:00:00Z
Interactive authentication is needed. Please run:
az login --scope https://management.core.windows.net//.default
`

// unsigned makes a token that says the claims and proves nothing.
func unsigned(claims map[string]any) (string, error) {
	body, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("making a token: %w", err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + encode(body) + "." + encode([]byte("signature")), nil
}

// Asked returns the command lines that az was given, without its own name.
func (a *AZ) Asked() ([]string, error) {
	text, err := os.ReadFile(a.log)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading what az was asked: %w", err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n"), nil
}
