package emulator

import "sync"

// Limits of organizations, as documented (OR001).
const (
	maxOrganizationName     = 50
	maxDisplayName          = 255
	maxOrganizationMetadata = 25
)

// organizationSchema is the table of /api/v2/organizations (OR001).
var organizationSchema = sync.OnceValue(func() schema {
	return schema{
		{name: "id", when: answered},
		{name: "name", rule: text(1, maxOrganizationName, matching(`^[a-z0-9][a-z0-9_-]*$`)), when: onCreate | required},
		{name: "display_name", rule: text(1, maxDisplayName), when: onCreate},
		{name: "branding", rule: object(false,
			member{"logo_url", text(0, 0), false},
			member{"colors", object(false, each(text(1, 0), "primary page_background")...), false}), when: onCreate},
		{name: "metadata", rule: metadata(maxOrganizationMetadata), when: onCreate},
	}
})

// associationSchema is the body of POST /api/v2/organizations/{id}/client-grants (OR006).
var associationSchema = sync.OnceValue(func() schema {
	return schema{{name: "grant_id", rule: text(1, 0), when: onCreate | required}}
})
