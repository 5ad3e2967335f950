package conformance_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/prefix"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/conformance"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T, switches emulator.Switches) conformance.Caller {
	t.Helper()
	server, err := emulator.Start(t.Context(), emulator.Options{Switches: switches, SigningKey: emulator.SharedKeys()})
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{}}
	t.Cleanup(func() {
		client.CloseIdleConnections()
		_ = server.Close()
	})
	return conformance.Caller{URL: server.URL(), Token: server.Token(), Client: client, Prefix: "conformance"}
}

// TestEmulator checks the emulator.
func TestEmulator(t *testing.T) {
	for _, difference := range conformance.Ask(t.Context(), start(t, emulator.Switches{})) {
		t.Error(difference)
	}
}

// TestDifferencesAreFound changes switches and expects exactly the corresponding differences.
func TestDifferencesAreFound(t *testing.T) {
	for fact, switches := range map[string]emulator.Switches{
		"CG005": {StrictGrantScopes: true},
		"CL021": {MissingClientDelete: true},
		"RS018": {ListsWithoutScopes: true},
		"OR010": {IgnoreClientOrganizationUsage: true},
		"OR013": {OrganizationNames: true},
		"PP003": {RequireProofNonce: true},
	} {
		t.Run(fact, func(t *testing.T) {
			var found []string
			for _, difference := range conformance.Ask(t.Context(), start(t, switches)) {
				found = append(found, difference.Fact)
			}
			if !slices.Contains(found, fact) {
				t.Errorf("the differences are %v", found)
			}
		})
	}
}

// TestNothingIsLeft expects no remaining objects in the tenant after the checks.
func TestNothingIsLeft(t *testing.T) {
	caller := start(t, emulator.Switches{})
	conformance.Ask(t.Context(), caller)
	for _, list := range []string{"resource-servers", "clients", "client-grants", "organizations"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, caller.URL+"/api/v2/"+list+"?per_page=100&fields=name,identifier,client_id", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+caller.Token)
		response, err := caller.Client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		var items []map[string]any
		err = json.NewDecoder(response.Body).Decode(&items)
		_ = response.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range items {
			for _, value := range item {
				if text, ok := value.(string); ok && strings.Contains(text, "conformance") {
					t.Errorf("left in %s: %v", list, item)
				}
			}
		}
	}
}

// TestFactsAreExplained compares the numbers with FACTS.md.
func TestFactsAreExplained(t *testing.T) {
	page, err := os.ReadFile("../FACTS.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, number := range conformance.Facts() {
		if !regexp.MustCompile(`(?m)^\| ` + number + ` \|`).Match(page) {
			t.Errorf("%s is checked but not explained", number)
		}
	}
}

// TestFactsAreAsked expects a question for each fact of these kinds. Many of them are assumed, so that only a real tenant can
// confirm them.
func TestFactsAreAsked(t *testing.T) {
	page, err := os.ReadFile("../FACTS.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^\| (OR\d{3}|PP\d{3}|TK01[67]|CL03[1-5]|RS02[67]) \|`).FindAllStringSubmatch(string(page), -1)
	if len(rows) == 0 {
		t.Fatal("FACTS.md has none of them")
	}
	for _, row := range rows {
		if !slices.Contains(conformance.Facts(), row[1]) {
			t.Errorf("%s is not asked", row[1])
		}
	}
}

// TestTenant checks a real tenant if TF_ACC, AUTH0_DOMAIN and credentials are set, and reports the differences.
func TestTenant(t *testing.T) {
	domain := os.Getenv("AUTH0_DOMAIN")
	if os.Getenv("TF_ACC") == "" || domain == "" {
		t.Skip("no real tenant: set TF_ACC, AUTH0_DOMAIN, AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET (or AUTH0_API_TOKEN) to ask one")
	}
	caller := conformance.Caller{
		URL: "https://" + strings.TrimPrefix(domain, "https://"), Token: os.Getenv("AUTH0_API_TOKEN"), Client: &http.Client{Timeout: time.Minute},
		Prefix: prefix.New(),
	}
	t.Cleanup(caller.Client.CloseIdleConnections)
	if caller.Token == "" {
		caller.Token = exchange(t, caller)
	}
	for _, difference := range conformance.Ask(t.Context(), caller) {
		t.Error(difference)
	}
}

func exchange(t *testing.T, caller conformance.Caller) string {
	t.Helper()
	form := url.Values{
		"grant_type": {"client_credentials"}, "audience": {caller.URL + "/api/v2/"},
		"client_id": {os.Getenv("AUTH0_CLIENT_ID")}, "client_secret": {os.Getenv("AUTH0_CLIENT_SECRET")},
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, caller.URL+"/oauth/token", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := caller.Client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var said struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(response.Body).Decode(&said); err != nil || said.AccessToken == "" {
		t.Fatalf("no token: status %d", response.StatusCode)
	}
	return said.AccessToken
}
