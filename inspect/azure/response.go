package azure

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// responseError is an answer that is no success.
type responseError struct {
	Method  string
	Path    string
	Status  int
	Code    string
	Message string
	// Causes are the codes of the error's details.
	Causes    []string
	RequestID string
	// RetryAfter is how long Azure asks to wait, or zero.
	RetryAfter time.Duration
}

func (e *responseError) Error() string {
	text := fmt.Sprintf("%s %s: %d %s", e.Method, e.Path, e.Status, http.StatusText(e.Status))
	if e.Code != "" {
		text += " " + e.Code
	}
	if e.Message != "" {
		text += ": " + e.Message
	}
	if e.RequestID != "" {
		text += " (request " + e.RequestID + ")"
	}
	return text
}

func newResponseError(req request, resp *http.Response, body []byte, now time.Time) *responseError {
	e := &responseError{
		Method:     req.method,
		Path:       req.url.Path,
		Status:     resp.StatusCode,
		RequestID:  requestID(resp.Header),
		RetryAfter: retryAfter(resp.Header, now),
	}
	var wire struct {
		detail
		Error struct {
			detail
			Details []detail `json:"details"`
		} `json:"error"`
	}
	if json.Unmarshal(body, &wire) != nil {
		return e
	}
	e.Code, e.Message = wire.Error.Code, wire.Error.Message
	if e.Code == "" && e.Message == "" {
		// Some providers leave the envelope out.
		e.Code, e.Message = wire.Code, wire.Message
	}
	e.detail(wire.Error.Details)
	return e
}

// detail is one cause of a failure, as Azure tells it.
type detail struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// forSupport begins the message that Resource Graph gives with every rejection; the
// causes stand in the details.
const forSupport = "Please provide below info"

// detail adds the causes to the general message.
func (e *responseError) detail(details []detail) {
	if len(details) > 0 && strings.HasPrefix(e.Message, forSupport) {
		e.Message = ""
	}
	for _, d := range details {
		e.Causes = append(e.Causes, d.Code)
		if d.Message != "" {
			e.Message = strings.TrimSpace(e.Message + " " + d.Message)
		}
	}
}
