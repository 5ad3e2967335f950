package emulator

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// quotas counts the tokens of clients with a token_quota, per hour and per day (TK013). The counts are not stored in the
// state file.
type quotas struct {
	mu   sync.Mutex
	used map[string]*[2]usage
}

type usage struct {
	start time.Time
	count int64
}

var quotaWindows = [2]struct {
	name   string
	length time.Duration
}{{"per_hour", time.Hour}, {"per_day", 24 * time.Hour}}

// take counts one token of a client. It returns the header with the remaining quota, and an error if none is left.
func (q *quotas) take(clientID string, client store.Object, now time.Time) (http.Header, error) {
	quota := client.Child("token_quota").Child("client_credentials")
	if quota == nil {
		return nil, nil
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.used == nil {
		q.used = map[string]*[2]usage{}
	}
	if q.used[clientID] == nil {
		q.used[clientID] = &[2]usage{}
	}
	enforced := !quota.Has("enforce") || quota.Flag("enforce")
	var parts []string
	var refusedFor time.Duration
	for i, window := range quotaWindows {
		most, limited := quota.Integer(window.name)
		if !limited {
			continue
		}
		u := &q.used[clientID][i]
		if now.Sub(u.start) >= window.length {
			*u = usage{start: now.Truncate(window.length)}
		}
		ends := u.start.Add(window.length).Sub(now)
		if u.count >= most && enforced {
			refusedFor = max(refusedFor, ends)
		}
		parts = append(parts, fmt.Sprintf("b=%s;q=%d;r=%d;t=%d", window.name, most, max(0, most-u.count-1), int(ends.Seconds())))
	}
	header := http.Header{"Auth0-Client-Quota-Limit": {strings.Join(parts, ",")}}
	if refusedFor > 0 {
		p := oauthError(http.StatusTooManyRequests, "too_many_requests", "Client quota exceeded")
		p.header = header
		p.header.Set("Retry-After", strconv.Itoa(int(refusedFor.Seconds())))
		return nil, p
	}
	for i := range quotaWindows {
		q.used[clientID][i].count++
	}
	return header, nil
}
