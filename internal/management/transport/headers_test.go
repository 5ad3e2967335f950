package transport

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

func TestParseHints(t *testing.T) {
	now := time.Unix(1_800_000_000, 500_000_000)
	for name, c := range map[string]struct {
		limit, remaining, reset, after string
		wait                           time.Duration
		refill                         float64
	}{
		"nothing":              {},
		"reset":                {reset: "1800000003", wait: 2500 * time.Millisecond},
		"reset in this second": {reset: "1800000000", wait: 1},
		"reset in the past":    {reset: "1799999990"},
		"reset is no number":   {reset: "x"},
		"reset is negative":    {reset: "-5"},
		"reset is not finite":  {reset: "NaN"},
		"retry after":          {after: "1.5", reset: "1800000003", wait: 1500 * time.Millisecond},
		"retry after no time":  {after: "0"},
		"refill":               {limit: "10", remaining: "4", reset: "1800000003", wait: 2500 * time.Millisecond, refill: 2},
		"full within a second": {limit: "10", remaining: "4", reset: "1800000001", wait: 500 * time.Millisecond},
		"more than there is":   {limit: "10", remaining: "11", reset: "1800000003", wait: 2500 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			header := http.Header{}
			for key, value := range map[string]string{
				headerLimit: c.limit, headerRemaining: c.remaining, headerReset: c.reset, headerRetryAfter: c.after,
			} {
				if value != "" {
					header.Set(key, value)
				}
			}
			got := parseRateLimitHeaders(header, now)
			if got.wait != c.wait || got.provenRate() != c.refill {
				t.Errorf("wait %s and refill %v, want %s and %v", got.wait, got.provenRate(), c.wait, c.refill)
			}
		})
	}
}

// FuzzHints checks that no headers lead to a negative wait or make the account unusable.
func FuzzHints(f *testing.F) {
	f.Add("10", "0", "1800000003", "5", "Fri, 15 Jan 2027 08:00:00 GMT", 429)
	f.Add("", "", "99999999999999999999", "Fri, 15 Jan 2027 08:00:00 GMT", "x", 200)
	f.Fuzz(func(t *testing.T, limit, remaining, reset, after, date string, status int) {
		header := http.Header{
			headerLimit: {limit}, headerRemaining: {remaining}, headerReset: {reset}, headerRetryAfter: {after}, "Date": {date},
		}
		now := time.Now()
		if got := parseRateLimitHeaders(header, now); got.wait < 0 || got.provenRate() < 0 {
			t.Errorf("%+v", got)
		}
		rate := newRateLimiter(DefaultRateLimitShare)
		through, _, _ := rate.take(now)
		rate.observe(through, result{sent: now, at: now, status: status, header: header})
		if _, delay, _ := rate.take(time.Now()); delay < 0 || delay > 2*time.Minute {
			t.Errorf("the next request waits %s", delay)
		}
	})
}

func TestPathTemplate(t *testing.T) {
	for address, want := range map[string]string{
		"https://x/api/v2/resource-servers":                              "/api/v2/resource-servers",
		"https://x/api/v2/resource-servers/https:%2F%2Fapi.example%2Fv1": "/api/v2/resource-servers/{id}",
		"https://x/api/v2/clients/abc/credentials/def":                   "/api/v2/clients/{id}/credentials/{id}",
		"https://x/oauth/token":                                          "/oauth/token",
	} {
		parsed, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := pathTemplate(parsed); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}
