package emulator

import "sync"

// Limits of organizations, as documented (OR001).
const (
	longestOrganizationName  = 50
	longestDisplayName       = 255
	mostOrganizationMetadata = 25
)

// organizationSchema is the table of /api/v2/organizations (OR001).
var organizationSchema = sync.OnceValue(func() schema {
	return schema{
		{name: "id", when: answered},
		{name: "name", rule: text(1, longestOrganizationName, matching(`^[a-z0-9][a-z0-9_-]*$`)), when: onCreate | required},
		{name: "display_name", rule: text(1, longestDisplayName), when: onCreate},
		{name: "branding", rule: object(false,
			member{"logo_url", text(0, 0), false},
			member{"colors", object(false, each(text(1, 0), "primary page_background")...), false}), when: onCreate},
		{name: "metadata", rule: metadata(mostOrganizationMetadata), when: onCreate},
	}
})

// associationSchema is the body of POST /api/v2/organizations/{id}/client-grants (OR006).
var associationSchema = sync.OnceValue(func() schema {
	return schema{{name: "grant_id", rule: text(1, 0), when: onCreate | required}}
})
