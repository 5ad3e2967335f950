package management

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"net/url"
	"slices"

	sdk "github.com/auth0/go-auth0/v3/management"
	"github.com/auth0/go-auth0/v3/management/core"
	"github.com/auth0/go-auth0/v3/management/option"
	"github.com/auth0/go-auth0/v3/management/resourceservers"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const nounAPI = "API"

// apiStore implements tenant.APIs.
type apiStore struct {
	sdk  *resourceservers.Client
	way  transport.Doer
	made *recent
}

var _ tenant.APIs = (*apiStore)(nil)

// Get reads an API by its ID, and by its identifier if no API has the ID.
func (s *apiStore) Get(ctx context.Context, key tenant.APIKey) (tenant.API, error) {
	if key.ID != "" {
		api, err := s.fetch(ctx, key.ID)
		if !isNotFound(err) {
			return api, err
		}
	}
	if key.Identifier != "" && key.Identifier != key.ID {
		api, err := s.fetch(ctx, key.Identifier)
		if !isNotFound(err) {
			return api, err
		}
	}
	return tenant.API{}, notFound("read API", nounAPI, key.String())
}

// fetch reads an API by its ID or identifier. Auth0 unescapes what it does not find once more (GE001): it responds to a
// request for the missing identifier "a%2Fb" with the API "a/b", if that exists. A second request in which the identifier is
// escaped twice decides, because unescaped it is the requested one.
func (s *apiStore) fetch(ctx context.Context, address string) (tenant.API, error) {
	if !addressable(address) {
		return tenant.API{}, notFound("read API", nounAPI, address)
	}
	api, err := s.get(ctx, transport.Call{Operation: "read API"}, address)
	if !isUnescaped(err, address) {
		return api, err
	}
	again, cause := s.get(ctx, transport.Call{Operation: "read API", ID: address}, url.PathEscape(address))
	if cause == nil || isNotFound(cause) {
		return again, cause
	}
	return api, err
}

// isUnescaped reports whether the response to a request for one API was about the API whose identifier is the unescaped address.
func isUnescaped(err error, address string) bool {
	another := new(transport.Another)
	unescaped, malformed := url.PathUnescape(address)
	return errors.As(err, &another) && malformed == nil && unescaped != address && slices.Contains(another.IDs, unescaped)
}

func (s *apiStore) get(ctx context.Context, call transport.Call, address string) (tenant.API, error) {
	answer, err := read(ctx, call, func(ctx context.Context) (*sdk.GetResourceServerResponseContent, error) {
		return s.sdk.Get(ctx, address, &sdk.GetResourceServerRequestParameters{})
	})
	if err != nil {
		return tenant.API{}, err
	}
	return newAPI((*sdk.ResourceServer)(answer)), nil
}

func (s *apiStore) List(ctx context.Context, filter tenant.APIFilter) iter.Seq2[tenant.API, error] {
	return listed(func(from string) (page[tenant.API], error) { return s.page(ctx, filter, from) }, apiID)
}

// Page implements tenant.APIs.
func (s *apiStore) Page(ctx context.Context, filter tenant.APIFilter, from string) (tenant.Page[tenant.API], error) {
	got, err := s.page(ctx, filter, from)
	return got.Page, err
}

func apiID(api tenant.API) string { return api.ID }

func (s *apiStore) page(ctx context.Context, filter tenant.APIFilter, from string) (page[tenant.API], error) {
	number, err := pageNumber("list APIs", from)
	if err != nil {
		return page[tenant.API]{}, err
	}
	query := sdk.ListResourceServerRequestParameters{Page: &number, PerPage: new(pageSize), IncludeTotals: new(true)}
	for _, identifier := range filter.Identifiers {
		query.Identifiers = append(query.Identifiers, &identifier)
	}
	answer, unread, err := pageOf(ctx, s.way, "list APIs", "resource_servers", func(ctx context.Context, by option.RequestOption) (*apiPage, error) {
		return s.sdk.List(ctx, &query, by)
	})
	if err != nil {
		return page[tenant.API]{}, err
	}
	got := newPage(answer.ResourceServers, unread, newAPI)
	return got.numbered(number, int(answer.GetLimit()), int(answer.GetTotal())), nil
}

