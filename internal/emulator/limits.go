package emulator

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits restricts the requests per second and the number of objects of a tenant. The zero value has no limits.
type Limits struct {
	Rate, TokenRate   float64 // requests a second, of the Management API and of the token endpoint; 0: no limit
	Burst, TokenBurst int     // requests at once
	APIs              int     // entities at most; 0: no limit
	Clients           int
	Grants            int
}

// ParseLimits parses a subscription plan (off, free, nonproduction or production), or a rate and a burst for the Management
// API, such as 2:10 (GE017, GE018).
func ParseLimits(text string) (Limits, error) {
	switch text {
	case "", "off":
		return Limits{}, nil
	case "free":
		return Limits{Rate: 2, Burst: 2, TokenRate: 30, TokenBurst: 30, APIs: 10, Clients: 10, Grants: 100}, nil
	case "nonproduction":
		return Limits{Rate: 2, Burst: 10, TokenRate: 25, TokenBurst: 25, APIs: 100_000, Clients: 100_000, Grants: 100_000}, nil
	case "production":
		return Limits{Rate: 16, Burst: 50, TokenRate: 100, TokenBurst: 100, APIs: 100_000, Clients: 100_000, Grants: 100_000}, nil
	}
	perSecond, burst, _ := strings.Cut(text, ":")
	r, errRate := strconv.ParseFloat(perSecond, 64)
	b, errBurst := strconv.Atoi(burst)
	if errRate != nil || errBurst != nil || !(r > 0) || math.IsInf(r, 0) || b < 1 {
		return Limits{}, fmt.Errorf("limits %q: want off, free, nonproduction, production or RATE:BURST", text)
	}
	return Limits{Rate: r, Burst: b}, nil
}

// bucket is a token bucket with the headers that report its state. nil has no limit.
type bucket struct {
	mu      sync.Mutex
	limiter *rate.Limiter
}

func newBucket(perSecond float64, burst int) *bucket {
	if perSecond == 0 {
		return nil
	}
	return &bucket{limiter: rate.NewLimiter(rate.Limit(perSecond), burst)}
}

// take counts one request. The headers belong to successes and to the error of the limit, never to other errors.
func (b *bucket) take(now time.Time) (http.Header, error) {
	if b == nil {
		return nil, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	allowed := b.limiter.AllowN(now, 1)
	left := math.Max(0, b.limiter.TokensAt(now))
	full := (float64(b.limiter.Burst()) - left) / float64(b.limiter.Limit())
	headers := http.Header{
		"X-Ratelimit-Limit":     {strconv.Itoa(b.limiter.Burst())},
		"X-Ratelimit-Remaining": {strconv.Itoa(int(left))},
		"X-Ratelimit-Reset":     {strconv.FormatInt(int64(math.Ceil(float64(now.UnixMilli())/1000+full)), 10)},
	}
	if allowed {
		return headers, nil
	}
	p := refuse(http.StatusTooManyRequests, "too_many_requests", "Global limit has been reached")
	p.header = headers
	return nil, p
}

// limited adds the bucket's headers to a successful response.
func limited(answer reply, headers http.Header) reply {
	if headers == nil || answer.status >= http.StatusBadRequest {
		return answer
	}
	if answer.header == nil {
		answer.header = http.Header{}
	}
	maps.Copy(answer.header, headers)
	return answer
}

// checkEntityLimit returns the error for a create beyond the limit of the subscription plan (GE018).
func checkEntityLimit(have, most int) error {
	if most == 0 || have < most {
		return nil
	}
	return refuse(http.StatusForbidden, "too_many_entities", "You reached the limit of entities of this type for this tenant.")
}
