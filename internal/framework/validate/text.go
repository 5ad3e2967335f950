// Package validate contains validators of attributes. Terraform runs them before a plan, so that a mistake needs no
// request. Each error names the attribute, the rule and what to write instead. Rules are Auth0's unless a comment says
// otherwise.
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

// text validates one string. problem describes what is wrong with a value, and returns "" for a valid one.
type text struct {
	described

	problem func(value string) string
}

// Accepts reports whether a validator accepts a value.
func Accepts(ctx context.Context, v validator.String, value string) bool {
	var resp validator.StringResponse
	v.ValidateString(ctx, validator.StringRequest{ConfigValue: types.StringValue(value)}, &resp)
	return !resp.Diagnostics.HasError()
}

// described is embedded by every validator.
type described struct{ rule string }

// Description returns the rule.
func (d described) Description(context.Context) string { return d.rule }

// MarkdownDescription returns the rule.
func (d described) MarkdownDescription(context.Context) string { return d.rule }

// ValidateString implements validator.String. Null and unknown values are valid.
func (v text) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if problem := v.problem(req.ConfigValue.ValueString()); problem != "" {
		diagnose.Reject(&resp.Diagnostics, req.Path, "Invalid "+name(req.Path), "%s", problem)
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

// Name validates 1 to maxLength characters without "<" and ">", which Auth0 rejects in names (RS001, CL001). instead says what to write
// instead of an empty value.
func Name(maxLength int, instead string) validator.String {
	return text{
		described: described{fmt.Sprintf("1 to %d characters without < and >", maxLength)},
		problem: func(value string) string {
			switch count := utf8.RuneCountInString(value); {
			case strings.TrimSpace(value) == "":
				return "It is empty. Write " + instead + "."
			case count > maxLength:
				return fmt.Sprintf("It has %d characters; at most %d are allowed.", count, maxLength)
			case strings.ContainsAny(value, "<>"):
				return "It contains < or >, which Auth0 rejects."
			}
			return ""
		},
	}
}

// apiID matches Auth0's IDs of APIs (GE002).
var apiID = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9a-f]{24}$`) })

// APIID reports whether a text has the form of Auth0's IDs of APIs.
func APIID(text string) bool { return apiID().MatchString(text) }

// NotEmpty validates that a value is not empty. instead says what to write instead of an empty value.
func NotEmpty(instead string) validator.String {
	return text{
		described: described{"not empty"},
		problem: func(value string) string {
			if strings.TrimSpace(value) == "" {
				return "It is empty. Write " + instead + "."
			}
			return ""
		},
	}
}

// Identifier validates the identifier of an API: 1 to 600 characters (RS001). Only this provider rejects whitespace, because import IDs
// are split at spaces.
func Identifier() validator.String { return identifier(false) }

// ReferencedIdentifier validates the identifier of an API to which a resource or a token belongs. Only this provider rejects the form of
// an ID, because Auth0 finds an API by its ID too, and the state would then contain the identifier.
func ReferencedIdentifier() validator.String { return identifier(true) }

func identifier(referenced bool) validator.String {
	return text{
		described: described{"1 to 600 characters without whitespace"},
		problem: func(value string) string {
			switch count := utf8.RuneCountInString(value); {
			case value == "":
				return `It is empty. Write for example "https://api.timesheets.example/v1".`
			case count > 600:
				return fmt.Sprintf("It has %d characters; at most 600 are allowed.", count)
			case strings.ContainsFunc(value, spaceOrControl):
				return "It contains a space or a control character. An identifier contains neither, because import IDs and tokens separate values by spaces."
			case referenced && APIID(value):
				return fmt.Sprintf("%q has the form of the ID of an API. Write its identifier: timesheets_api.NAME.identifier, or the one that the dashboard shows.", value)
			case isDots(value):
				return dotsProblem
			}
			return ""
		},
	}
}

// ClientID validates the ID of a client.
func ClientID() validator.String {
	return text{
		described: described{"an ID without whitespace"},
		problem: func(value string) string {
			switch {
			case value == "":
				return "It is empty. Write timesheets_client.NAME.client_id, or the ID that the dashboard shows."
			case strings.ContainsFunc(value, spaceOrControl):
				return "It contains a space or a control character, so it is not a client ID. If it is the name of a client, write timesheets_client.NAME.client_id instead."
			case isDots(value):
				return dotsProblem
			}
			return ""
		},
	}
}

// organizationID matches Auth0's IDs of organizations.
var organizationID = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^org_[A-Za-z0-9]{1,60}$`) })

