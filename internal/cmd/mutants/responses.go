package mutants

// responseGuards trust only responses that are from Auth0, about the right object of the right tenant.
func responseGuards() []guard {
	const (
		contract    = transport + "/contract.go"
		response    = transport + "/response.go"
		reliability = "internal/reliability"
		origins     = "internal/framework/privatestate/privatestate.go"
	)
	return []guard{
		{
			name: "404 names the kind of object", file: contract, test: "TestOnlyAuth0SaysThatAnObjectIsMissing", in: tenant,
			line: `return code == t.absent`, off: `return code != ""`,
		},
		{
			name: "404 has the status in its body", file: contract, test: "TestForeignResponses", in: tenant,
			line: `auth0 = said.StatusCode.String() == fmt.Sprint(status) && said.Error != "" && said.Message != ""`,
			off:  `auth0 = said.Message != "" && status != 0`,
		},
		{
			name: "404 has a code", file: contract, test: "TestForeignResponses", in: tenant,
			line: `auth0 = auth0 && t.saysAbsent(r.Method, said.ErrorCode)`, off: `_ = t.saysAbsent`,
		},
		{
			name: "deletion is a 204", file: contract, test: "TestForeignResponses", in: tenant,
			line: `expected = []int{http.StatusNoContent}`, off: `expected = []int{http.StatusNoContent, http.StatusOK}`,
		},
		{
			name: "success is a 200 or 201", file: contract, test: "TestForeignResponses", in: tenant,
			line: `if slices.Contains(expected, status) {`, off: `if len(expected) > 0 {`,
		},
		{
			name: "discovery document is that of the domain", file: contract, test: "TestAccTenant_foreign", in: "internal/provider/discovery",
			line: `if object["issuer"] != issuer {`, off: `if !isText(object["issuer"]) {`,
		},
		{
			name: "response is about the object", file: contract, test: "TestObjectsThatAreIncomplete", in: tenant,
			line: `if t.id == "" || len(t.ids) == 0 {`, off: `if true {`,
		},
		{
			name: "404 to the second request for an escaped identifier decides", file: tenant + "/apis.go", test: "TestAPIGetOfAnEscapedIdentifier",
			line: `if cause == nil || isNotFound(cause) {`, off: `if cause = notFound("read API", nounAPI, address); cause != nil {`,
		},
		{
			name: "second request only if the first one found the unescaped identifier", file: tenant + "/apis.go", test: "TestAPIGetOfAnEscapedIdentifier",
			line: `unescaped != address && slices.Contains(another.IDs, unescaped)`, off: `unescaped != address`,
		},
		{
			name: "object is complete", file: contract, test: "TestObjectsThatAreIncomplete", in: tenant,
			line: `if !slices.ContainsFunc(group, func(name string) bool { return isText(object[name]) }) {`, off: `if len(group) == 0 {`,
		},
		{
			name: "no list contains null", file: contract, test: "TestObjectsThatAreIncomplete", in: tenant,
			line: `if nullElement(object) {`, off: `if false {`,
		},
		{
			name: "scope has a value", file: contract, test: "TestObjectsThatAreIncomplete", in: tenant,
			line: `if member, _ := scope.(map[string]any); !isText(member["value"]) {`, off: `if scope == i {`,
		},
		{
			name: "list of keys is complete", file: contract, test: "TestListOfKeysMustBeComplete", in: tenant,
			line: `cause != nil && t.list == "" {`, off: `cause != nil && t.list == "?" {`,
		},
		{
			name: "token request fails in Auth0's form only", file: contract, test: "TestForeignResponsesToTheTokenRequest", in: tenant,
			line: `return said, oauthCode().MatchString(said.Error) && said.Description != "" && said.StatusCode == ""`, off: `return said, said.Error != ""`,
		},
		{
			name: "foreign response to a write may have happened", file: response, test: "TestForeignResponses", in: tenant,
			line: `Unsettled: changes(r) && response.StatusCode != http.StatusTooManyRequests,`, off: `Unsettled: false,`,
		},
		{
			name: "foreign response shows no credential", file: response, test: "TestForeignResponses", in: tenant,
			line: `hide.text(withoutCredentials(body), maxExcerpt)`, off: `hide.text(string(body), maxExcerpt)`,
		},
		{
			name: "one GET decides about a deletion", file: tenant + "/outcome.go", test: "TestDeleteIsDecidedByOneGet",
			line: `switch found := get(ctx); {`, off: `switch found := error(nil); {`,
		},
		{
			name: "object of another tenant is not followed", file: server + "/resource.go", test: "TestFault53_OtherTenant", in: reliability,
			line: `case recreated && !origin.Same():`, off: `case false:`,
		},
		{
			name: "absence in another tenant removes nothing", file: "internal/framework/diagnose/tenant.go", test: "TestFault53_OtherTenant", in: reliability,
			line: `if origin.Other() {
		AddOtherTenant(`, off: `if false {
		AddOtherTenant(`,
		},
		{
			name: "object of another tenant is not written", file: server + "/resource.go", test: "TestFault53_OtherTenant", in: reliability,
			line: `&& r.SameTenant(ctx, req.Private, "update", prior, &resp.Diagnostics)`, off: `&& true`,
		},
		{
			name: "re-created object does not survive its deletion", file: server + "/resource.go", test: "TestAccRecreated", in: provider,
			line: `if !r.sameAsPlanned(ctx, req.Private, prior, &resp.Diagnostics) {`, off: `if false {`,
		},
		{
			name: "object of another tenant is not deleted", file: server + "/resource.go", test: "TestFault53_OtherTenant", in: reliability,
			line: `if !r.SameTenant(ctx, req.Private, "delete", prior, &resp.Diagnostics) {`, off: `if false {`,
		},
		{
			name: "unknown tenant is not followed", file: origins, test: "TestFault55_StateWithoutTenant", in: reliability,
			line: `return o.Tenant != "" && o.Tenant == o.Current`, off: `return o.Tenant == "" || o.Tenant == o.Current`,
		},
	}
}
