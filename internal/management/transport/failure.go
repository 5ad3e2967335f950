package transport

import (
	"errors"
	"net/http"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// failure is an error on its way up the chain, with what the parts must know of it.
type failure struct {
	err    error       // what the caller gets
	status int         // of the answer; 0 when there was none
	header http.Header // of the answer; nil when there was none
	unsent bool        // the tenant cannot have seen the request
	final  bool        // another attempt cannot help
	waited bool        // there was no time left to wait for a turn; nothing was sent
}

func (f *failure) Error() string { return f.err.Error() }

func (f *failure) Unwrap() error { return f.err }

func asFailure(err error) (*failure, bool) {
	var failed *failure
	ok := errors.As(err, &failed)
	return failed, ok
}

// unauthenticated reports whether the tenant refused the token a request came with.
func unauthenticated(err error) (*tenant.Unauthenticated, bool) {
	var refused *tenant.Unauthenticated
	ok := errors.As(err, &refused)
	return refused, ok
}

// ProofNonce returns the nonce that the tenant demands in a DPoP proof (PP003); empty if it demands none.
func ProofNonce(err error) string {
	failed, ok := asFailure(err)
	var denied *tenant.Denied
	if !ok || !errors.As(failed.err, &denied) || denied.Code != "use_dpop_nonce" {
		return ""
	}
	return failed.header.Get("DPoP-Nonce")
}
