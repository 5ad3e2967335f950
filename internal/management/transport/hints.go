package transport

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

const (
	headerLimit      = "X-Ratelimit-Limit"
	headerRemaining  = "X-Ratelimit-Remaining"
	headerReset      = "X-Ratelimit-Reset"
	headerRetryAfter = "Retry-After"
)

// hints are what an answer tells of the limit that its request fell under.
type hints struct {
	wait             time.Duration // until the tenant wants to be asked again; 0 where it does not say, or nonsense
	limit, remaining float64       // requests; limit is 0 where the tenant does not tell
	full             time.Duration // until the whole limit is available again
}

// parseHints reads Retry-After, in seconds or as a date, and the x-ratelimit headers, whose reset is a Unix time.
func parseHints(header http.Header, now time.Time) hints {
	now = tenantTime(header, now)
	var found hints
	limit, okLimit := number(header.Get(headerLimit))
	remaining, okRemaining := number(header.Get(headerRemaining))
	if okLimit && okRemaining && remaining <= limit {
		found.limit, found.remaining = limit, remaining
	}
	if reset, ok := number(header.Get(headerReset)); ok {
		found.full = until(time.Unix(int64(reset), 0), now)
	}
	found.wait = found.full
	if after, ok := retryAfter(header.Get(headerRetryAfter), now); ok {
		found.wait = after
	}
	return found
}

// refill is a rate, in requests a second, that the tenant certainly fills the limit up by; 0 where that cannot be told.
// Both counts come without their fractions, so what is missing may be one less.
func (h hints) refill() float64 {
	missing := h.limit - h.remaining - 1
	if missing < 1 || h.full < time.Second {
		return 0
	}
	return missing / h.full.Seconds()
}

// tenantTime is the tenant's clock where it is clearly another than ours.
func tenantTime(header http.Header, now time.Time) time.Time {
	theirs, err := http.ParseTime(header.Get("Date"))
	if err != nil || theirs.Sub(now).Abs() < 2*time.Second {
		return now
	}
	return theirs
}

func retryAfter(value string, now time.Time) (time.Duration, bool) {
	if seconds, ok := number(value); ok {
		return time.Duration(seconds * float64(time.Second)), true
	}
	if date, err := http.ParseTime(value); err == nil {
		return until(date, now), true
	}
	return 0, false
}

// until is the time from now to then: at least one tick for a moment that is just passing, none for one that is past.
func until(then, now time.Time) time.Duration {
	ahead := then.Sub(now)
	if ahead > -time.Second {
		return max(ahead, 1)
	}
	return 0
}

// number reads a count that is not negative and small enough to be a time in seconds.
func number(value string) (float64, bool) {
	parsed, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(parsed) || parsed < 0 || parsed > math.MaxInt32 {
		return 0, false
	}
	return parsed, true
}
