package emulator_test

import (
	"fmt"
	"net/url"
	"slices"
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

func TestGrant_echo(t *testing.T) { // CG001, CG002, CG006
	n := start(t)
	n.newAPI("urn:a", "x")
	job := n.newClient("job")
	created := n.call(201, "POST", "client-grants", `{"client_id":"`+job.ClientID+`","audience":"urn:a","scope":["z","x","not-there"]}`)
	want := fmt.Sprintf(`{"id":%q,"client_id":%q,"audience":"urn:a","scope":["z","x","not-there"],"subject_type":"client"}`,
		created.body.Text("id"), job.ClientID)
	if created.raw != want {
		t.Errorf("created\n got %s\nwant %s", created.raw, want)
	}
	at := "client-grants/" + created.body.Text("id")
	for _, c := range []struct{ body, part, gone string }{
		{`{"scope":[]}`, `"scope":[]`, ""},
		{`{"allow_all_scopes":true}`, `"allow_all_scopes":true`, "scope"},
		{`{"allow_all_scopes":false,"scope":["x"]}`, `"scope":["x"],"subject_type":"client","allow_all_scopes":false`, ""},
		{`{"organization_usage":"allow","allow_any_organization":true}`, `"organization_usage":"allow","allow_any_organization":true`, ""},
		{`{"organization_usage":null}`, `"allow_any_organization":true`, "organization_usage"},
	} {
		n.call(200, "PATCH", at, c.body)
		got := n.call(200, "GET", at, "")
		if !strings.Contains(got.raw, c.part) || c.gone != "" && got.body.Has(c.gone) {
			t.Errorf("%s: %s", c.body, got.raw)
		}
	}
}

func TestGrant_refusals(t *testing.T) { // CG003, CG004, CG007, CG008, CG009, GE015
	n := start(t)
	n.newAPI("urn:a", "x")
	job := n.newClient("job")
	grant := "client-grants/" + n.newGrant(job.ClientID, "urn:a", "x")
	pair := func(client, audience, more string) string {
		return `{"client_id":"` + client + `","audience":"` + audience + `"` + more + `}`
	}
	n.refused(409, "client_grant_conflict", "A client grant already exists between "+job.ClientID+" and urn:a", "POST", "client-grants", pair(job.ClientID, "urn:a", ""))
	n.call(201, "POST", "client-grants", pair(job.ClientID, "urn:a", `,"subject_type":"user"`))
	n.refused(404, "inexistent_resource_server", "The resource server does not exist", "POST", "client-grants", pair(job.ClientID, "urn:none", ""))
	n.refused(404, "inexistent_client", "The client does not exist", "POST", "client-grants", pair("none", "urn:a", ""))
	n.refused(400, "validation_error", "`allow_all_scopes` cannot be provided when `audience` is a system API", "POST", "client-grants",
		pair(job.ClientID, n.ManagementAudience(), `,"allow_all_scopes":true`))
	n.refused(400, "validation_error", "`allow_all_scopes` and `scope` cannot be provided together", "POST", "client-grants", // CG006
		pair(n.newClient("all").ClientID, "urn:a", `,"allow_all_scopes":true,"scope":["x"]`))
	n.refused(404, "inexistent_client_grant", "The grant does not exist.", "GET", "client-grants/none", "") // CG008
	n.refused(404, "inexistent_client_grant", "The client grant does not exist.", "PATCH", "client-grants/none", `{"scope":[]}`)
	for _, body := range []string{`{}`, `{"audience":"urn:b"}`, `{"client_id":"x"}`, `{"subject_type":"user"}`, `{"scope":[""]}`, `{"allow_all_scopes":true,"scope":["x"]}`} {
		n.call(400, "PATCH", grant, body)
	}
	n.call(204, "DELETE", grant, "")
	n.call(204, "DELETE", grant, "")
	strict := start(t, switched(func(s *emulator.Switches) { s.StrictGrantScopes = true })) // CG005
	strict.newAPI("urn:a", "x")
	strict.call(400, "POST", "client-grants", pair(strict.newClient("job").ClientID, "urn:a", `,"scope":["y"]`))
}

func TestGrant_list(t *testing.T) { // CG010 to CG012, GE012
	n := start(t)
	n.newAPI("urn:a")
	n.newAPI("urn:b")
	var all []string
	first := n.newClient("0")
	for i := range 4 {
		job := n.newClient(fmt.Sprint(i))
		all = append(all, n.newGrant(job.ClientID, "urn:a"))
	}
	all = append(all, n.newGrant(first.ClientID, "urn:b"), n.newGrant(first.ClientID, "urn:a"))
	slices.Sort(all)
	ids := func(a answer) []string {
		var got []string
		for _, item := range append(a.items, a.body.Items("client_grants")...) {
			if objectOf(item).Text("audience") != n.ManagementAudience() {
				got = append(got, objectOf(item).Text("id"))
			}
		}
		return got
	}
	plain := n.call(200, "GET", "client-grants", "")
	if got := ids(plain); !slices.Equal(got, all) || plain.header.Get("Link") == "" {
		t.Errorf("not by id: %v", got)
	}
	both := n.call(200, "GET", "client-grants?audience=urn:a&client_id="+first.ClientID+"&include_totals=true&per_page=50", "")
	if !strings.HasPrefix(both.raw, `{"total":1,"start":0,"limit":50,"client_grants":[{`) {
		t.Error("filtered:", both.raw)
	}
	if got := n.call(200, "GET", "client-grants?audience=urn:a&client_id=none&include_totals=true&per_page=50", ""); got.raw != `{"total":0,"start":0,"limit":50,"client_grants":[]}` {
		t.Error("none:", got.raw)
	}
	taken := n.call(200, "GET", "client-grants?take=2&include_totals=true&per_page=50", "")
	if !slices.Equal(taken.body.Names(), []string{"client_grants", "next"}) {
		t.Error("take does not take precedence:", taken.raw)
	}
	n.call(400, "GET", "client-grants?take=0", "")
	n.call(400, "GET", "client-grants?subject_type=x", "")
	if got := n.call(200, "GET", "client-grants/"+all[0]+"/organizations", ""); got.raw != "[]" { // CG015
		t.Error("organizations:", got.raw)
	}
}