// OrganizationID validates the ID of an organization.
func OrganizationID() validator.String {
	return text{
		described: described{"an ID that begins with org_"},
		problem: func(value string) string {
			if organizationID().MatchString(value) {
				return ""
			}
			return fmt.Sprintf("%q is not a valid organization ID. Write the ID that the dashboard shows, which begins with org_, and not the name.", value)
		},
	}
}

// Description validates at most maxLength characters. An empty description means none.
func Description(maxLength int) validator.String { return Length(0, maxLength) }

// Length validates minLength to maxLength characters.
func Length(minLength, maxLength int) validator.String {
	return text{
		described: described{fmt.Sprintf("%d to %d characters", minLength, maxLength)},
		problem: func(value string) string {
			if count := utf8.RuneCountInString(value); count < minLength || count > maxLength {
				return fmt.Sprintf("It has %d characters; %d to %d are allowed.", count, minLength, maxLength)
			}
			return ""
		},
	}
}

// Secret validates at least minLength characters. Errors never contain the value.
func Secret(minLength int) validator.String {
	return text{
		described: described{fmt.Sprintf("at least %d characters", minLength)},
		problem: func(value string) string {
			if count := utf8.RuneCountInString(value); count < minLength {
				return fmt.Sprintf("The secret is too short: at least %d characters are required. Generate it with `ephemeral \"random_password\"` and length = %d, which is not stored in the state.", minLength, max(minLength, 32))
			}
			return ""
		},
	}
}

// SecretVersion validates that a version is not empty.
func SecretVersion() validator.String {
	return text{
		described: described{"not empty"},
		problem: func(value string) string {
			if value == "" {
				return `It is empty, so a later change of the secret would not be detected. Write a version such as "1", and change it whenever the secret changes.`
			}
			return ""
		},
	}
}

// OneOf validates that a value is one of the choices.
func OneOf(choices ...string) validator.String { return OneOfOr(nil, choices...) }

// OneOfOr validates that a value is one of the choices. hints contains what to write instead of known invalid values.
func OneOfOr(hints map[string]string, choices ...string) validator.String {
	return text{
		described: described{"one of " + strings.Join(choices, ", ")},
		problem: func(value string) string {
			if slices.Contains(choices, value) {
				return ""
			}
			problem := fmt.Sprintf("%q is not one of %s.", value, Choices(choices))
			if hint, known := hints[value]; known {
				return problem + " " + hint
			}
			if near := Near(value, choices); near != "" {
				problem += fmt.Sprintf(" Did you mean %q?", near)
			}
			return problem
		},
	}
}

// Choices formats values for descriptions and errors: `a`, `b` or `c`.
func Choices(values []string) string {
	quoted := make([]string, 0, len(values))
	for _, value := range values {
		quoted = append(quoted, "`"+value+"`")
	}
	if len(quoted) < 2 {
		return strings.Join(quoted, "")
	}
	return strings.Join(quoted[:len(quoted)-1], ", ") + " or " + quoted[len(quoted)-1]
}

// spaceOrControl reports whether a character is whitespace or a control character.
func spaceOrControl(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

// isDots reports whether a value is a relative path segment of a URL, which cannot be the ID of an object in a request.
func isDots(value string) bool { return value == "." || value == ".." }

const dotsProblem = "\".\" and \"..\" are not allowed: URLs interpret them as directories, so no request could address the object."
