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
	"github.com/timesheets/terraform-provider-timesheets/internal/tokens"
)

// PublicKey validates a public RSA key in PEM of at most maxLength bytes. Errors never contain the value, because it can
// be a private key by mistake.
func PublicKey(maxLength int) validator.String {
	return text{
		described: described{fmt.Sprintf("a public RSA key of 2048 bits or more, in PEM, at most %d bytes", maxLength)},
		problem: func(value string) string {
			_, err := tokens.ParsePublicKey(value)
			switch {
			case errors.Is(err, tokens.ErrSecret):
				return "The value is a private key, so it is not shown here. Only the job must have it: write its public key, which `openssl pkey -pubout` prints. " +
					"If the private key has been committed or planned before, generate a new key pair."
			case err != nil:
				return fmt.Sprintf("It cannot be used: %s. Write a public RSA key or a certificate in PEM, which begins with \"-----BEGIN PUBLIC KEY-----\".", err)
			case len(value) > maxLength:
				return fmt.Sprintf("The value has %d bytes; at most %d are allowed. Write the public key alone instead of a certificate.", len(value), maxLength)
			}
			return ""
		},
	}
}

// Timestamp validates a time in the format of RFC 3339, in whole seconds, because fractions are not sent.
func Timestamp() validator.String {
	return text{
		described: described{"a time such as 2030-01-31T00:00:00Z"},
		problem: func(value string) string {
			switch parsed, err := time.Parse(time.RFC3339, value); {
			case err != nil:
				return fmt.Sprintf("%q is not a valid time with date and time zone. Write for example \"2030-01-31T00:00:00Z\".", value)
			case parsed.Nanosecond() != 0:
				return fmt.Sprintf("%q has a fraction of a second. Write %q.", value, parsed.Truncate(time.Second).Format(time.RFC3339))
			}
			return ""
		},
	}
}

// maxKeys is how many keys a client can use at a time: a rotation needs two (CR006).
const maxKeys = 2

// Keys validates the keys of a client by name: one or two, with names of 1 to 128 characters.
func Keys() validator.Map {
	return keys{described{"one or two keys; names of 1 to 128 characters"}}
}

type keys struct{ described }

// ValidateMap implements validator.Map. Null and unknown values are valid.
func (keys) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	summary := "Invalid " + name(req.Path)
	elements := req.ConfigValue.Elements()
	switch {
	case len(elements) == 0:
		diagnose.Reject(&resp.Diagnostics, req.Path, summary, "It is empty. Write one key, or omit the attribute so that the client uses a secret.")
	case len(elements) > maxKeys:
		diagnose.Reject(&resp.Diagnostics, req.Path, summary,
			"There are %d keys; a client can use at most %d at a time. Add the new key, switch the job to it, then remove the old key.", len(elements), maxKeys)
	}
	thumbprints := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(elements)) {
		at := req.Path.AtMapKey(key)
		if count := utf8.RuneCountInString(key); count == 0 || count > 128 {
			diagnose.Reject(&resp.Diagnostics, at, "Invalid "+name(at), "The name has %d characters; 1 to 128 are allowed.", count)
		}
		parsed, err := tokens.ParsePublicKey(pemOf(elements[key]))
		if err != nil {
			continue // PublicKey reports this error
		}
		thumbprint := tokens.Thumbprint(parsed)
		if other, duplicate := thumbprints[thumbprint]; duplicate {
			diagnose.Reject(&resp.Diagnostics, at.AtName("pem"), "Invalid "+name(at.AtName("pem")), "It is the same key as that of %q. Write a different key, or remove one of the two entries.", other)
		}
		thumbprints[thumbprint] = key
	}
}

// pemOf returns the known PEM of a key, otherwise "".
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
