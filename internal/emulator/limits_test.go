package emulator_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// TestBody_nesting sends bodies that are nested deeply. One of 5 MB must not end the process.
func TestBody_nesting(t *testing.T) {
	n := start(t)
	for name, body := range map[string]string{
		"arrays":  strings.Repeat("[", 5<<20),
		"objects": strings.Repeat(`{"a":`, 1<<20),
		"closed":  `{"name":"N","client_metadata":` + strings.Repeat("[", 101) + strings.Repeat("]", 101) + `}`,
	} {
		for _, path := range []string{"/oauth/token", "/api/v2/clients", "/_emulator/faults"} {
			if got, err := n.send(n.request("POST", path, body)); err != nil || got.status != http.StatusBadRequest {
				t.Error(name, path, got.status, err)
			}
		}
	}
}

// TestBody_memory sends many bodies at a time, longer and shorter than the limit, and measures the heap. Without a bound, either
// case would need more than 500 MB.
func TestBody_memory(t *testing.T) {
	n := start(t)
	defer debug.SetGCPercent(debug.SetGCPercent(20)) // so that the peak contains little garbage
	for name, c := range map[string]struct {
		senders int
		body    []byte
		status  int
	}{
		"too long":    {20, []byte(`{"name":"` + strings.Repeat("x", 8<<20) + `"}`), http.StatusRequestEntityTooLarge},
		"many values": {8, []byte(`{"a":[` + strings.Repeat("0,", 3<<20) + `0]}`), http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			stop, peak := make(chan struct{}), make(chan uint64)
			go func() { peak <- heapPeak(stop) }()
			var callers sync.WaitGroup
			for range c.senders {
				callers.Go(func() {
					request := n.request("POST", "/oauth/token", "")
					request.Header.Set("Content-Type", "application/json")
					request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(c.body)), int64(len(c.body))
					response := httptest.NewRecorder()
					n.ServeHTTP(response, request)
					if response.Code != c.status {
						t.Error(response.Code, response.Body)
					}
				})
			}
			callers.Wait()
			close(stop)
			if got := (<-peak) >> 20; got > 250 {
				t.Errorf("the heap has up to %d MB", got)
			}
		})
	}
}

func heapPeak(stop <-chan struct{}) (peak uint64) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return peak
		case <-tick.C:
			var stats runtime.MemStats
			runtime.ReadMemStats(&stats)
			peak = max(peak, stats.HeapAlloc)
		}
	}
}

// TestBody_large sends more large bodies than are processed at a time, among them some whose sender stops, and expects
// a response to each other one.
func TestBody_large(t *testing.T) {
	n := start(t, func(o *emulator.Options) { o.RequestTimeout = 300 * time.Millisecond })
	large := `{"grant_type":"` + strings.Repeat("x", 100<<10) + `"}`
	for range 8 {
		stalled(t, n, "POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"+large)
	}
	for range 8 {
		if got, err := n.send(n.request("POST", "/oauth/token", large)); err != nil || got.status != http.StatusForbidden {
			t.Error(got.status, err)
		}
	}
}

func stalled(t *testing.T, n *tenant, text string) net.Conn {
	t.Helper()
	connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(n.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	if _, err := io.WriteString(connection, text); err != nil {
		t.Fatal(err)
	}
	return connection
}

// TestStalled sends a part of a request. The emulator closes the connection after the timeout, in every phase.
func TestStalled(t *testing.T) {
	const timeout = 200 * time.Millisecond
	n := start(t, func(o *emulator.Options) { o.RequestTimeout = timeout })
	part := "Host: 127.0.0.1\r\nContent-Length: 100\r\nContent-Type: application/json\r\n"
	for name, text := range map[string]string{
		"headers":       "POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\n",
		"token request": "POST /oauth/token HTTP/1.1\r\n" + part + "\r\n{",
		"POST":          "POST /api/v2/clients HTTP/1.1\r\nAuthorization: Bearer " + n.token + "\r\n" + part + "\r\n{",
		"unauthorized":  "POST /api/v2/clients HTTP/1.1\r\n" + part + "\r\n{",
		"no route":      "POST /none HTTP/1.1\r\n" + part + "\r\n{",
		"GET":           "GET /.well-known/jwks.json HTTP/1.1\r\n" + part + "\r\n{",
		"control":       "POST /_emulator/faults HTTP/1.1\r\n" + part + "\r\n{",
		"control GET":   "GET /_emulator/journal HTTP/1.1\r\n" + part + "\r\n{",
		"chunked":       "POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
	} {
		t.Run(name, func(t *testing.T) {
			connection := stalled(t, n, text)
			if err := connection.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, connection); err != nil {
				t.Error("the connection is still open:", err)
			}
		})
	}
	// The timeout does not end a request whose body was read.
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.ServeHTTP(w, r)
		select {
		case <-r.Context().Done():
			t.Error("the request ended:", r.Context().Err())
		case <-time.After(3 * timeout):
		}
	}))
	defer front.Close()
	response, err := front.Client().Post(front.URL+"/oauth/token", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	// The timeout does not apply while the emulator delays its response.
	n.inject(emulator.Fault{Delay: 3 * timeout})
	n.call(201, "POST", "clients", `{"name":"`+strings.Repeat("N", 20)+`"}`)
}

