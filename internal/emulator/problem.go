package emulator

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// problem is an error response of the Management API, or an OAuth error if oauth is set (GE003, TK010).
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

// invalidBody returns the error for a body that violates the schema (GE004).
func invalidBody(f *violation) *problem {
	return refuse(http.StatusBadRequest, "invalid_body", f.message("Payload validation error"))
}

func invalidQuery(f *violation) *problem {
	return refuse(http.StatusBadRequest, "invalid_query_string", f.message("Query validation error"))
}

func badRequest(code, message string) *problem {
	return refuse(http.StatusBadRequest, code, message)
}

// insufficientScope returns the error for a token with none of the scopes of the operation (GE006).
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

// oauthError returns an error of the token endpoint.
func oauthError(status int, code, description string) *problem {
	return &problem{status: status, code: code, message: description, oauth: true}
}

// notFound returns the error for a missing object. Each collection has its own text (GE007).
func notFound(message, code string) *problem { return refuse(http.StatusNotFound, code, message) }
