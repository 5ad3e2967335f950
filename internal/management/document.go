package management

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"

	"github.com/auth0/go-auth0/v3/management/option"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
)

// document contains the members of the request that updates an object. The order of lists has no meaning. A member that is a document is
// one that Auth0 is known to merge, so that its members are sent one by one. Other objects are sent whole, because a merge is an assumption
// (GE010).
type document map[string]any

// documentOf returns the members of a request of the SDK.
func documentOf(request any) document {
	var members document
	text, err := json.Marshal(request)
	if err == nil {
		err = json.Unmarshal(text, &members)
	}
	if err != nil {
		panic(err) // every request of the SDK is a JSON object
	}
	return members
}

// names returns the sorted names of the members.
func (d document) names() []string { return slices.Sorted(maps.Keys(d)) }

// with returns d with the additional members of other.
func (d document) with(other document) document {
	joined := maps.Clone(d)
	maps.Copy(joined, other)
	return joined
}

// without returns d without the named members.
func (d document) without(names ...string) document {
	rest := maps.Clone(d)
	maps.DeleteFunc(rest, func(name string, _ any) bool { return slices.Contains(names, name) })
	return rest
}

// withoutNulls returns d without the members that are null.
func (d document) withoutNulls() document {
	rest := maps.Clone(d)
	maps.DeleteFunc(rest, func(_ string, value any) bool { return value == nil })
	return rest
}

// changes returns the members that change prior into planned, with null for those that only prior has.
func changes(prior, planned document) document {
	changed := document{}
	for name, value := range planned {
		before, had := prior[name]
		merged, merges := value.(document)
		switch {
		case merges:
			inner, _ := before.(document)
			if patch := changes(inner, merged); len(patch) > 0 {
				changed[name] = patch
			}
		case !had || !same(before, value):
			changed[name] = value
		}
	}
	for name := range prior {
		if _, kept := planned[name]; !kept {
			changed[name] = nil
		}
	}
	return changed
}

// unapplied returns the names of the members of sent that have another value in got.
func unapplied(sent, got document) []string {
	differing := document{}
	for name, value := range sent {
		merged, merges := value.(document)
		inner, _ := got[name].(document)
		if merges && len(unapplied(merged, inner)) > 0 || !merges && !same(value, got[name]) {
			differing[name] = value
		}
	}
	return differing.names()
}

// same reports whether two values are equal. Lists are compared as sets.
func same(a, b any) bool {
	list, one := a.([]any)
	other, two := b.([]any)
	if !one || !two {
		return reflect.DeepEqual(a, b)
	}
	within := func(list, other []any) bool {
		return !slices.ContainsFunc(list, func(value any) bool {
			return !slices.ContainsFunc(other, func(candidate any) bool { return same(value, candidate) })
		})
	}
	return within(list, other) && within(other, list)
}

// body returns the option that sends d in place of the request that is passed to the SDK, which cannot express every null.
func (d document) body(way transport.Doer) option.RequestOption {
	return option.WithHTTPClient(bodySender{way: way, body: d})
}

// bodySender replaces the body of a request.
type bodySender struct {
	way  transport.Doer
	body document
}

// Do implements transport.Doer.
func (s bodySender) Do(request *http.Request) (*http.Response, error) {
	text, err := json.Marshal(s.body)
	if err != nil {
		return nil, err
	}
	reader := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
	sent := request.Clone(request.Context())
	sent.GetBody = reader
	sent.Body, _ = reader()
	sent.ContentLength = int64(len(text))
	return s.way.Do(sent)
}
