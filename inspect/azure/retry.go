package azure

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

const (
	// retries of a request that failed for a passing reason, and of one that Azure
	// told when to come again.
	transientRetries = 3
	throttledRetries = 8
	// longestWait is what a read waits when Azure says so; beyond it the user decides.
	longestWait = 15 * time.Minute
)

// retry decides whether a failed try is worth another one, after which wait.
func (r *reader) retry(err error, try int) (wait time.Duration, why string, again bool) {
	wait = backoff(try)
	var response *responseError
	if as(err, &response) {
		return retryResponse(response, wait, try)
	}
	if try > transientRetries || !passing(err) {
		return 0, "", false
	}
	var broken *brokenError
	if as(err, &broken) {
		return wait, "Azure's answer broke off, trying again", true
	}
	return wait, "Azure cannot be reached, trying again", true
}

func retryResponse(response *responseError, wait time.Duration, try int) (time.Duration, string, bool) {
	tries := transientRetries
	if response.RetryAfter > 0 {
		wait, tries = response.RetryAfter, throttledRetries
	}
	if try > tries || wait > longestWait {
		return 0, "", false
	}
	switch response.Status {
	case http.StatusTooManyRequests:
		return wait, "throttled by Azure", true
	case http.StatusServiceUnavailable:
		return wait, "Azure is busy, trying again", true
	case http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway, http.StatusGatewayTimeout:
		return wait, fmt.Sprintf("Azure answered %d, trying again", response.Status), true
	default:
		return 0, "", false
	}
}

// backoff doubles from 0.8 s, with a little chance in it so that reads that failed
// together do not come again together.
func backoff(try int) time.Duration {
	wait := 800 * time.Millisecond << min(try-1, 6)
	return time.Duration(float64(wait) * (0.8 + 0.4*rand.Float64()))
}

// retryAfter reads how long a service asks to wait, in seconds, milliseconds or as
// a date.
func retryAfter(header http.Header, now time.Time) time.Duration {
	for _, name := range []string{"retry-after-ms", "x-ms-retry-after-ms"} {
		if ms, err := strconv.ParseUint(header.Get(name), 10, 31); err == nil && ms > 0 {
			return time.Duration(ms) * time.Millisecond
		}
	}
	value := header.Get("Retry-After")
	if s, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(s) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}
