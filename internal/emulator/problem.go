package emulator

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// problem is a refusal. It becomes the Management API's error body, or the OAuth one when oauth is set (GE003, TK010).
type problem struct {
	status  int
	message string
	code    string // errorCode, or the OAuth error
	extra   store.Object
	header  http.Header
	oauth   bool
}

func (p *problem) Error() string { return fmt.Sprintf("%d %s: %s", p.status, p.code, p.message) }

func (p *problem) body() store.Object {
	if p.oauth {
		return append(store.Object{{Name: "error", Value: p.code}, {Name: "error_description", Value: p.message}}, p.extra...)
	}
	body := store.Object{
		{Name: "statusCode", Value: p.status},
		{Name: "error", Value: http.StatusText(p.status)},
		{Name: "message", Value: p.message},
	}
	body = append(body, p.extra...)
	if p.code != "" {
		body.Set("errorCode", p.code)
	}
	return body
}

func refuse(status int, code, message string) *problem {
	return &problem{status: status, code: code, message: message}
}

// invalidBody is the answer to a body that breaks the schema (GE004).
func invalidBody(f *flaw) *problem {
	return refuse(http.StatusBadRequest, "invalid_body", f.told("Payload validation error"))
}

func invalidQuery(f *flaw) *problem {
	return refuse(http.StatusBadRequest, "invalid_query_string", f.told("Query validation error"))
}

func badRequest(code, message string) *problem {
	return refuse(http.StatusBadRequest, code, message)
}

// insufficientScope is the answer to a token that has none of the scopes a call takes (GE006).
func insufficientScope(any []string) *problem {
	return refuse(http.StatusForbidden, "insufficient_scope",
		"Insufficient scope, expected any of: "+strings.Join(any, ","))
}

func unauthorized(message string) *problem {
	p := refuse(http.StatusUnauthorized, "", message)
	if message == "Missing authentication" {
		p.header = http.Header{"Www-Authenticate": {"Bearer"}}
	}
	return p
}

// oauthError is a refusal of the token endpoint.
func oauthError(status int, code, description string) *problem {
	return &problem{status: status, code: code, message: description, oauth: true}
}

// missing tells what is not there; each collection words it its own way (GE007).
func missing(message, code string) *problem { return refuse(http.StatusNotFound, code, message) }
