package management_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/timesheets/terraform-provider-timesheets/internal/management"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const keysRoute = "GET /.well-known/jwks.json"

// slowly answers after a second.
func slowly(answer func(call) reply) func(call) reply {
	return func(asked call) reply {
		time.Sleep(time.Second)
		return answer(asked)
	}
}

// published are key sets, one after the other, each with the test's key under one more id.
func published(t *testing.T, ids ...string) func(call) reply {
	var replies []reply
	var listed []jose.JSONWebKey
	for _, id := range ids {
		listed = append(listed, jose.JSONWebKey{Key: &keys().PublicKey, KeyID: id, Algorithm: "RS256", Use: "sig"})
		replies = append(replies, reply{status: 200, body: keySet(t, listed...)})
	}
	return inTurn(replies...)
}

func issued(t *testing.T, id string) tenant.Token {
	return tenant.Token{Value: secret.New(signedToken(t, jose.RS256, keys(), id))}
}

// TestKeySetIsReadOnce: by all who want it at the same time and later, until a token names a key that it lacks, or the
// keys are rotated.
func TestKeySetIsReadOnce(t *testing.T) {
	known, later, never := issued(t, "a"), issued(t, "b"), issued(t, "c")
	set := published(t, "a", "b")
	synctest.Test(t, func(t *testing.T) {
		server, opened := inMemory(t, map[string]func(call) reply{
			keysRoute: slowly(set), "POST /api/v2/keys/signing/rotate": says(201, `{"kid":"n","cert":"x"}`),
		})
		for _, step := range []struct {
			token tenant.Token
			at    int // a time
			good  bool
			reads int
		}{{never, 1, false, 1}, {known, 20, true, 1}, {later, 20, true, 2}, {known, 1, true, 2}, {later, 1, true, 2}, {never, 1, false, 3}} {
			var wait sync.WaitGroup
			for range step.at {
				wait.Go(func() {
					if good, err := opened.Keys.Verify(t.Context(), step.token); err != nil || good != step.good {
						t.Errorf("verified %v, %v, want %v", good, err, step.good)
					}
				})
			}
			wait.Wait()
			if reads := len(server.asked(keysRoute)); reads != step.reads {
				t.Errorf("the key set was read %d times, want %d", reads, step.reads)
			}
		}
		for _, reads := range []int{3, 4} {
			if _, err := opened.Keys.Published(t.Context()); err != nil || len(server.asked(keysRoute)) != reads {
				t.Errorf("%d reads, %v, want %d", len(server.asked(keysRoute)), err, reads)
			}
			if _, err := opened.Keys.Rotate(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestKeySetThatIsReadDuringARotation may return the old key set to its caller, and does not cache it.
func TestKeySetThatIsReadDuringARotation(t *testing.T) {
	set := published(t, "a")
	synctest.Test(t, func(t *testing.T) {
		server, opened := inMemory(t, map[string]func(call) reply{
			keysRoute: slowly(set), "POST /api/v2/keys/signing/rotate": says(201, `{"kid":"n","cert":"x"}`),
		})
		var wait sync.WaitGroup
		wait.Go(func() { _, _ = opened.Keys.Published(t.Context()) })
		time.Sleep(500 * time.Millisecond)
		if _, err := opened.Keys.Rotate(t.Context()); err != nil {
			t.Fatal(err)
		}
		wait.Wait()
		if _, err := opened.Keys.Published(t.Context()); err != nil {
			t.Fatal(err)
		}
		if reads := len(server.asked(keysRoute)); reads != 2 {
			t.Errorf("%d reads, want one before the rotation and one after", reads)
		}
	})
}

// TestKeySetThatFailsIsReadAgain: an error is not kept.
func TestKeySetThatFailsIsReadAgain(t *testing.T) {
	set := inTurn(reply{status: 404}, published(t, "a")(call{}))
	_, opened := inMemory(t, map[string]func(call) reply{keysRoute: set})
	_, failed := opened.Keys.Published(t.Context())
	if _, err := opened.Keys.Published(t.Context()); failed == nil || err != nil {
		t.Errorf("at first %v, then %v", failed, err)
	}
}

// TestSecretIsReadTogether shares one request between concurrent callers, and sends a new one later or after a change.
func TestSecretIsReadTogether(t *testing.T) {
	const one, rotate = "GET " + clientsPath + "/job", "POST " + clientsPath + "/job/rotate-secret"
	synctest.Test(t, func(t *testing.T) {
		var nth atomic.Int32
		server, opened := inMemory(t, map[string]func(call) reply{
			one: func(call) reply {
				answer := fmt.Sprintf(`{"client_id":"job","client_secret":"secret-%d"}`, nth.Add(1))
				time.Sleep(time.Second)
				return reply{status: 200, body: answer}
			},
			rotate: says(200, `{"client_id":"job"}`), "PATCH " + clientsPath + "/job": says(200, clientJSON),
		})
		read := func(want string) func() {
			return func() {
				if got, err := opened.Secrets.Client(t.Context(), "job"); err != nil || got.Value.Reveal() != want {
					t.Errorf("%q, %v, want %q", got.Value.Reveal(), err, want)
				}
			}
		}
		var wait sync.WaitGroup
		for range 5 {
			wait.Go(read("secret-1"))
		}
		wait.Wait()
		wait.Go(read("secret-2"))
		time.Sleep(100 * time.Millisecond)
		if err := opened.Secrets.Rotate(t.Context(), "job"); err != nil {
			t.Error(err)
		}
		wait.Go(read("secret-3"))
		time.Sleep(100 * time.Millisecond)
		if _, err := opened.Clients.Update(t.Context(), tenant.ClientKey{ClientID: "job"}, tenant.ClientUpdate{Secret: secret.New("s")}); err != nil {
			t.Error(err)
		}
		wait.Go(read("secret-4"))
		wait.Wait()
		if reads := len(server.asked(one)); reads != 4 {
			t.Errorf("%d reads, want 4", reads)
		}
	})
}

// unhurried is a wire that takes a second, unless the request is canceled.
type unhurried memory

func (u unhurried) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case <-r.Context().Done():
		return nil, r.Context().Err()
	case <-time.After(time.Second):
		return memory(u).RoundTrip(r)
	}
}

// TestWhoCancelsFailsNobodyElse: the first to ask goes, one who waits asks instead, and another who waits can go as well.
func TestWhoCancelsFailsNobodyElse(t *testing.T) {
	set := published(t, "a")
	synctest.Test(t, func(t *testing.T) {
		s := &server{routes: map[string]func(call) reply{keysRoute: set}}
		opened, err := management.New(management.Config{
			BaseURL: &url.URL{Scheme: "https", Host: "tenant.example.com"}, APIToken: secret.New("t"), Transport: unhurried{s},
		})
		if err != nil {
			t.Fatal(err)
		}
		first, cancel := context.WithCancel(t.Context())
		var wait sync.WaitGroup
		for i, ctx := range []context.Context{first, t.Context(), first, t.Context()} {
			wait.Go(func() {
				_, err := opened.Keys.Published(ctx)
				if gone := errors.Is(err, context.Canceled); gone != (ctx == first) || err != nil && !gone {
					t.Errorf("number %d: %v", i, err)
				}
			})
			synctest.Wait()
		}
		time.Sleep(500 * time.Millisecond)
		cancel()
		wait.Wait()
	})
}
