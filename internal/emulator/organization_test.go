package emulator_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

func (n *tenant) newOrganization(name string) string {
	n.t.Helper()
	return n.call(201, "POST", "organizations", `{"name":"`+name+`"}`).body.Text("id")
}

func TestOrganization_collection(t *testing.T) { // OR001 to OR005
	n := start(t)
	created := n.call(201, "POST", "organizations", `{"metadata":{"a":"b"},"display_name":"Acme","name":"acme"}`)
	id := created.body.Text("id")
	if want := fmt.Sprintf(`{"id":%q,"name":"acme","display_name":"Acme","metadata":{"a":"b"}}`, id); created.raw != want || len(id) != 20 || !strings.HasPrefix(id, "org_") {
		t.Errorf("created\n got %s\nwant %s", created.raw, want)
	}
	if got := n.call(200, "GET", "organizations/"+id, ""); got.raw != created.raw {
		t.Error("read:", got.raw)
	}
	for _, body := range []string{`{}`, `{"name":"Acme"}`, `{"name":"-a"}`, `{"name":"` + strings.Repeat("a", 51) + `"}`, `{"name":"b","enabled_connections":[]}`} {
		n.call(400, "POST", "organizations", body)
	}
	n.refused(409, "organization_conflict", "An organization with this name already exists.", "POST", "organizations", `{"name":"acme"}`)
	other := n.newOrganization("a-second")
	list := n.call(200, "GET", "organizations?include_totals=true&per_page=1&page=1", "")
	if want := fmt.Sprintf(`{"total":2,"start":1,"limit":1,"organizations":[{"id":%q,"name":"a-second"}]}`, other); list.raw != want {
		t.Errorf("listed\n got %s\nwant %s", list.raw, want)
	}
	if got := n.call(200, "GET", "organizations?take=1", ""); got.body.Text("next") == "" {
		t.Error("first page:", got.raw)
	}
	n.call(204, "DELETE", "organizations/"+id, "")
	for _, method := range []string{"GET", "DELETE"} {
		n.refused(404, "inexistent_organization", "No organization found by that id or name", method, "organizations/"+id, "")
	}
	n.as(n.Token("read:clients")).call(403, "GET", "organizations", "")
	for method, scope := range map[string]string{"GET": "read", "POST": "create"} { // OR014
		n.as(n.Token(scope+":organizations")).call(403, method, "organizations/"+other+"/client-grants", "")
	}
}

func TestOrganization_grants(t *testing.T) { // OR003, OR006 to OR008, CG015
	n := start(t)
	n.newAPI("urn:a", "x")
	job := n.newClient("job")
	grant, organization := n.newGrant(job.ClientID, "urn:a", "x"), n.newOrganization("acme")
	of := "organizations/" + organization + "/client-grants"
	got := n.call(201, "POST", of, `{"grant_id":"`+grant+`"}`)
	shown := fmt.Sprintf(`{"id":%q,"client_id":%q,"audience":"urn:a","scope":["x"]}`, grant, job.ClientID)
	if got.raw != shown {
		t.Errorf("associated\n got %s\nwant %s", got.raw, shown)
	}
	n.refused(409, "organization_client_grant_conflict", "The client grant is already associated with the organization.", "POST", of, `{"grant_id":"`+grant+`"}`)
	n.refused(404, "inexistent_client_grant", "The grant does not exist.", "POST", of, `{"grant_id":"cgr_none"}`)
	n.refused(404, "inexistent_organization", "No organization found by that id or name", "POST", "organizations/org_none/client-grants", `{"grant_id":"`+grant+`"}`)
	n.call(400, "POST", of, `{}`)
	for query, want := range map[string]string{
		"": "[" + shown + "]", "?audience=urn:b": "[]", "?client_id=" + job.ClientID + "&grant_ids=" + grant: "[" + shown + "]",
		"?grant_ids=cgr_none": "[]", "?include_totals=true": `{"total":1,"start":0,"limit":50,"client_grants":[` + shown + `]}`,
	} {
		if got := n.call(200, "GET", of+query, ""); got.raw != want {
			t.Errorf("%s\n got %s\nwant %s", query, got.raw, want)
		}
	}
	associated := func() string { return n.call(200, "GET", "client-grants/"+grant+"/organizations", "").raw }
	if got := associated(); got != fmt.Sprintf(`[{"id":%q,"name":"acme"}]`, organization) {
		t.Error("organizations of the grant:", got)
	}
	n.call(204, "DELETE", of+"/"+grant, "")
	n.call(204, "DELETE", of+"/"+grant, "")
	n.call(201, "POST", of, `{"grant_id":"`+grant+`"}`)
	n.call(204, "DELETE", "organizations/"+organization, "")
	if got := associated(); got != "[]" {
		t.Error("after the organization was deleted:", got)
	}
	second := n.newOrganization("second")
	n.call(201, "POST", "organizations/"+second+"/client-grants", `{"grant_id":"`+grant+`"}`)
	n.call(204, "DELETE", "clients/"+job.ClientID, "")
	if got := n.call(200, "GET", "organizations/"+second+"/client-grants", ""); got.raw != "[]" {
		t.Error("after the grant was deleted:", got.raw)
	}
}

