// Package conformance compares a tenant with the numbered facts in FACTS.md of the emulator, over HTTP. It depends neither on
// the emulator nor on the provider, so that it works with any tenant.
package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Caller contains the address of a tenant and the credentials.
type Caller struct {
	URL    string // of the tenant, without a trailing slash
	Token  string // a Management API token with the scopes for APIs, clients, client grants and organizations
	Client *http.Client
	Prefix string // prefix of the name and identifier of every created object
}

// Difference is a fact that is not true for the tenant.
type Difference struct {
	Fact string // its number
	Asks string // the question
	Got  string // the answer
}

// String returns the difference in one line.
func (d Difference) String() string { return fmt.Sprintf("%s %s: %s", d.Fact, d.Asks, d.Got) }

// session is the check of one fact. It ends at the first expectation that fails, and then deletes what it created.
type session struct {
	ctx    context.Context
	caller Caller
	made   []string // paths of created objects, in order of creation
	failed string
}

// answer is a decoded response.
type answer struct {
	status int
	header http.Header
	text   string
	object map[string]any
	items  []any
}

func (s *session) expect(holds bool, format string, args ...any) {
	if !holds && s.failed == "" {
		s.failed = fmt.Sprintf(format, args...)
	}
}

// call sends a request below /api/v2/ and expects the status.
func (s *session) call(status int, method, path, body string) answer {
	got := s.send(method, s.caller.URL+"/api/v2/"+path, body)
	s.expect(got.status == status, "%s %s answers %d %s, not %d", method, path, got.status, got.text, status)
	if method == http.MethodPost && got.status == http.StatusCreated {
		if id := identity(got.object); id != "" {
			s.made = append(s.made, path+"/"+url.PathEscape(id))
		}
	}
	return got
}

// missing expects a GET to report with this code and message that there is no such object.
func (s *session) missing(code, message, path string) {
	got := s.call(http.StatusNotFound, http.MethodGet, path, "")
	s.expect(got.object["errorCode"] == code && got.object["message"] == message, "GET %s is rejected with %s", path, got.text)
	s.expect(strings.HasPrefix(got.text, `{"statusCode":404,"error":`), "the error starts otherwise: %s", got.text)
}

func (s *session) send(method, address, body string) answer {
	header := http.Header{"Authorization": {"Bearer " + s.caller.Token}, "Content-Type": {"application/json"}}
	return s.exchange(method, address, body, header)
}

// post sends a form without the management token, and with DPoP proofs if any.
func (s *session) post(address string, form url.Values, proofs []string) answer {
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	if len(proofs) > 0 {
		header["Dpop"] = proofs
	}
	return s.exchange(http.MethodPost, address, form.Encode(), header)
}

// exchange sends a request, and repeats one that the rate limit rejects after the pause that the tenant states.
func (s *session) exchange(method, address, body string, header http.Header) answer {
	for {
		got := s.once(method, address, body, header)
		if got.status != http.StatusTooManyRequests || got.header.Get("X-Ratelimit-Remaining") == "" { // a quota has no such header
			return got
		}
		select {
		case <-s.ctx.Done():
			return got
		case <-time.After(pause(got.header, time.Now())):
		}
	}
}

// pause returns how long to wait after a rejected request: until the time of X-RateLimit-Reset, at least a tenth of a second and
// at most a minute.
func pause(header http.Header, now time.Time) time.Duration {
	reset, err := strconv.ParseInt(header.Get("X-Ratelimit-Reset"), 10, 64)
	if err != nil {
		return time.Second
	}
	return min(max(time.Unix(reset, 0).Sub(now), 100*time.Millisecond), time.Minute)
}

func (s *session) once(method, address, body string, header http.Header) answer {
	request, err := http.NewRequestWithContext(s.ctx, method, address, bytes.NewReader([]byte(body)))
	if err != nil {
		s.expect(false, "%v", err)
		return answer{}
	}
	request.Header = header
	response, err := s.caller.Client.Do(request)
	if err != nil {
		s.expect(false, "%v", err)
		return answer{}
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	s.expect(err == nil, "%v", err)
	got := answer{status: response.StatusCode, header: response.Header, text: string(text), object: map[string]any{}}
	if strings.HasPrefix(got.text, "[") {
		_ = json.Unmarshal(text, &got.items)
	} else {
		_ = json.Unmarshal(text, &got.object)
	}
	return got
}

// clean deletes the created objects, the newest first.
func (s *session) clean() {
	for i := len(s.made) - 1; i >= 0; i-- {
		s.send(http.MethodDelete, s.caller.URL+"/api/v2/"+s.made[i], "")
	}
}

func identity(object map[string]any) string {
	if id, ok := object["client_id"].(string); ok && object["audience"] == nil {
		return id
	}
	id, _ := object["id"].(string)
	return id
}

// keys reports whether an object has exactly these members.
func keys(object map[string]any, wanted ...string) bool {
	for _, name := range wanted {
		if _, there := object[name]; !there {
			return false
		}
	}
	return len(object) == len(wanted)
}

func has(object map[string]any, name string) bool {
	_, there := object[name]
	return there
}
