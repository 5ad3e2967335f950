package transport_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
)

// TestLimitsOfSeveralKinds uses a tenant with a separate limit for reads of clients. Neither kind of request is delayed by the
// other, nor exceeds its own limit.
func TestLimitsOfSeveralKinds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clients := &bucket{size: 5, rate: 2, left: 5, at: time.Now()}
		rest := &bucket{size: 50, rate: 16, left: 50, at: time.Now()}
		w := &wire{answer: func(r *http.Request, _ int) (*http.Response, error) {
			time.Sleep(100 * time.Millisecond)
			if strings.Contains(r.URL.Path, "clients") {
				return clients.take()
			}
			return rest.take()
		}}
		way := open(t, w, ready, func(config *transport.Config) { config.RateLimitShare, config.RequestTimeout = 1, time.Hour })
		work := func(path string, requests int) (took time.Duration) {
			started := time.Now()
			var all sync.WaitGroup
			for range 5 {
				all.Go(func() {
					for range requests / 5 {
						ctx := transport.Read(t.Context(), transport.Call{Operation: "read"})
						if _, err := carry(ctx, way, http.MethodGet, "https://tenant.example/api/v2/"+path, "read", false); err != nil {
							t.Error(err)
						}
					}
				})
			}
			all.Wait()
			return time.Since(started)
		}
		var both sync.WaitGroup
		var slow, fast time.Duration
		both.Go(func() { slow = work("clients/1", 45) })
		both.Go(func() { fast = work("resource-servers/1", 200) })
		both.Wait()
		t.Logf("clients: %d rejected, %s; the rest: %d rejected, %s", clients.rejected, slow, rest.rejected, fast)
		if clients.rejected > 5 || rest.rejected > 1 {
			t.Errorf("%d and %d rejected, want at most those 5 and 1 that were under way", clients.rejected, rest.rejected)
		}
		if slow > 24*time.Second || fast > 12*time.Second { // the limits demand 20 s and 9.4 s
			t.Errorf("it took %s and %s", slow, fast)
		}
	})
}
