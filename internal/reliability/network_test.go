package reliability_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func TestFault01_CutDuringClientCreate(t *testing.T) {
	proves(t, 1)
	subtest(t, "after the effect", "client", func(s *testbed) {
		s.inject(emulator.Fault{Method: "POST", Route: clients, Nth: 1, Cut: emulator.CutAfter})
		said := s.apply(1)
		id := s.lost(said)
		s.expect(said, `import { to = timesheets_client.NAME id = "`+id+`" }`)
		s.jobImported(id)
		s.expectCalls("POST", clients, 1)
	})
	subtest(t, "before the effect", "client", func(s *testbed) {
		s.inject(emulator.Fault{Method: "POST", Route: clients, Nth: 1, Cut: emulator.CutBefore})
		s.apply(0)
		s.steady()
		s.expectCalls("POST", clients, 2)
	})
	subtest(t, "with another client of the same name", "client", func(s *testbed) {
		s.twin()
		s.inject(emulator.Fault{Method: "POST", Route: clients, Nth: 1, Cut: emulator.CutBefore})
		s.expect(s.apply(1), "which this run or another writer created", "It was not created a second time")
		s.removeFromState(jobAddress)
		s.agree()
		s.expectCalls("POST", clients, 1)
	})
}

// twin creates a client of another owner with the name of the fixture's.
func (s *testbed) twin() {
	s.t.Helper()
	s.dashboard("POST", clients, map[string]any{"name": jobName, "app_type": tenant.MachineToMachine}, nil)
	s.theirs()
}

// cuts are the requests that arrive for one create whose first request is cut.
var cuts = map[string]int{emulator.CutAfter: 1, emulator.CutBefore: 2}

func TestFault02_CutDuringAPICreate(t *testing.T) {
	proves(t, 2)
	for cut, posts := range cuts {
		subtest(t, cut, "job", func(s *testbed) { s.cutCreate(apis, cut, posts) })
	}
	subtest(t, "another writer creates it meanwhile", "job", func(s *testbed) {
		s.when("POST", apis, 1, func() {
			s.dashboard("POST", apis, map[string]any{"name": "Other", "identifier": timesheetsAPI}, nil)
		})
		s.inject(emulator.Fault{Method: "POST", Route: apis, Nth: 2, Cut: emulator.CutAfter}) // the first request is that of the other writer
		s.expect(s.apply(1), `already has an API "`+timesheetsAPI+`"`, "Existing objects are never imported implicitly")
		s.theirs()
		s.agree()
	})
	subtest(t, "with a secret that cannot be compared", "secretive", func(s *testbed) {
		s.inject(emulator.Fault{Method: "POST", Route: apis, Nth: 1, Cut: emulator.CutAfter})
		s.expect(s.apply(1), "The response to the create was lost", timesheetsAPI)
		s.imported("timesheets_api.timesheets", timesheetsAPI)
	})
}

func TestFault03_CutDuringGrantCreate(t *testing.T) {
	proves(t, 3)
	for cut, posts := range cuts {
		subtest(t, cut, "job", func(s *testbed) { s.cutCreate(grants, cut, posts) })
	}
}

// cutCreate applies while the first create of a collection is cut.
func (s *testbed) cutCreate(route, cut string, posts int) {
	s.t.Helper()
	s.inject(emulator.Fault{Method: "POST", Route: route, Nth: 1, Cut: cut})
	s.apply(0)
	s.steady()
	s.expectCalls("POST", route, posts)
}

func TestFault04_CutDuringUpdate(t *testing.T) {
	proves(t, 4)
	for cut := range cuts {
		subtest(t, cut, "job", func(s *testbed) {
			s.apply(0)
			s.set("TF_VAR_description", "changed")
			s.set("TF_VAR_name", "Changed API")
			s.set("TF_VAR_granted", `["batch:upload", "read:timesheets"]`)
			s.cutEach("PATCH", cut)
			s.apply(0)
			s.steady()
			s.expectEach("PATCH", 2)
		})
	}
	subtest(t, "a list of scopes is not sent again", "job", func(s *testbed) {
		s.apply(0)
		s.set("TF_VAR_scopes", `{"batch:upload" = "Changed"}`)
		s.inject(emulator.Fault{Method: "PATCH", Route: anAPI, Nth: 1, Cut: emulator.CutAfter})
		s.expect(s.apply(1), "The tenant may have carried it out all the same", "Plan again")
		s.expectCalls("PATCH", anAPI, 1)
		s.settled()
	})
}

