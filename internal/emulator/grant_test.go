package emulator_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

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
