package emulator

import "strings"

// appTypes lists the types of clients.
var appTypes = []string{
	"native", "spa", "regular_web", "non_interactive", "resource_server", expressClient, "rms", "box", "cloudbees", "concur",
	"dropbox", "mscrm", "echosign", "egnyte", "newrelic", "office365", "salesforce", "sentry", "sharepoint", "slack", "springcm",
	"zendesk", "zoom", "sso_integration", "oag",
}

// each returns members with the same rule. names is separated by spaces.
func each(r rule, names string) []member {
	var members []member
	for _, name := range strings.Fields(names) {
		members = append(members, member{name: name, rule: r})
	}
	return members
}

// requiredMember returns a required member.
func requiredMember(name string, r rule) member { return member{name: name, rule: r, required: true} }

// addons are the integrations that a client can have, each with its settings. Other settings are stored as they are sent
// (CL024).
func addons() rule {
	plain, number, flags := text(0, 0), integerRange(0, -1), boolean()
	open := func(groups ...[]member) rule {
		var members []member
		for _, group := range groups {
			members = append(members, group...)
		}
		return object(true, members...)
	}
	salesforce := open(each(plain, "clientid principal communityName community_url_section"))
	members := each(open(), "box cloudbees concur dropbox wsfed")
	for name, r := range map[string]rule{
		"aws": open(each(plain, "principal role"), each(integerRange(900, 43200), "lifetime_in_seconds")),
		"azure_blob": open(
			each(text(0, 0, matching(`^([a-z0-9]){3,24}$`)), "accountName"),
			each(text(0, 0, matching(`^([A-Za-z0-9+/]){86}==$`)), "storageAccessKey"),
			each(text(0, 0, matching(`^([a-z0-9]){1}([a-z0-9-]){2,62}$`)), "containerName"),
			each(text(1, 1024), "blobName"),
			each(number, "expiration"), each(plain, "signedIdentifier"),
			each(flags, "blob_read blob_write blob_delete container_read container_write container_delete container_list")),
		"azure_sb":               open(each(plain, "namespace sasKeyName sasKey entityPath"), each(integer(), "expiration")),
		"rms":                    object(true, requiredMember("url", plain)),
		"mscrm":                  object(true, requiredMember("url", plain)),
		"slack":                  object(true, requiredMember("team", plain)),
		"sentry":                 open(each(plain, "org_slug base_url")),
		"echosign":               open(each(plain, "domain")),
		"egnyte":                 open(each(plain, "domain")),
		"firebase":               open(each(plain, "secret private_key_id private_key client_email"), each(integer(), "lifetime_in_seconds")),
		"newrelic":               open(each(plain, "account")),
		"office365":              open(each(plain, "domain connection")),
		"salesforce":             open(each(plain, "entity_id")),
		"salesforce_api":         salesforce,
		"salesforce_sandbox_api": salesforce,
		"samlp": open(
			each(object(true), "mappings"),
			each(plain, "audience recipient signatureAlgorithm digestAlgorithm issuer destination nameIdentifierFormat authnContextClassRef"),
			each(flags, "createUpnClaim mapUnknownClaimsAsIs passthroughClaimsWithNoMapping mapIdentities signResponse"),
			each(integer(), "lifetimeInSeconds"), each(list(text(1, 0), 0), "nameIdentifierProbes")),
		"layer":           object(true, append(each(plain, "principal"), requiredMember("providerId", plain), requiredMember("keyId", plain), requiredMember("privateKey", plain), member{"expiration", number, false})...),
		"sap_api":         open(each(plain, "clientid usernameAttribute tokenEndpointUrl scope servicePassword nameIdentifierFormat")),
		"sharepoint":      open(each(plain, "url")),
		"springcm":        open(each(plain, "acsurl")),
		"wams":            open(each(plain, "masterkey")),
		"zendesk":         open(each(plain, "accountName")),
		"zoom":            open(each(plain, "account")),
		"sso_integration": open(each(plain, "name version")),
		"oag":             nullable(object(false)),
	} {
		members = append(members, member{name: name, rule: r})
	}
	return object(false, members...)
}

// mobile returns the rule for the apps of a native client.
func mobile() rule {
	return object(true,
		member{"android", object(true,
			member{"app_package_name", text(0, 0), false},
			member{"sha256_cert_fingerprints", list(text(1, 0), 1), false}), false},
		member{"ios", object(true, each(text(0, 0), "team_id app_bundle_identifier")...), false})
}

// signIn returns a rule for sign-in methods, separated by spaces, each of which the member name enables or disables.
func signIn(name, ways string) rule {
	return nonEmpty(object(false, each(nonEmpty(object(false, member{name, boolean(), false})), ways)...))
}

// nonEmpty accepts an object with at least one member.
func nonEmpty(r rule) rule {
	return func(value any, path string) *violation {
		f := r(value, path)
		if f == nil && len(asObject(value)) == 0 && value != nil {
			return violationf(path, "Too few properties defined (0), minimum 1")
		}
		return f
	}
}

// logout returns the rule for where and why a client is notified of the end of a session (CL026).
func logout() rule {
	initiators := oneOf("rp-logout", "idp-logout", "password-changed", "session-expired", "session-revoked", "account-deleted",
		"email-identifier-changed", "mfa-phone-unenrolled", "account-deactivated")
	return object(true,
		member{"backchannel_logout_urls", list(text(0, 0), 0), false},
		member{"backchannel_logout_initiators", object(true,
			member{"mode", oneOf("custom", "all"), false},
			member{"selected_initiators", list(initiators, 0), false}), false},
		member{"backchannel_logout_session_metadata", nullable(object(true, member{"include", boolean(), false})), false})
}

// profile accepts the ID of a profile. The emulator has no profiles (CL024).
func profile(prefix string) rule { return text(0, 0, matching("^"+prefix+"_[A-Za-z0-9]{16,}$")) }

// express returns the rule for the configuration of an Okta integration.
func express() rule {
	link := object(false, requiredMember("client_id", text(0, 0)))
	return object(false,
		requiredMember("initiate_login_uri_template", text(0, 0)),
		requiredMember("user_attribute_profile_id", profile("uap")),
		requiredMember("connection_profile_id", profile("cop")),
		requiredMember("enable_client", boolean()),
		requiredMember("enable_organization", boolean()),
		member{"linked_clients", list(link, 0), false},
		requiredMember("okta_oin_client_id", text(0, 0)),
		requiredMember("admin_login_domain", text(1, 0)),
		member{"oin_submission_id", text(1, 200), false})
}

// myOrganization returns the rule for the configuration of clients that manage an organization.
func myOrganization() rule {
	return object(false,
		member{"connection_profile_id", profile("cop"), false},
		member{"user_attribute_profile_id", profile("uap"), false},
		requiredMember("allowed_strategies", list(oneOf("pingfederate", "adfs", "waad", "google-apps", "okta", "oidc", "samlp"), 0)),
		requiredMember("connection_deletion_behavior", oneOf("allow", "allow_if_empty")),
		member{"invitation_landing_client_id", text(0, 0), false})
}
