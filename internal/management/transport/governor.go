package transport

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// managementPath is where the Management API begins. It and the rest of the tenant are limited apart from each other.
const managementPath = "/api/v2/"

// governor keeps to the tenant's limits: so many requests at a time, none above the rate, none while a gate is closed.
type governor struct {
	next           Doer
	turns          chan struct{}
	management     *pace
	authentication *pace
}

func newGovernor(next Doer, concurrency int, share float64) *governor {
	return &governor{
		next:           next,
		turns:          make(chan struct{}, concurrency),
		management:     newPace(share),
		authentication: newPace(share),
	}
}

func (g *governor) Do(r *http.Request) (*http.Response, error) {
	waiting, pace := patience(r.Context()), g.paceOf(r)
	through, err := pace.wait(waiting)
	if err != nil {
		return nil, givenUp(waiting, r, pace)
	}
	if err := g.turn(waiting, pace); err != nil {
		pace.giveBack()
		return nil, givenUp(waiting, r, pace)
	}
	defer func() { <-g.turns }()

	sent := time.Now()
	answer, err := g.next.Do(r)
	switch failed, ok := asFailure(err); {
	case ok:
		pace.arrive(through, sent, failed.status, failed.header)
	case err != nil:
		pace.arrive(through, sent, 0, nil)
	default:
		pace.arrive(through, sent, answer.StatusCode, answer.Header)
	}
	return answer, err
}

// turn waits until fewer requests are on the wire than may be, and for the gate, which may have closed meanwhile.
func (g *governor) turn(waiting context.Context, pace *pace) error {
	select {
	case g.turns <- struct{}{}:
	case <-waiting.Done():
		return context.Cause(waiting)
	}
	err := pace.gate(waiting)
	if err != nil {
		<-g.turns
	}
	return err
}

func (g *governor) paceOf(r *http.Request) *pace {
	if strings.HasPrefix(r.URL.EscapedPath(), managementPath) {
		return g.management
	}
	return g.authentication
}

// givenUp is the error of a request that was not sent because its turn did not come in time.
func givenUp(waiting context.Context, r *http.Request, pace *pace) *failure {
	operation := callOf(r.Context()).Operation
	if cancelled(waiting) || !pace.slows() {
		return ended(waiting, operation)
	}
	return &failure{unsent: true, final: true, waited: true, err: &tenant.Throttled{
		Reply: tenant.Reply{Operation: operation, Message: "there is no time left to wait for the rate limit"},
		After: max(0, time.Until(pace.opens())),
	}}
}
