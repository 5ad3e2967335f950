package validate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/tokens"
)

// PublicKey allows a public RSA key in PEM of up to longest bytes. What is written is never shown: it may be a private
// key by mistake.
func PublicKey(longest int) validator.String {
	return text{
		rule: fmt.Sprintf("a public RSA key of 2048 bits or more, in PEM, at most %d bytes", longest),
		broken: func(value string) string {
			_, err := tokens.ParsePublicKey(value)
			switch {
			case errors.Is(err, tokens.ErrSecret):
				return "This is a private key, and not shown here. It belongs to the job alone: write the public half, which `openssl pkey -pubout` makes of it. " +
					"If it has been committed or planned before, make a new pair."
			case err != nil:
				return fmt.Sprintf("It cannot be used: %s. Write a public RSA key or a certificate in PEM, which begins with \"-----BEGIN PUBLIC KEY-----\".", err)
			case len(value) > longest:
				return fmt.Sprintf("The text has %d bytes; at most %d are allowed. Write the key alone, without a certificate around it.", len(value), longest)
			}
			return ""
		},
	}
}

// Moment allows a point in time as RFC 3339 writes it, in whole seconds: finer ones are not sent.
func Moment() validator.String {
	return text{
		rule: "a time such as 2030-01-31T00:00:00Z",
		broken: func(value string) string {
			switch moment, err := time.Parse(time.RFC3339, value); {
			case err != nil:
				return fmt.Sprintf("%q is no time with date and zone. Write for example \"2030-01-31T00:00:00Z\".", value)
			case moment.Nanosecond() != 0:
				return fmt.Sprintf("%q is finer than a second. Write %q.", value, moment.Truncate(time.Second).Format(time.RFC3339))
			}
			return ""
		},
	}
}

// mostKeys is how many keys a client can use at a time: enough to bring in a new one before the old one goes (CR006).
const mostKeys = 2

// Keys allows the keys of a client by name: one or two, the names of 1 to 128 characters.
func Keys() validator.Map { return keys{} }

type keys struct{}

// Description says the rule.
func (keys) Description(context.Context) string {
	return "one or two keys; names of 1 to 128 characters"
}

// MarkdownDescription says the rule.
func (v keys) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateMap implements validator.Map. Null and unknown pass.
func (keys) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	summary := "Invalid " + name(req.Path)
	elements := req.ConfigValue.Elements()
	switch {
	case len(elements) == 0:
		diagnose.Refusal(&resp.Diagnostics, req.Path, summary, "It is empty. Write one key, or leave the attribute out and let the client use a secret.")
	case len(elements) > mostKeys:
		diagnose.Refusal(&resp.Diagnostics, req.Path, summary,
			"There are %d keys; a client can use at most %d at a time. Add the new one, let the job switch to it, then take the old one away.", len(elements), mostKeys)
	}
	thumbprints := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(elements)) {
		at := req.Path.AtMapKey(key)
		if count := utf8.RuneCountInString(key); count == 0 || count > 128 {
			diagnose.Refusal(&resp.Diagnostics, at, "Invalid "+name(at), "The name has %d characters; 1 to 128 are allowed.", count)
		}
		parsed, err := tokens.ParsePublicKey(pemOf(elements[key]))
		if err != nil {
			continue // the rule of pem itself tells
		}
		thumbprint := tokens.Thumbprint(parsed)
		if other, twice := thumbprints[thumbprint]; twice {
			diagnose.Refusal(&resp.Diagnostics, at.AtName("pem"), "Invalid "+name(at.AtName("pem")), "It is the same key as that of %q. Write another, or leave one of the two out.", other)
		}
		thumbprints[thumbprint] = key
	}
}

func pemOf(element attr.Value) string {
	object, ok := element.(types.Object)
	if !ok {
		return ""
	}
	text, ok := object.Attributes()["pem"].(types.String)
	if !ok {
		return ""
	}
	return text.ValueString()
}