func TestFault05_CutDuringDelete(t *testing.T) {
	proves(t, 5)
	for cut := range cuts {
		subtest(t, cut, "job", func(s *testbed) {
			s.apply(0)
			s.cutEach("DELETE", cut)
			s.destroyed()
			s.expectEach("DELETE", 2)
		})
	}
}

// cutEach cuts the first request with the method for an object of each kind.
func (s *testbed) cutEach(method, cut string) {
	s.t.Helper()
	for _, route := range []string{anAPI, aClient, aGrant} {
		s.inject(emulator.Fault{Method: method, Route: route, Nth: 1, Cut: cut})
	}
}

// expectEach checks the number of requests with the method for an object of each kind.
func (s *testbed) expectEach(method string, want int) {
	s.t.Helper()
	for _, route := range []string{anAPI, aClient, aGrant} {
		s.expectCalls(method, route, want)
	}
}

// TestFault06_DeadConnection closes the connection after the token response without notice, so that the first write can fail.
func TestFault06_DeadConnection(t *testing.T) {
	proves(t, 6)
	s := open(t, "job")
	s.front.add(hook{method: "POST", path: tokens, serve: s.hangUp})
	s.apply(0)
	s.set("TF_VAR_description", "changed")
	s.settled()
	for _, entry := range s.Server.Journal() {
		if entry.Method == "POST" && entry.Status >= http.StatusBadRequest {
			t.Errorf("a create was sent twice: %s %d", entry.Route, entry.Status)
		}
	}
	s.destroyed()
}

// hangUp responds as the tenant does, without announcing that it closes the connection, and closes it.
func (s *testbed) hangUp(w http.ResponseWriter, r *http.Request) {
	recorder := httptest.NewRecorder()
	s.Server.ServeHTTP(recorder, r)
	conn, out, err := http.NewResponseController(w).Hijack()
	if err != nil {
		s.t.Error(err)
		return
	}
	defer func() { _ = conn.Close() }()
	var head bytes.Buffer
	recorder.Header().Set("Content-Length", strconv.Itoa(recorder.Body.Len()))
	_ = recorder.Header().Write(&head)
	_, _ = out.WriteString("HTTP/1.1 " + strconv.Itoa(recorder.Code) + " " + http.StatusText(recorder.Code) + "\r\n" + head.String() + "\r\n" + recorder.Body.String())
	_ = out.Flush()
}

// clients returns the IDs of the clients with a name.
func (s *testbed) clients(name string) []string {
	s.t.Helper()
	var ids []string
	s.behind(func(ctx context.Context) error {
		for client, err := range s.Ports.Clients.List(ctx, tenant.ClientFilter{}) {
			if err != nil {
				return err
			}
			if client.Name == name {
				ids = append(ids, client.ClientID)
			}
		}
		return nil
	})
	return ids
}

func importBlock(to, id string) string {
	return "import {\n  to = " + to + "\n  id = " + strconv.Quote(id) + "\n}\n"
}

func TestFault07_SlowServer(t *testing.T) {
	proves(t, 7)
	subtest(t, "a create", "client", func(s *testbed) {
		s.set("TIMESHEETS_REQUEST_TIMEOUT", "2s")
		s.inject(emulator.Fault{Method: "POST", Route: clients, Nth: 1, Delay: 5 * time.Second})
		s.jobImported(s.lost(s.apply(1)))
		s.expectCalls("POST", clients, 1)
	})
	subtest(t, "a read", "job", func(s *testbed) {
		s.apply(0)
		s.set("TIMESHEETS_REQUEST_TIMEOUT", "1s")
		s.inject(emulator.Fault{Method: "GET", Route: aClient, Delay: 3 * time.Second})
		s.inject(emulator.Fault{Method: "GET", Route: clients, Delay: 3 * time.Second})
		s.expect(s.plan(1), "Unable to read client", "the request timeout of the provider has passed")
		s.steady()
	})
}