// TestOrganization_restart restarts the tenant and expects the organizations and associations in its state.
func TestOrganization_restart(t *testing.T) { // OR006
	state := t.TempDir() + "/tenant"
	keep := func(o *emulator.Options) { o.State = state }
	n := start(t, keep)
	n.newAPI("urn:a")
	grant, organization := n.newGrant(n.newClient("job").ClientID, "urn:a"), n.newOrganization("acme")
	n.call(201, "POST", "organizations/"+organization+"/client-grants", `{"grant_id":"`+grant+`"}`)
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	n = start(t, keep)
	if got := n.call(200, "GET", "client-grants/"+grant+"/organizations", ""); len(got.items) != 1 {
		t.Error("after a restart:", got.raw)
	}
	if n.newOrganization("later") == organization {
		t.Error("an id was used twice")
	}
}

func TestOrganization_seed(t *testing.T) { // OR001
	seed := `{"resource_servers":[{"name":"A","identifier":"urn:a"}],"clients":[{"client_id":"c","name":"C"}],
		"client_grants":[{"id":"cgr_1","client_id":"c","audience":"urn:a"}],
		"organizations":[{"id":"org_1","name":"acme","client_grants":["cgr_1"]},{"name":"other"}]}`
	read, err := emulator.ReadSeed(strings.NewReader(seed))
	if err != nil {
		t.Fatal(err)
	}
	n := start(t, func(o *emulator.Options) { o.Seed = read })
	if got := n.call(200, "GET", "client-grants/cgr_1/organizations", ""); got.raw != `[{"id":"org_1","name":"acme"}]` {
		t.Error("organizations of the grant:", got.raw)
	}
	for _, bad := range []string{`{"organizations":[{"name":"a","client_grants":["cgr_9"]}]}`, `{"organizations":[{"name":"a"},{"name":"a"}]}`, `{"organizations":[{"name":"A"}]}`} {
		read, err := emulator.ReadSeed(strings.NewReader(bad))
		if err != nil {
			t.Fatal(err)
		}
		if server, err := emulator.Start(t.Context(), emulator.Options{Seed: read}); err == nil {
			_ = server.Close()
			t.Error("accepted:", bad)
		}
	}
}

