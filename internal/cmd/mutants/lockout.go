package mutants

// ownGuards prevent that the provider locks itself out.
func ownGuards() []guard {
	return []guard{
		{
			name: "own client keeps its grant type", file: client + "/own.go", test: "TestLockout_client", in: provider,
			line: `if !contains(plan.GrantTypes, tenant.ClientCredentials) {`, off: `if !contains(plan.GrantTypes, tenant.ClientCredentials) && false {`,
		},
		{
			name: "own client keeps its secret", file: client + "/own.go", test: "TestLockout_client", in: provider,
			line: `if changes(prior.ClientSecretWOVersion, plan.ClientSecretWOVersion) {`, off: `if false {`,
		},
		{
			name: "own client sends its secret as the provider does", file: client + "/own.go", test: "TestLockout_client", in: provider,
			line: `if changes(prior.TokenEndpointAuthMethod, plan.TokenEndpointAuthMethod) &&`, off: `if false &&`,
		},
		{
			name: "own client needs no proof of possession", file: client + "/own.go", test: "TestLockout_client", in: provider,
			line: `if changes(prior.RequireProof, plan.RequireProof) &&`, off: `if false &&`,
		},
		{
			name: "own client needs no organization", file: client + "/own.go", test: "TestLockout_client", in: provider,
			line: `if changes(prior.OrganizationUsage, plan.OrganizationUsage) &&`, off: `if false &&`,
		},
		{
			name: "own client gets enough tokens an hour", file: client + "/own.go", test: "TestLockout_client", in: provider,
			line: `check("per_hour", prior.PerHour, plan.PerHour, minOwnPerHour)`, off: `_ = minOwnPerHour`,
		},
		{
			name: "own client gets enough tokens a day", file: client + "/own.go", test: "TestLockout_client", in: provider,
			line: `check("per_day", prior.PerDay, plan.PerDay, minOwnPerDay)`, off: `_ = minOwnPerDay`,
		},
		{
			name: "own client keeps the key in use", file: client + "/own.go", test: "TestLockout_keys", in: provider,
			line: `if plannedName == "" {`, off: `if false {`,
		},
		{
			name: "own client's key in use does not expire", file: client + "/own.go", test: "TestLockout_keys", in: provider,
			line: `case changes(before.ExpiresAt, after.ExpiresAt) && expiry.Before(`, off: `case false && expiry.Before(`,
		},
		{
			name: "own client's other keys can be rotated", file: "internal/provider/self.go", test: "TestLockout_keys",
			line: `own.KeyID = tokens.Thumbprint(&key.PublicKey)`, off: `own.KeyID = ""; _ = tokens.Thumbprint(&key.PublicKey)`,
		},
		{
			name: "own client keeps keys or secret", file: client + "/own.go", test: "TestLockout_keys", in: provider,
			line: `if prior.PrivateKeyJWT.IsNull() != plan.PrivateKeyJWT.IsNull() {`, off: `if false {`,
		},
		{
			name: "Management API keeps its policy", file: api + "/system.go", test: "TestLockout_managementAPI", in: provider,
			line: `!policy.IsNull() && !policy.IsUnknown() &&`, off: `false &&`,
		},
		{
			name: "Management API keeps its lifetime", file: api + "/system.go", test: "TestLockout_managementAPI", in: provider,
			line: `if lifetime := plan.TokenLifetime; !lifetime.IsUnknown() &&`, off: `if lifetime := plan.TokenLifetime; false &&`,
		},
		{
			name: "Management API stays open for clients", file: api + "/system.go", test: "TestLockout_managementAPI", in: provider,
			line: `planned != "" && planned != textIn(`, off: `false && planned != textIn(`,
		},
		{
			name: "own grant is protected", file: grant + "/plan.go", test: "TestDestroy_clientGrant", in: provider,
			line: `case r.isOwn(m):`, off: `case false:`,
		},
		{
			name: "own grant is not narrowed", file: grant + "/plan.go", test: "TestLockout_grant", in: provider,
			line: `if removed := removedScopes(prior.grant(), plan.grant()); len(removed) > 0 {`, off: `if removed := removedScopes(prior.grant(), plan.grant()); false {`,
		},
		{
			name: "own grant does not require an organization", file: grant + "/plan.go", test: "TestLockout_grant", in: provider,
			line: `if plan.OrganizationUsage.ValueString() == "require" && !`, off: `if false && !`,
		},
		{
			name: "grant on the Management API lists scopes", file: grant + "/plan.go", test: "TestAccClientGrant_own",
			line: `if plan.AllowAllScopes.ValueBool() && plan.Audience.Equal(`, off: `if false && plan.Audience.Equal(`,
		},
		{
			name: "request data is released after the response", file: "internal/framework/server/recovery.go", test: "TestRequest_released",
			line: `defer own.answered(r.values(ctx))`, off: `r.values(ctx)`,
		},
		{
			name: "log is written only if enabled", file: "internal/provider/server.go", test: "TestLogLevels",
			line: `if _, found := lookup(name); !found {`, off: `if false {`,
		},
		{
			name: "batch waits for callers that return", file: "internal/coalesce/scheduler.go", test: "TestChange_requests",
			line: `if s.waiting < s.roundSize {`, off: `if false {`,
		},
		{
			name: "look-up in an apply is not cached", file: "internal/coalesce/reader.go", test: "TestGet_lookUp",
			line: `if purpose == tenant.LookUp && !r.stats.refreshing.Load() {`, off: `if false {`,
		},
		{
			name: "system grant is not changed", file: grant + "/plan.go", test: "TestAccClientGrant_system",
			line: `if prior.IsSystem.ValueBool() {`, off: `if false {`,
		},
		{
			name: "own client is known from a pre-issued access token", file: "internal/provider/self.go", test: "TestSelf",
			line: `own.ClientID, own.Audience = token.client(), cmp.Or(`, off: `own.ClientID, own.Audience = token.client()[:0], cmp.Or(`,
		},
	}
}