// apiPage is a page as the SDK decodes it.
type apiPage = core.Page[*int, *sdk.ResourceServer, *sdk.ListResourceServerOffsetPaginatedResponseContent]

// Create creates an API exactly once. Its identifier is unique, so the result of a create whose response was lost can be looked up.
func (s *apiStore) Create(ctx context.Context, wanted tenant.NewAPI) (tenant.API, error) {
	created := creation[tenant.API]{
		noun: nounAPI,
		key:  wanted.Identifier,
		post: func(ctx context.Context) (tenant.API, error) { return s.post(ctx, wanted) },
		find: func(ctx context.Context) (tenant.API, error) {
			return s.Get(ctx, tenant.APIKey{Identifier: wanted.Identifier})
		},
		differing: func(got tenant.API) []string { return apiCreatedDifferently(wanted, got) },
		unsure:    !wanted.SigningSecret.Empty(), // it cannot be read and compared
		found:     func(api tenant.API) tenant.Found { return tenant.Found{ID: api.ID, Name: api.Name} },
	}
	api, err := created.once(ctx)
	if api.ID != "" {
		s.made.note(api.Identifier)
	}
	return api, err
}

func (s *apiStore) post(ctx context.Context, wanted tenant.NewAPI) (tenant.API, error) {
	call := transport.Call{Operation: "create API", Secrets: []secret.Value{wanted.SigningSecret}}
	answer, err := write(ctx, call, func(ctx context.Context) (*sdk.CreateResourceServerResponseContent, error) {
		return s.sdk.Create(ctx, &sdk.CreateResourceServerRequestContent{}, newAPIDocument(wanted).body(s.way))
	})
	if err != nil {
		return tenant.API{}, err
	}
	api := newAPI((*sdk.ResourceServer)(answer))
	if api.Identifier != wanted.Identifier {
		return tenant.API{}, another(call.Operation)
	}
	return api, differs(call.Operation, apiCreatedDifferently(wanted, api))
}

func (s *apiStore) Update(ctx context.Context, key tenant.APIKey, update tenant.APIUpdate) (tenant.API, error) {
	changed := apiChanges(update)
	if len(changed) == 0 && update.SigningSecret.Empty() {
		return s.Get(ctx, key)
	}
	address := cmp.Or(key.ID, key.Identifier)
	if !addressable(address) {
		return tenant.API{}, notFound("update API", nounAPI, key.String())
	}
	call := transport.Call{
		Operation: "update API",
		Secrets:   []secret.Value{update.SigningSecret},
		Once:      update.ChangesScopes(), // the list is absolute: a late request would revert changes of other writers
	}
	body := changed.with(documentOf(&sdk.UpdateResourceServerRequestContent{SigningSecret: nonZero(update.SigningSecret.Reveal())}))
	answer, err := write(ctx, call, func(ctx context.Context) (*sdk.UpdateResourceServerResponseContent, error) {
		return s.sdk.Update(ctx, address, &sdk.UpdateResourceServerRequestContent{}, body.body(s.way))
	})
	if err != nil {
		return tenant.API{}, withObject(err, nounAPI, key.String())
	}
	api := newAPI((*sdk.ResourceServer)(answer))
	return api, differs(call.Operation, apiUpdatedDifferently(changed, update, api))
}

func (s *apiStore) Delete(ctx context.Context, key tenant.APIKey) error {
	address := cmp.Or(key.ID, key.Identifier)
	if !addressable(address) {
		return nil
	}
	return remove(ctx, "delete API", func(ctx context.Context) error { return s.sdk.Delete(ctx, address) }, func(ctx context.Context) error {
		_, err := s.fetch(ctx, address)
		return err
	})
}

// sortedSet returns the distinct values, sorted.
func sortedSet(values []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(values)))
}
