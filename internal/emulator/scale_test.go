package emulator_test

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// large returns a seed with a number of clients, APIs with scopes, and grants.
func large(clients, apis, scopes, grants int) *emulator.Seed {
	seed := &emulator.Seed{}
	list := make([]any, 0, scopes)
	for i := range scopes {
		list = append(list, store.Object{{Name: "value", Value: fmt.Sprintf("scope:%d", i)}, {Name: "description", Value: fmt.Sprintf("Scope %d", i)}})
	}
	for i := range apis {
		seed.ResourceServers = append(seed.ResourceServers, store.Object{
			{Name: "name", Value: fmt.Sprintf("API %d", i)}, {Name: "identifier", Value: fmt.Sprintf("https://api.example/%d", i)}, {Name: "scopes", Value: list},
		})
	}
	for i := range clients {
		seed.Clients = append(seed.Clients, store.Object{
			{Name: "client_id", Value: fmt.Sprintf("seeded%026d", i)},
			{Name: "name", Value: fmt.Sprintf("Client %d", i)},
			{Name: "app_type", Value: "non_interactive"},
			{Name: "grant_types", Value: []any{"client_credentials"}},
		})
	}
	for i := range grants {
		seed.ClientGrants = append(seed.ClientGrants, store.Object{
			{Name: "client_id", Value: fmt.Sprintf("seeded%026d", i%clients)},
			{Name: "audience", Value: fmt.Sprintf("https://api.example/%d", i/clients)},
			{Name: "scope", Value: []any{"scope:0"}},
		})
	}
	return seed
}

// drain reads one page to its end and returns its size.
func drain(tb testing.TB, server *emulator.Server, token, path string) int64 {
	tb.Helper()
	request, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, server.URL()+path, http.NoBody)
	if err != nil {
		tb.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	size, err := io.Copy(io.Discard, response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		tb.Fatalf("%s: %d, %v", path, response.StatusCode, err)
	}
	return size
}

// BenchmarkScale requests the first, a middle and the last page of each list of a tenant with 100,000 clients, 1,000 APIs
// of 1,000 scopes each, and 100,000 grants.
func BenchmarkScale(b *testing.B) {
	b.Cleanup(http.DefaultClient.CloseIdleConnections)
	options := emulator.Options{Seed: large(100_000, 1_000, 1_000, 100_000), Switches: emulator.Switches{DeepPages: true}}
	start := time.Now()
	server, err := emulator.Start(b.Context(), options)
	if err != nil {
		b.Fatal(err)
	}
	loaded := time.Since(start)
	options.Seed = nil
	b.Cleanup(func() { _ = server.Close() })
	token := server.Token()
	runtime.GC() // the seed is no longer needed
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	b.Run("seed", func(b *testing.B) {
		b.ReportMetric(loaded.Seconds(), "s/load")
		b.ReportMetric(float64(memory.HeapAlloc)/(1<<20), "MiB/heap")
		b.ReportMetric(0, "ns/op")
	})
	for name, path := range map[string]string{
		"clients/first":       "/api/v2/clients?per_page=100&page=0&include_totals=true",
		"clients/midst":       "/api/v2/clients?per_page=100&page=500&include_totals=true",
		"clients/last":        "/api/v2/clients?per_page=100&page=999&include_totals=true",
		"clients/some fields": "/api/v2/clients?per_page=100&page=500&include_totals=true&fields=client_id,name&include_fields=true",
		"grants/first":        "/api/v2/client-grants?take=100",
		"grants/midst":        "/api/v2/client-grants?per_page=100&page=500&include_totals=true",
		"grants/of a client":  "/api/v2/client-grants?client_id=seeded00000000000000000000050000",
		"grants/of an API":    "/api/v2/client-grants?audience=https://api.example/0&per_page=100",
		"APIs/page of 100":    "/api/v2/resource-servers?per_page=100&page=5",
	} {
		b.Run(name, func(b *testing.B) {
			var size int64
			for b.Loop() {
				size = drain(b, server, token, path)
			}
			b.ReportMetric(float64(size)/(1<<10), "KiB/page")
		})
	}
}
