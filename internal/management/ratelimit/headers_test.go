package ratelimit

import (
	"net/http"
	"testing"
	"time"
)

func TestParseHeaders(t *testing.T) {
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
				headerLimit: c.limit, HeaderRemaining: c.remaining, headerReset: c.reset, headerRetryAfter: c.after,
			} {
				if value != "" {
					header.Set(key, value)
				}
			}
			got := parseHeaders(header, now)
			if got.wait != c.wait || got.provenRate() != c.refill {
				t.Errorf("wait %s and refill %v, want %s and %v", got.wait, got.provenRate(), c.wait, c.refill)
			}
		})
	}
}

// FuzzHeaders checks that no headers lead to a negative wait or make the limit unusable.
func FuzzHeaders(f *testing.F) {
	f.Add("10", "0", "1800000003", "5", "Fri, 15 Jan 2027 08:00:00 GMT", 429)
	f.Add("", "", "99999999999999999999", "Fri, 15 Jan 2027 08:00:00 GMT", "x", 200)
	f.Fuzz(func(t *testing.T, limit, remaining, reset, after, date string, status int) {
		header := http.Header{
			headerLimit: {limit}, HeaderRemaining: {remaining}, headerReset: {reset}, headerRetryAfter: {after}, "Date": {date},
		}
		now := time.Now()
		if got := parseHeaders(header, now); got.wait < 0 || got.provenRate() < 0 {
			t.Errorf("%+v", got)
		}
		limited := newLimit(0.8)
		admitted, _, _ := limited.take(now)
		limited.observe(admitted, result{Result: Result{Status: status, Header: header}, sent: now, at: now})
		if _, delay, _ := limited.take(time.Now()); delay < 0 || delay > 2*time.Minute {
			t.Errorf("the next request waits %s", delay)
		}
	})
}
