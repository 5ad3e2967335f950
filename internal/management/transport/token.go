package transport

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/defect"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const bearer = "Bearer "

// token gives requests the provider's access token. It is asked for when first needed, once for all who wait for it,
// and again shortly before it expires. When the tenant refuses the token, the request was not carried out: it is sent
// once more with a new one. A second refusal, or a refused token request, is the end: nothing more is sent.
type token struct {
	next   Doer
	ask    func(ctx context.Context) (grant, error) // nil when the token was given ready
	hidden *redactor

	mu      sync.Mutex
	value   secret.Value
	scopes  []string  // of the latest value; none where they are not known
	renew   time.Time // zero for a ready token
	flight  *flight
	refused *tenant.Unauthenticated
	quota   *tenant.Throttled // the tenant gives no token
	until   time.Time         // before this
}

// grant is a token, what it lets do and how long it lives.
type grant struct {
	value  secret.Value
	scopes []string
	life   time.Duration
}

// flight is a token request that is under way for all who wait.
type flight struct {
	done  chan struct{}
	value secret.Value
	err   error
	told  bool // whether one of those who wait has err in full
}

func (t *token) Do(r *http.Request) (*http.Response, error) {
	answer, used, err := t.send(r)
	if _, refused := unauthenticated(err); !refused || used.Empty() {
		return answer, err
	}
	if t.ask == nil {
		return nil, t.refuse(r.Context(), err)
	}
	t.drop(used)
	answer, used, err = t.send(r)
	if _, refused := unauthenticated(err); refused && !used.Empty() {
		return nil, t.refuse(r.Context(), err)
	}
	return answer, err
}

// send sends a request with the token of the moment, and returns that too; none when there was none to be had.
func (t *token) send(r *http.Request) (*http.Response, secret.Value, error) {
	value, err := t.current(r.Context())
	if err != nil {
		return nil, secret.Value{}, err
	}
	signed := r.Clone(r.Context())
	signed.Header.Set("Authorization", bearer+value.Reveal())
	answer, err := t.next.Do(signed)
	return answer, value, err
}

// current is a token that is good for a while, asked for if need be.
func (t *token) current(ctx context.Context) (secret.Value, error) {
	t.mu.Lock()
	if t.refused != nil {
		t.mu.Unlock()
		return secret.Value{}, t.refuse(ctx, nil)
	}
	if !t.value.Empty() && (t.renew.IsZero() || time.Now().Before(t.renew)) {
		defer t.mu.Unlock()
		return t.value, nil
	}
	if left := time.Until(t.until); left > 0 {
		defer t.mu.Unlock()
		return secret.Value{}, t.spent(ctx, left)
	}
	shared := t.flight
	if shared == nil {
		shared = &flight{done: make(chan struct{})}
		t.flight = shared
		go t.fetch(context.WithoutCancel(ctx), shared)
	}
	t.mu.Unlock()

	waiting := patience(ctx)
	select {
	case <-shared.done:
	case <-waiting.Done():
		return secret.Value{}, ended(waiting, callOf(ctx).Operation)
	}
	if _, refused := unauthenticated(shared.err); refused {
		return secret.Value{}, t.refuse(ctx, shared.err)
	}
	if shared.err != nil {
		return secret.Value{}, t.tell(ctx, shared)
	}
	return shared.value, nil
}

// permitted are the scopes of the token of the moment.
func (t *token) permitted(ctx context.Context) ([]string, error) {
	if _, err := t.current(ctx); err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.scopes, nil
}

// tell is the error of a token request that failed, in full for the first who waits for it.
func (t *token) tell(ctx context.Context, shared *flight) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	var unavailable *tenant.Unavailable
	if !shared.told || !errors.As(shared.err, &unavailable) {
		shared.told = true
		return shared.err
	}
	return &failure{final: true, err: &tenant.Unavailable{Reply: tenant.Reply{Operation: callOf(ctx).Operation}, Repeat: true}}
}

// fetch asks for a token on behalf of all who wait, so it does not end with the one who came first.
func (t *token) fetch(ctx context.Context, shared *flight) {
	got, err := t.asked(withPatience(ctx, ctx))
	t.mu.Lock()
	defer t.mu.Unlock()
	shared.value, shared.err = got.value, err
	if err == nil {
		t.hidden.add(got.value, t.value)
		t.value, t.scopes, t.renew = got.value, got.scopes, time.Now().Add(got.life-margin(got.life))
	}
	if quota := new(tenant.Throttled); errors.As(err, &quota) && quota.After > longestGate {
		t.quota, t.until = quota, time.Now().Add(quota.After)
	}
	if !hopeless(err) { // else it stays, for all who come later
		t.flight = nil
	}
	close(shared.done)
}

// spent is the error of a request for which there is no token, since the quota of tokens is used up for a while.
func (t *token) spent(ctx context.Context, left time.Duration) error {
	again := &tenant.Throttled{Reply: t.quota.Reply, After: left}
	again.Operation = callOf(ctx).Operation
	return &failure{final: true, unsent: true, err: again}
}

// asked asks for a token. It runs apart from any request of Terraform, where a panic would end the process.
func (t *token) asked(ctx context.Context) (got grant, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = &failure{final: true, err: defect.Caught(cause)}
		}
	}()
	return t.ask(ctx)
}

// margin is how long before its end a token is renewed.
func margin(life time.Duration) time.Duration {
	return min(time.Minute, life/5)
}

// drop forgets a token that was refused, unless it was replaced meanwhile.
func (t *token) drop(used secret.Value) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.value.Reveal() == used.Reveal() {
		t.value = secret.Value{}
	}
}

// refuse notes that the tenant refuses the provider's credentials. The first to hear of it gets the whole story.
func (t *token) refuse(ctx context.Context, err error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.refused == nil {
		t.refused, _ = unauthenticated(err)
		return &failure{err: t.refused, final: true}
	}
	repeat := &tenant.Unauthenticated{Reply: t.refused.Reply, Repeat: true}
	repeat.Operation = callOf(ctx).Operation
	return &failure{err: repeat, final: true}
}
