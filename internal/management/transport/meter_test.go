package transport_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
)

func TestMeterCountsWhatIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		meter := &transport.Meter{}
		w := &wire{answer: func(_ *http.Request, nth int) (*http.Response, error) {
			switch nth {
			case 1:
				return respond(429, tooMany, "Retry-After", "5"), nil
			case 2:
				return nil, errCut
			}
			return respond(200, `{}`), nil
		}}
		way := open(t, w, func(config *transport.Config) { config.Meter = meter })
		for range 3 {
			if _, err := send(t.Context(), way, http.MethodGet, transport.Call{}); err != nil {
				t.Fatal(err)
			}
		}
		got := meter.Usage()
		if got.Waited < 5*time.Second || got.Waited > 8*time.Second {
			t.Errorf("%s waited, want the 5 s of the rejection and a little more", got.Waited)
		}
		got.Waited = 0
		if want := (transport.Usage{Calls: 6, Tokens: 1, Rejected: 1}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	})
}
