// Package validate holds the rules that Terraform checks before anything is planned, so that a mistake costs no call.
// Each refusal names the attribute, the rule and what to write instead. Rules are Auth0's own unless they say otherwise.
package validate

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

// text is a rule for one string. broken says what is wrong with a value, and is empty for a good one.
type text struct {
	rule   string
	broken func(value string) string
}

// Accepts reports whether a validator accepts a value.
func Accepts(ctx context.Context, v validator.String, value string) bool {
	var resp validator.StringResponse
	v.ValidateString(ctx, validator.StringRequest{ConfigValue: types.StringValue(value)}, &resp)
	return !resp.Diagnostics.HasError()
}

// Description says the rule.
func (v text) Description(context.Context) string { return v.rule }

// MarkdownDescription says the rule.
func (v text) MarkdownDescription(context.Context) string { return v.rule }

// ValidateString implements validator.String. Null and unknown pass.
func (v text) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if problem := v.broken(req.ConfigValue.ValueString()); problem != "" {
		diagnose.Refusal(&resp.Diagnostics, req.Path, "Invalid "+name(req.Path), "%s", problem)
	}
}

// name returns the full path of an attribute as it is written in a configuration, such as private_key_jwt["2026"].pem.
func name(p path.Path) string {
	const longestKey = 60
	var text strings.Builder
	for i, step := range p.Steps() {
		switch step := step.(type) {
		case path.PathStepAttributeName:
			if i > 0 {
				text.WriteString(".")
			}
			text.WriteString(string(step))
		case path.PathStepElementKeyString:
			key := []rune(step)
			if len(key) > longestKey {
				key = append(key[:longestKey:longestKey], '…')
			}
			fmt.Fprintf(&text, "[%q]", string(key))
		case path.PathStepElementKeyInt:
			fmt.Fprintf(&text, "[%d]", step)
		}
	}
	return text.String()
}

// Name allows 1 to most characters without "<" and ">", which Auth0 refuses in what its dashboard shows (RS001, CL001).
func Name(most int) validator.String {
	return text{
		rule: fmt.Sprintf("1 to %d characters without < and >", most),
		broken: func(value string) string {
			switch count := utf8.RuneCountInString(value); {
			case strings.TrimSpace(value) == "":
				return `It is blank. Write a name such as "Timesheets API".`
			case count > most:
				return fmt.Sprintf("It has %d characters; at most %d are allowed.", count, most)
			case strings.ContainsAny(value, "<>"):
				return "It contains < or >, which Auth0 rejects."
			}
			return ""
		},
	}
}

// Identifier allows what can be an API's identifier and a grant's audience: 1 to 600 characters (RS001). Blanks are
// ours to refuse: import ids are cut at them.
func Identifier() validator.String {
	return text{
		rule: "1 to 600 characters without blanks",
		broken: func(value string) string {
			switch count := utf8.RuneCountInString(value); {
			case value == "":
				return `It is empty. Write for example "https://api.timesheets.example/v1".`
			case count > 600:
				return fmt.Sprintf("It has %d characters; at most 600 are allowed.", count)
			case strings.ContainsFunc(value, blank):
				return "It contains a space or a control character. An identifier contains neither, because import IDs and tokens separate values by spaces."
			case dots(value):
				return dotsProblem
			}
			return ""
		},
	}
}

// ClientID allows what can be the id of a client: no blanks.
func ClientID() validator.String {
	return text{
		rule: "an id without blanks",
		broken: func(value string) string {
			switch {
			case value == "":
				return "It is empty. Write timesheets_client.NAME.client_id, or the ID that the dashboard shows."
			case strings.ContainsFunc(value, blank):
				return "It contains a space or a control character, so it is not a client ID. If it is the name of a client, write timesheets_client.NAME.client_id instead."
			case dots(value):
				return dotsProblem
			}
			return ""
		},
	}
}

// organizationID is what Auth0's ids of organizations look like.
var organizationID = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^org_[A-Za-z0-9]{1,60}$`) })

// OrganizationID allows what can be the id of an organization.
func OrganizationID() validator.String {
	return text{
		rule: "an id that begins with org_",
		broken: func(value string) string {
			if organizationID().MatchString(value) {
				return ""
			}
			return fmt.Sprintf("%q is no id of an organization. It begins with org_, as the dashboard shows it; a name does not do.", value)
		},
	}
}

// Description allows up to most characters; empty is none.
func Description(most int) validator.String { return Length(0, most) }

// Length allows least to most characters.
func Length(least, most int) validator.String {
	return text{
		rule: fmt.Sprintf("%d to %d characters", least, most),
		broken: func(value string) string {
			if count := utf8.RuneCountInString(value); count < least || count > most {
				return fmt.Sprintf("It has %d characters; %d to %d are allowed.", count, least, most)
			}
			return ""
		},
	}
}

// SecretOf asks for at least so many characters. The value is never shown.
func SecretOf(least int) validator.String {
	return text{
		rule: fmt.Sprintf("at least %d characters", least),
		broken: func(value string) string {
			if count := utf8.RuneCountInString(value); count < least {
				return fmt.Sprintf("The secret is too short: at least %d characters are needed. Generate it with `ephemeral \"random_password\"` and length = %d, which is not stored in the state.", least, max(least, 32))
			}
			return ""
		},
	}
}

// SecretVersion allows any text that is not empty.
func SecretVersion() validator.String {
	return text{
		rule: "not empty",
		broken: func(value string) string {
			if value == "" {
				return `It is empty, so no later change of the secret would be visible. Write a version such as "1", and change it whenever the secret changes.`
			}
			return ""
		},
	}
}

// OneOf allows exactly the choices.
func OneOf(choices ...string) validator.String { return OneOfOr(nil, choices...) }

// OneOfOr allows exactly the choices. For a value that is known to be wrong, instead says what to write.
func OneOfOr(instead map[string]string, choices ...string) validator.String {
	return text{
		rule: "one of " + strings.Join(choices, ", "),
		broken: func(value string) string {
			if slices.Contains(choices, value) {
				return ""
			}
			problem := fmt.Sprintf("%q is not one of %s.", value, Choices(choices))
			if next, known := instead[value]; known {
				return problem + " " + next
			}
			if near := Near(value, choices); near != "" {
				problem += fmt.Sprintf(" Did you mean %q?", near)
			}
			return problem
		},
	}
}

// Choices are the values in the form descriptions and errors show them.
func Choices(values []string) string {
	marked := make([]string, 0, len(values))
	for _, value := range values {
		marked = append(marked, "`"+value+"`")
	}
	if len(marked) < 2 {
		return strings.Join(marked, "")
	}
	return strings.Join(marked[:len(marked)-1], ", ") + " or " + marked[len(marked)-1]
}

func blank(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

// dots reports whether a value is a relative part of a URL, which cannot be the name of an object in a request.
func dots(value string) bool { return value == "." || value == ".." }

const dotsProblem = "\".\" and \"..\" are not allowed: URLs interpret them as folders, so no request could address the object."