// TestToken_organization requests tokens with each setting of client and grant.
func TestToken_organization(t *testing.T) { // OR009 to OR013
	const required, notAllowed = "parameter organization is required for this client", "parameter organization is not allowed for this client"
	n := start(t)
	n.newAPI("urn:a", "x")
	job := n.newClient("job")
	grant := n.newGrant(job.ClientID, "urn:a", "x")
	acme, other := n.newOrganization("acme"), n.newOrganization("other")
	n.call(201, "POST", "organizations/"+acme+"/client-grants", `{"grant_id":"`+grant+`"}`)
	standard := `"default_organization":{"organization_id":"` + acme + `","flows":["client_credentials"]}`
	notAssociated := fmt.Sprintf("Client %q is not authorized to access resource server \"urn:a\" for organization %q.", job.ClientID, other)
	for _, c := range []struct{ grant, client, organization, reason, carries string }{
		{`"organization_usage":null`, "", "", "", ""},
		{`"organization_usage":null`, "", acme, notAllowed, ""},
		{`"organization_usage":"deny"`, "", acme, notAllowed, ""},
		{`"organization_usage":"deny"`, standard, "", "", ""},
		{`"organization_usage":"allow"`, "", "", "", ""},
		{`"organization_usage":"allow"`, standard, "", "", ""},
		{`"organization_usage":"allow"`, "", acme, "", acme},
		{`"organization_usage":"allow"`, "", other, notAssociated, ""},
		{`"organization_usage":"allow"`, "", "org_none", "parameter organization is invalid", ""},
		{`"organization_usage":"allow"`, "", "acme", "parameter organization is invalid", ""},
		{`"organization_usage":"allow","allow_any_organization":true`, "", other, "", other},
		{`"organization_usage":"require"`, "", "", required, ""},
		{`"organization_usage":"require"`, standard, "", "", acme},
		{`"organization_usage":"require"`, "", acme, "", acme},
		{`"organization_usage":"allow"`, `"organization_usage":"deny"`, acme, notAllowed, ""},
		{`"organization_usage":"allow"`, `"organization_usage":"require"`, "", required, ""},
		{`"organization_usage":"allow"`, `"organization_usage":"require"`, acme, "", acme},
		{`"organization_usage":"allow"`, `"organization_usage":"allow"`, acme, "", acme},
	} {
		n.call(200, "PATCH", "client-grants/"+grant, `{"allow_any_organization":false}`)
		n.call(200, "PATCH", "client-grants/"+grant, "{"+c.grant+"}")
		n.call(200, "PATCH", "clients/"+job.ClientID, `{"organization_usage":null,"default_organization":null}`)
		if c.client != "" {
			n.call(200, "PATCH", "clients/"+job.ClientID, "{"+c.client+"}")
		}
		form := secretForm(job, "urn:a")
		if c.organization != "" {
			form.Set("organization", c.organization)
		}
		n.wantOrganization(form, c.reason, c.carries, fmt.Sprintf("%+v", c))
	}
}

// wantOrganization requests a token, and compares the reason of an error or the organization of the token.
func (n *tenant) wantOrganization(form url.Values, reason, carries, about string) {
	n.t.Helper()
	got := n.exchange(form, nil)
	if got.body.Text("error_description") != reason || reason != "" && got.status == 200 {
		n.t.Errorf("%s: %d %s", about, got.status, got.raw)
		return
	}
	if reason == "" {
		claims := part(n.t, got.body.Text("access_token"), 1)
		if claims.Text("org_id") != carries || claims.Has("org_id") != (carries != "") || claims.Has("org_name") {
			n.t.Errorf("%s: claims %s", about, claims.Encode())
		}
	}
}

func TestToken_organizationSwitches(t *testing.T) { // OR010, OR013
	n := start(t, switched(func(s *emulator.Switches) { s.OrganizationNames, s.IgnoreClientOrganizationUsage = true, true }))
	n.newAPI("urn:a", "x")
	job := n.newClient("job")
	grant, acme := n.newGrant(job.ClientID, "urn:a", "x"), n.newOrganization("acme")
	n.call(200, "PATCH", "client-grants/"+grant, `{"organization_usage":"allow","allow_any_organization":true}`)
	n.call(200, "PATCH", "clients/"+job.ClientID, `{"organization_usage":"deny"}`)
	form := secretForm(job, "urn:a")
	form.Set("organization", "acme")
	claims := part(t, n.exchange(form, nil).body.Text("access_token"), 1)
	if claims.Text("org_id") != acme || claims.Text("org_name") != "acme" {
		t.Errorf("claims %s", claims.Encode())
	}
	n.call(200, "PATCH", "clients/"+job.ClientID, `{"is_first_party":false}`) // OR012
	if got := n.exchange(form, nil); got.status != 403 {
		t.Errorf("a third-party client: %d %s", got.status, got.raw)
	}
}
