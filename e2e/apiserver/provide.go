package apiserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aksight/aksight/e2e/authority"
)

// keys are what a cluster's controllers sign with.
type keys struct {
	// authority is the one that its clients have to trust, and that it trusts itself.
	authority *authority.Authority
	// accounts signs tokens of service accounts.
	accounts *ecdsa.PrivateKey
}

// provide writes the files that a server needs and returns its flags, all but the port,
// and its keys.
func provide(dir string, issuer *Issuer) (flags []string, made keys, err error) {
	if made.authority, err = authority.New(); err != nil {
		return nil, keys{}, err
	}
	serving, err := made.authority.Server()
	if err != nil {
		return nil, keys{}, err
	}
	if made.accounts, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, keys{}, fmt.Errorf("making the service accounts' key: %w", err)
	}
	accounts, err := authority.PrivateKey(made.accounts)
	if err != nil {
		return nil, keys{}, err
	}
	files := map[string][]byte{
		"ca.pem": made.authority.PEM(), "server.pem": serving.Certificate, "server-key.pem": serving.Key,
		"accounts-key.pem": accounts, tokensFile: tokens(),
	}
	path := func(name string) string { return filepath.Join(dir, name) }
	flags = []string{
		"--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none",
		"--service-cluster-ip-range=10.96.0.0/12", "--authorization-mode=Node,RBAC", "--allow-privileged",
		"--client-ca-file=" + path("ca.pem"), "--tls-cert-file=" + path("server.pem"), "--tls-private-key-file=" + path("server-key.pem"),
		"--token-auth-file=" + path(tokensFile), "--enable-bootstrap-token-auth",
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + path("accounts-key.pem"), "--service-account-signing-key-file=" + path("accounts-key.pem"),
		// No controller makes the default service accounts that this one asks for.
		"--disable-admission-plugins=ServiceAccount",
	}
	if issuer != nil {
		files["authentication.yaml"] = issuer.configuration()
		flags = append(flags, "--authentication-config="+path("authentication.yaml"))
	}
	for name, text := range files {
		if err := os.WriteFile(path(name), text, 0o600); err != nil {
			return nil, keys{}, fmt.Errorf("writing the server's files: %w", err)
		}
	}
	return flags, made, nil
}

const tokensFile = "tokens.csv"

// tokens is the file that says whose token is whose, without those of some.
func tokens(without ...string) []byte {
	var file strings.Builder
	for _, user := range users {
		if slices.Contains(without, user.name) {
			continue
		}
		fmt.Fprintf(&file, "%s,%s,uid-%s", user.token, user.name, user.name)
		if user.group != "" {
			file.WriteString("," + user.group)
		}
		file.WriteByte('\n')
	}
	return []byte(file.String())
}
