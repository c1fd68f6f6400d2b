package azure

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// claims are what an access token says of its holder. They are shown, never
// trusted: Azure checks the token, this program does not.
type claims struct {
	UPN       string `json:"upn"`
	Unique    string `json:"unique_name"`
	Preferred string `json:"preferred_username"`
	AppName   string `json:"app_displayname"`
	AppID     string `json:"appid"`
	Tenant    string `json:"tid"`
}

// user is a person's sign-in name, or else the application's name or ID.
func (c claims) user() string {
	for _, name := range []string{c.UPN, c.Unique, c.Preferred, c.AppName, c.AppID} {
		if name != "" {
			return name
		}
	}
	return ""
}

func decodeClaims(token string) (claims, error) {
	var c claims
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return c, errors.New("the token is no JWT")
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return c, fmt.Errorf("the token's payload: %w", err)
	}
	if err := json.Unmarshal(payload, &c); err != nil {
		return c, fmt.Errorf("the token's payload: %w", err)
	}
	return c, nil
}

// tenantName is what the Azure CLI noted as the tenant's name, or "".
func tenantName(guid string) string {
	text, err := os.ReadFile(filepath.Join(azDir(), "azureProfile.json"))
	if err != nil {
		return ""
	}
	var profile struct {
		Subscriptions []struct {
			Tenant  string `json:"tenantId"`
			Name    string `json:"tenantDisplayName"`
			Default string `json:"tenantDefaultDomain"`
		} `json:"subscriptions"`
	}
	if json.Unmarshal(bytes.TrimPrefix(text, []byte("\ufeff")), &profile) != nil {
		return ""
	}
	for _, account := range profile.Subscriptions {
		if !strings.EqualFold(account.Tenant, guid) {
			continue
		}
		if account.Name != "" {
			return account.Name
		}
		if account.Default != "" {
			return account.Default
		}
	}
	return ""
}
