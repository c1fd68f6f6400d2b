package apiserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/aksight/aksight/e2e/authority"
)

// EntraServerApplication is the audience of tokens for AKS clusters with Entra ID, the
// same in every tenant.
const EntraServerApplication = "6dae42f8-4368-4678-94ff-3960e28e3630"

// Issuer stands in for Entra ID: it signs tokens, and tells an API server with which
// key. A token's user is its oid claim, and its groups are its groups claim, as in AKS.
type Issuer struct {
	// URL is what its tokens name it.
	URL string

	server *httptest.Server
	ca     []byte
	key    *ecdsa.PrivateKey
}

// NewIssuer starts an issuer. Close it.
func NewIssuer() (*Issuer, error) {
	signer, err := authority.New()
	if err != nil {
		return nil, err
	}
	pair, err := signer.Server()
	if err != nil {
		return nil, err
	}
	certificate, err := tls.X509KeyPair(pair.Certificate, pair.Key)
	if err != nil {
		return nil, fmt.Errorf("reading the issuer's certificate: %w", err)
	}
	i := &Issuer{ca: signer.PEM()}
	if i.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, fmt.Errorf("making the issuer's key: %w", err)
	}
	point, err := i.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		return nil, fmt.Errorf("reading the issuer's key: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{
			"issuer": i.URL, "jwks_uri": i.URL + "/keys",
			"response_types_supported": []string{"id_token"}, "subject_types_supported": []string{"pairwise"},
			"id_token_signing_alg_values_supported": []string{"ES256"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"keys": []map[string]string{{
			"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": keyID,
			"x": encode(point[1:33]), "y": encode(point[33:]),
		}}})
	})
	i.server = httptest.NewUnstartedServer(mux)
	i.server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	i.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	i.server.StartTLS()
	i.URL = i.server.URL
	return i, nil
}

const keyID = "loopback"

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body) // a client that has gone needs no answer
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// Token signs a token for a user by object ID, with groups, until a moment.
func (i *Issuer) Token(user string, until time.Time, groups ...string) (string, error) {
	begun := min(time.Now().Unix(), until.Unix()) - 3600
	return sign(i.key, map[string]string{"alg": "ES256", "typ": "JWT", "kid": keyID}, map[string]any{
		"iss": i.URL, "aud": EntraServerApplication, "sub": user, "oid": user, "groups": groups,
		"iat": begun, "nbf": begun, "exp": until.Unix(),
	})
}

// sign makes a token.
func sign(key *ecdsa.PrivateKey, head map[string]string, claims map[string]any) (string, error) {
	about, err := json.Marshal(head)
	if err != nil {
		return "", fmt.Errorf("making a token: %w", err)
	}
	says, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("making a token: %w", err)
	}
	signed := encode(about) + "." + encode(says)
	digest := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
	if err != nil {
		return "", fmt.Errorf("signing a token: %w", err)
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return signed + "." + encode(signature), nil
}

// configuration tells an API server to trust the issuer, in JSON, which is YAML too.
func (i *Issuer) configuration() []byte {
	type entry map[string]any
	text, err := json.Marshal(entry{
		"apiVersion": "apiserver.config.k8s.io/v1", "kind": "AuthenticationConfiguration",
		"jwt": []entry{{
			"issuer": entry{
				"url": i.URL, "certificateAuthority": string(i.ca), "audiences": []string{EntraServerApplication},
			},
			"claimMappings": entry{
				"username": entry{"claim": "oid", "prefix": ""}, "groups": entry{"claim": "groups", "prefix": ""},
			},
		}},
	})
	if err != nil {
		panic("the configuration is plain data: " + err.Error())
	}
	return text
}

// Close ends the issuer.
func (i *Issuer) Close() { i.server.Close() }