func TestFault08_BodyWithoutEnd(t *testing.T) {
	proves(t, 8)
	s := open(t, "client")
	s.apply(0)
	for name, c := range map[string]struct {
		timeout string
		serve   http.HandlerFunc
		says    string
	}{
		"it stalls": {"2s", stall, "the request timeout of the provider has passed"},
		"it is too large": {"2m", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"client_id":"`+strings.Repeat("x", 9<<20)+`"}`)
		}, "the answer is larger than 8 MiB"},
	} {
		s.step(name, func() {
			s.set("TIMESHEETS_REQUEST_TIMEOUT", c.timeout)
			s.front.add(hook{method: "GET", path: clients, serve: c.serve})
			s.expect(s.plan(1), "Unable to read client", c.says)
			s.front.leave()
		})
	}
	s.steady()
}

// stall starts a response and never ends it.
func stall(w http.ResponseWriter, r *http.Request) {
	_, _ = io.WriteString(w, `{"client_id":`)
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}

func TestFault09_NoRoute(t *testing.T) {
	proves(t, 9)
	s := open(t, "job")
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	s.set("AUTH0_DOMAIN", "http://"+closed.Addr().String())
	said := s.apply(1)
	s.expect(said, closed.Addr().String()+" refuses connections", "Check that `domain` (AUTH0_DOMAIN) is right", "HTTPS_PROXY", "The tenant cannot be reached: "+closed.Addr().String()+" refuses connections")
	if tries := s.attempts(); tries != 4 {
		t.Errorf("it was tried %d times", tries)
	}
	s.set("AUTH0_DOMAIN", s.Server.URL())
	s.settled()
}

func TestFault10_UntrustedTLS(t *testing.T) {
	proves(t, 10)
	s := open(t, "job")
	secured := s.secured(tls.VersionTLS13)
	authority := s.authority(secured)
	port := secured.URL[strings.LastIndex(secured.URL, ":"):]
	s.set("AUTH0_AUDIENCE", s.Server.ManagementAudience())

	s.set("AUTH0_DOMAIN", secured.Listener.Addr().String())
	s.expect(s.apply(1), "signed by an authority that this machine does not know", "SSL_CERT_FILE")
	s.set("SSL_CERT_FILE", authority)
	s.set("AUTH0_DOMAIN", "localhost"+port)
	s.expect(s.apply(1), "the certificate of localhost is made out to others")

	old := s.secured(tls.VersionTLS11)
	s.set("AUTH0_DOMAIN", old.Listener.Addr().String())
	s.expect(s.apply(1), "TLS 1.2 or newer is needed")

	if tries := s.attempts(); tries != 3 || len(s.Server.Journal()) != 0 {
		t.Errorf("%d attempts for three certificates, %d of which arrived", tries, len(s.Server.Journal()))
	}
	s.set("AUTH0_DOMAIN", secured.Listener.Addr().String())
	s.settled()
}

// secured serves the front over TLS up to a version, with an untrusted certificate.
func (s *testbed) secured(most uint16) *httptest.Server {
	server := httptest.NewUnstartedServer(s.front)
	server.TLS = &tls.Config{MaxVersion: most}
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // the client reports the errors
	server.StartTLS()
	s.t.Cleanup(server.Close)
	return server
}

// authority writes the certificate of a server to a file.
func (s *testbed) authority(of *httptest.Server) string {
	s.t.Helper()
	path := filepath.Join(s.folder, "authority.pem")
	content := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: of.Certificate().Raw})
	if err := os.WriteFile(path, content, 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

func TestFault11_Proxy(t *testing.T) {
	proves(t, 11)
	s := open(t, "job")
	secured := s.secured(tls.VersionTLS13)
	s.set("SSL_CERT_FILE", s.authority(secured))
	s.set("AUTH0_DOMAIN", "tenant.example.com") // does not exist: only the proxy connects to it
	s.set("AUTH0_AUDIENCE", s.Server.ManagementAudience())
	s.canaries["the proxy's password"] = acctest.Canary()
	password := strings.Map(func(r rune) rune { // as it stands in an address
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, s.canaries["the proxy's password"])
	s.canaries["the proxy's password in the address"] = password

	for status, says := range map[int]string{
		http.StatusProxyAuthRequired: "it wants a user and a password (status 407)",
		http.StatusForbidden:         "does not let the request through",
	} {
		refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "<html>Ask the people at the help desk</html>")
		}))
		t.Cleanup(refusing.Close)
		s.set("HTTPS_PROXY", strings.Replace(refusing.URL, "://", "://user:"+password+"@", 1))
		s.expect(s.apply(1), says, "HTTPS_PROXY")
	}

	var tunnels atomic.Int64
	working := httptest.NewServer(tunnel(secured.Listener.Addr().String(), &tunnels))
	t.Cleanup(working.Close)
	s.set("HTTPS_PROXY", strings.Replace(working.URL, "://", "://user:"+password+"@", 1))
	s.settled()
	if tunnels.Load() == 0 {
		t.Error("nothing went through the proxy")
	}
}

// tunnel is a proxy that connects all clients to one address.
func tunnel(to string, count *atomic.Int64) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if _, password, ok := basic(r.Header.Get("Proxy-Authorization")); r.Method != http.MethodConnect || !ok || password == "" {
			http.Error(w, "who are you?", http.StatusProxyAuthRequired)
			return
		}
		there, err := (&net.Dialer{}).DialContext(r.Context(), "tcp", to)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		count.Add(1)
		w.WriteHeader(http.StatusOK)
		here, read, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		go func() {
			_, _ = io.Copy(there, read) // some of it has come along with the request
			_ = there.Close()
		}()
		_, _ = io.Copy(here, there)
		_ = here.Close()
	}
}

func basic(header string) (user, password string, ok bool) {
	return (&http.Request{Header: http.Header{"Authorization": {header}}}).BasicAuth()
}

func TestFault12_Redirect(t *testing.T) {
	proves(t, 12)
	for name, route := range map[string]string{"of the token": tokens, "of a create": clients} {
		subtest(t, name, "client", func(s *testbed) {
			var asked atomic.Int64
			elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
			s.t.Cleanup(elsewhere.Close)
			s.inject(emulator.Fault{Method: "POST", Route: route, Status: 307, Headers: map[string]string{"Location": elsewhere.URL}})
			s.expect(s.apply(1), "and no redirect is followed")
			if asked.Load() != 0 {
				s.t.Errorf("the other host was asked %d times", asked.Load())
			}
			s.settled()
		})
	}
}

// Assertions are signed for each attempt. The error for an assertion with a wrong clock contains the difference.
func TestFault13_ClockSkew(t *testing.T) {
	proves(t, 13)
	s := open(t, "job")
	s.withKey()
	s.inject(emulator.Fault{Method: "POST", Route: tokens, Nth: 1, Cut: emulator.CutAfter}) // it has used the assertion up
	s.apply(0)
	s.Server.Shift(10 * time.Minute)
	s.front.add(hook{method: "POST", path: tokens, serve: func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", time.Now().Add(10*time.Minute).UTC().Format(http.TimeFormat))
		s.Server.ServeHTTP(w, r)
	}})
	s.expect(s.plan(1), "this machine's clock is", "behind the tenant's")
	s.front.leave()
	s.Server.Shift(-10 * time.Minute)
	s.steady()
}

// copies returns the formats of a key after it passed through a web form, a shell or a vault.
func copies(key string) []string {
	return []string{
		strings.ReplaceAll(key, "\n", `\n`),
		strings.ReplaceAll(key, "\n", " "),
		strings.ReplaceAll(key, "\n", "\r\n"),
		base64.StdEncoding.EncodeToString([]byte(key)),
	}
}

// withKey makes the provider authenticate with a private key from now on, and returns the key.
func (s *testbed) withKey() string {
	s.t.Helper()
	private := s.OwnKey(s.t)
	for _, line := range strings.Split(private, "\n")[1:4] {
		s.canaries["a line of the provider's private key, "+line[:4]] = line
	}
	s.set("AUTH0_CLIENT_ASSERTION_PRIVATE_KEY", private)
	return private
}
