package ratelimit

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// HeaderRemaining is the header with the number of requests that the tenant has left.
const HeaderRemaining = "X-Ratelimit-Remaining"

const (
	headerLimit      = "X-Ratelimit-Limit"
	headerReset      = "X-Ratelimit-Reset"
	headerRetryAfter = "Retry-After"
)

// headers is what a response reports about the limit that applied to its request.
type headers struct {
	wait             time.Duration // until the tenant accepts the next request; 0 if it is missing or invalid
	limit, remaining float64       // requests; limit is 0 if the tenant does not report it
	full             time.Duration // until the whole limit is available again
}

// parseHeaders reads Retry-After, in seconds or as a date, and the x-ratelimit headers, whose reset is a Unix
// time.
func parseHeaders(header http.Header, now time.Time) headers {
	now = tenantTime(header, now)
	var reported headers
	limit, okLimit := parseNumber(header.Get(headerLimit))
	remaining, okRemaining := parseNumber(header.Get(HeaderRemaining))
	if okLimit && okRemaining && remaining <= limit {
		reported.limit, reported.remaining = limit, remaining
	}
	if reset, ok := parseNumber(header.Get(headerReset)); ok {
		reported.full = until(time.Unix(int64(reset), 0), now)
	}
	reported.wait = reported.full
	if after, ok := retryAfter(header.Get(headerRetryAfter), now); ok {
		reported.wait = after
	}
	return reported
}

// Wait returns how long the tenant rejects further requests, according to the headers of a response; 0 if they do not say.
func Wait(header http.Header) time.Duration { return parseHeaders(header, time.Now()).wait }

// provenRate returns a rate, in requests per second, at which the tenant certainly refills the limit; 0 if unknown. Both
// counts are rounded down, so one request fewer can be missing.
func (h headers) provenRate() float64 {
	missing := h.limit - h.remaining - 1
	if missing < 1 || h.full < time.Second {
		return 0
	}
	return missing / h.full.Seconds()
}

// tenantTime returns the tenant's time if it clearly differs from this machine's.
func tenantTime(header http.Header, now time.Time) time.Time {
	theirs, err := http.ParseTime(header.Get("Date"))
	if err != nil || theirs.Sub(now).Abs() < 2*time.Second {
		return now
	}
	return theirs
}

func retryAfter(value string, now time.Time) (time.Duration, bool) {
	if seconds, ok := parseNumber(value); ok {
		return time.Duration(seconds * float64(time.Second)), true
	}
	if date, err := http.ParseTime(value); err == nil {
		return until(date, now), true
	}
	return 0, false
}

// until returns the time from now to then: at least one nanosecond for a moment that has just passed, 0 for an earlier
// one.
func until(then, now time.Time) time.Duration {
	ahead := then.Sub(now)
	if ahead > -time.Second {
		return max(ahead, 1)
	}
	return 0
}

// parseNumber parses a number that is not negative and small enough to be a time in seconds.
func parseNumber(value string) (float64, bool) {
	parsed, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(parsed) || parsed < 0 || parsed > math.MaxInt32 {
		return 0, false
	}
	return parsed, true
}