// TestJournal_bounded fills the journal with long texts.
func TestJournal_bounded(t *testing.T) {
	n := start(t)
	long := strings.Repeat("x", 900<<10)
	n.ResetJournal()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	const rounds = 40
	for range rounds {
		request := n.request("GET", "/"+long[:800<<10]+"?a="+long[:50<<10]+"&b=c", "")
		request.Header.Set("User-Agent", long[:50<<10])
		if got, err := n.send(request); err != nil || got.status != http.StatusNotFound {
			t.Fatal(got.status, err)
		}
		n.exchange(url.Values{"client_id": {long}, long: {""}}, nil)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc-before.HeapAlloc) >> 20; grown > 20 {
		t.Errorf("%d requests keep %d MB", 2*rounds, grown)
	}
	entries := n.Journal()
	if len(entries) != 2*rounds || entries[0].Path != "/"+long[:2047]+"…" || entries[0].Query.Get("a") != long[:16384]+"…" {
		t.Error(len(entries), len(entries[0].Path), len(entries[0].Query.Get("a")))
	}
	fields := make([]string, 1000)
	for i := range fields {
		fields[i] = fmt.Sprintf(`"%d%s":1`, i, long[:1000])
	}
	n.call(400, "POST", "clients", "{"+strings.Join(fields, ",")+"}")
	if last := n.Journal()[2*rounds]; len(last.Fields) != 200 || len(last.Fields[0]) > 600 {
		t.Error(len(last.Fields), len(last.Fields[0]))
	}
}

// TestJournal_oldest writes more entries than the journal keeps, with short texts and with long ones.
func TestJournal_oldest(t *testing.T) {
	server, err := emulator.Start(t.Context(), emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Close() }()
	for query, requests := range map[string]int{"": 100_001, "?a=" + strings.Repeat("x", 16000): 5000} {
		n := fuzzed(t, server)
		n.ResetJournal()
		request := n.request("GET", "/none"+query, "")
		recorder := &refusedWriter{header: http.Header{}}
		for range requests {
			n.ServeHTTP(recorder, request)
		}
		entries := n.Journal()
		if last := entries[len(entries)-1].Seq; last != requests || len(entries) >= requests || len(entries) < requests/2 {
			t.Errorf("%d entries of %d; the last has number %d", len(entries), requests, last)
		}
	}
}

// TestControl_origins tries control requests with the headers that programs and browsers send.
func TestControl_origins(t *testing.T) {
	n := start(t)
	const form, json = "application/x-www-form-urlencoded", "application/json; charset=utf-8"
	for name, c := range map[string]struct {
		status  int
		host    string
		headers map[string]string
	}{
		"curl -d":                   {204, "", map[string]string{"Content-Type": form}},
		"localhost":                 {204, "LocalHost:1", nil},
		"another loopback address":  {204, "127.8.9.10:80", nil},
		"IPv6":                      {204, "[::1]:4010", nil},
		"IPv6 without port":         {204, "[::1]", nil},
		"the page of a local tool":  {204, "", map[string]string{"Content-Type": json, "Origin": "http://localhost:3000", "Sec-Fetch-Site": "same-site"}},
		"without content type":      {403, "", map[string]string{"Origin": "http://127.0.0.1:3000"}},
		"a form of a local page":    {403, "", map[string]string{"Content-Type": form, "Origin": "http://127.0.0.1:3000"}},
		"text of a local page":      {403, "", map[string]string{"Content-Type": "text/plain", "Origin": "http://127.0.0.1:3000"}},
		"another site":              {403, "", map[string]string{"Content-Type": json, "Origin": "https://site.example"}},
		"another site, as text":     {403, "", map[string]string{"Content-Type": "text/plain", "Origin": "https://site.example"}},
		"an unknown site":           {403, "", map[string]string{"Content-Type": json, "Origin": "null"}},
		"a name like localhost":     {403, "", map[string]string{"Content-Type": json, "Origin": "https://localhost.site.example"}},
		"cross-site without Origin": {403, "", map[string]string{"Sec-Fetch-Site": "cross-site"}},
		"a foreign host":            {403, "site.example", nil},
		"a foreign host and port":   {403, "site.example:4010", nil},
		"a host like localhost":     {403, "127.0.0.1.site.example", nil},
	} {
		t.Run(name, func(t *testing.T) {
			request := n.request("POST", "/_emulator/clock", `{"shift_seconds":0}`)
			request.Header.Del("Content-Type")
			if c.host != "" {
				request.Host = c.host
			}
			for name, value := range c.headers {
				request.Header.Set(name, value)
			}
			if got, err := n.send(request); err != nil || got.status != c.status {
				t.Error(got.status, err, got.raw)
			}
		})
	}
	for method, path := range map[string]string{"GET": "journal", "DELETE": "faults"} {
		request := n.request(method, "/_emulator/"+path, "")
		request.Host = "site.example"
		if got, err := n.send(request); err != nil || got.status != http.StatusForbidden {
			t.Error(method, path, got.status, err)
		}
	}
	named := start(t, func(o *emulator.Options) { o.URL = "http://emulator.test:8080" })
	named.client.Transport = direct{named.Server}
	request := named.request("GET", "/_emulator/journal", "")
	request.RemoteAddr = "127.0.0.1:5"
	if got, err := named.send(request); err != nil || got.status != http.StatusOK {
		t.Error("the address that clients use:", got.status, err)
	}
}
