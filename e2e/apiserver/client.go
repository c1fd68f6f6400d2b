package apiserver

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// Client speaks to a server in JSON over HTTP. It is all that tests need, and does not
// share a line with the client that is under test.
type Client struct {
	url, token string
	http       *http.Client
}

// Client is a client that is signed in as a user.
func (s *Server) Client(user string) *Client { return s.ClientWith(Token(user)) }

// ClientWith is a client with a token.
func (s *Server) ClientWith(token string) *Client {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(s.CA)
	return &Client{url: s.URL, token: token, http: &http.Client{Transport: &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2: true,
	}}}
}

// StatusError is an answer other than 2xx.
type StatusError struct {
	Code   int
	Method string
	Path   string
	Body   string
}

// Error says what was asked and what came back.
func (e *StatusError) Error() string {
	return fmt.Sprintf("%s %s: %d: %s", e.Method, e.Path, e.Code, e.Body)
}

// Do makes a request, with a body in JSON where one is given, and returns the answer.
func (c *Client) Do(ctx context.Context, method, path string, body any) ([]byte, error) {
	var sent io.Reader = http.NoBody
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("writing the body of %s %s: %w", method, path, err)
		}
		sent = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.url+path, sent)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	request.Header.Set("Content-Type", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("reading the answer to %s %s: %w", method, path, err)
	}
	if response.StatusCode/100 != 2 {
		return nil, &StatusError{Code: response.StatusCode, Method: method, Path: path, Body: string(answer)}
	}
	return answer, nil
}

// Create creates an object in the collection at a path.
func (c *Client) Create(ctx context.Context, path string, object any) error {
	_, err := c.Do(ctx, http.MethodPost, path, object)
	return err
}

// Get reads what is at a path into an object.
func (c *Client) Get(ctx context.Context, path string, object any) error {
	answer, err := c.Do(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(answer, object); err != nil {
		return fmt.Errorf("reading %s: %w", path, err)
	}
	return nil
}
