package management

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	sdk "github.com/auth0/go-auth0/v3/management"
	clientgrants "github.com/auth0/go-auth0/v3/management/clientgrants/client"
	"github.com/auth0/go-auth0/v3/management/core"
	"github.com/auth0/go-auth0/v3/management/option"
	organizationgrants "github.com/auth0/go-auth0/v3/management/organizations/clientgrants"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	nounGrant   = "client grant"
	memberScope = "scope"
)

// grantStore implements tenant.Grants.
type grantStore struct {
	sdk  *clientgrants.Client
	way  transport.Doer
	made *recent
}

var _ tenant.Grants = (*grantStore)(nil)

func (s *grantStore) Get(ctx context.Context, key tenant.GrantKey) (tenant.Grant, error) {
	natural := key.ClientID != "" && key.Audience != ""
	if key.ID != "" {
		grant, err := s.fetch(ctx, key.ID)
		if err == nil || !isNotFound(err) || !natural {
			return grant, withObject(err, nounGrant, key.String())
		}
	}
	if !natural {
		return tenant.Grant{}, notFound("read client grant", nounGrant, key.String())
	}
	return s.find(ctx, key)
}

func (s *grantStore) fetch(ctx context.Context, id string) (tenant.Grant, error) {
	if !addressable(id) {
		return tenant.Grant{}, notFound("read client grant", nounGrant, id)
	}
	answer, err := read(ctx, transport.Call{Operation: "read client grant"}, func(ctx context.Context) (*sdk.GetClientGrantResponseContent, error) {
		return s.sdk.Get(ctx, id)
	})
	if err != nil {
		return tenant.Grant{}, err
	}
	return newGrant((*sdk.ClientGrantResponseContent)(answer)), nil
}

// find returns the grant with a natural key. There is at most one.
func (s *grantStore) find(ctx context.Context, key tenant.GrantKey) (tenant.Grant, error) {
	subject := cmp.Or(key.SubjectType, tenant.SubjectClient)
	filter := tenant.GrantFilter{ClientID: key.ClientID, Audience: key.Audience, SubjectType: subject}
	for grant, err := range s.List(ctx, filter) {
		if err != nil {
			return tenant.Grant{}, err
		}
		if grant.ClientID == key.ClientID && grant.Audience == key.Audience && grant.SubjectType == subject {
			return grant, nil
		}
	}
	return tenant.Grant{}, notFound("read client grant", nounGrant, key.String())
}

func (s *grantStore) List(ctx context.Context, filter tenant.GrantFilter) iter.Seq2[tenant.Grant, error] {
	return listed(func(from string) (page[tenant.Grant], error) { return s.page(ctx, filter, from) }, grantID)
}

// Page implements tenant.Grants. A grant without the member `scope` may have scopes that only a GET returns, so it is omitted unless it
// allows all scopes.
func (s *grantStore) Page(ctx context.Context, filter tenant.GrantFilter, from string) (tenant.Page[tenant.Grant], error) {
	got, err := s.page(ctx, filter, from)
	got.Items = slices.DeleteFunc(got.Items, func(grant tenant.Grant) bool { return got.incompleteIDs[grant.ID] })
	return got.Page, err
}

func grantID(grant tenant.Grant) string { return grant.ID }

func (s *grantStore) page(ctx context.Context, filter tenant.GrantFilter, from string) (page[tenant.Grant], error) {
	query := sdk.ListClientGrantsRequestParameters{
		From:        nonZero(from),
		Take:        new(pageSize),
		ClientID:    nonZero(filter.ClientID),
		Audience:    nonZero(filter.Audience),
		SubjectType: nonZero(sdk.ClientGrantSubjectTypeEnum(filter.SubjectType)),
	}
	answer, unread, err := pageOf(ctx, s.way, "list client grants", "client_grants", func(ctx context.Context, by option.RequestOption) (*grantPage, error) {
		return s.sdk.List(ctx, &query, by)
	})
	if err != nil {
		return page[tenant.Grant]{}, err
	}
	got := newPage(answer.ClientGrants, unread, newGrant)
	got.Next = answer.GetNext()
	for _, grant := range answer.ClientGrants {
		if grant.GetScope() == nil && !grant.GetAllowAllScopes() {
			got.incompleteIDs[grant.GetID()] = true
		}
	}
	return got, nil
}

// grantPage is a page as the SDK decodes it.
type grantPage = core.Page[*string, *sdk.ClientGrantResponseContent, *sdk.ListClientGrantPaginatedResponseContent]

// Create creates a grant exactly once. Client, audience and subject type are unique together, so the result of a create whose response
// was lost can be looked up.
func (s *grantStore) Create(ctx context.Context, wanted tenant.Grant) (tenant.Grant, error) {
	wanted.SubjectType = cmp.Or(wanted.SubjectType, tenant.SubjectClient)
	wanted.OrganizationUsage = cmp.Or(wanted.OrganizationUsage, tenant.DefaultOrganizationUsage)
	key := tenant.GrantKey{ClientID: wanted.ClientID, Audience: wanted.Audience, SubjectType: wanted.SubjectType}
	return creation[tenant.Grant]{
		noun: nounGrant,
		key:  key.String(),
		post: func(ctx context.Context) (tenant.Grant, error) { return s.createWithRetry(ctx, wanted) },
		find: func(ctx context.Context) (tenant.Grant, error) { return s.find(ctx, key) },
		differing: func(got tenant.Grant) []string {
			return grantChanges(tenant.GrantUpdate{Prior: got, Planned: wanted}).names()
		},
		found: func(grant tenant.Grant) tenant.Found {
			return tenant.Found{ID: grant.ID, Name: grant.Key().String()}
		},
	}.once(ctx)
}

// createWithRetry repeats the create for some time if the tenant does not find a client or an API that was just created, because new
// objects are not visible everywhere at once.
func (s *grantStore) createWithRetry(ctx context.Context, wanted tenant.Grant) (tenant.Grant, error) {
	for wait := 500 * time.Millisecond; ; wait *= 2 { // 0.5, 1, 2, 4 and 8 seconds, 15.5 in total
		grant, err := s.post(ctx, wanted)
		if !isNotFound(err) || wait > 8*time.Second || !s.made.any(wanted.ClientID, wanted.Audience) {
			return grant, missingPart(err, wanted)
		}
		if transport.Pause(ctx, wait) != nil {
			return grant, missingPart(err, wanted)
		}
	}
}

// missingPart returns whether Auth0 did not find the client or the API of a grant, if the error code contains that (CG003).
func missingPart(err error, wanted tenant.Grant) error {
	var absent *tenant.NotFound
	switch {
	case errors.As(err, &absent) && absent.Code == "inexistent_client":
		return withObject(err, nounClient, wanted.ClientID)
	case errors.As(err, &absent) && absent.Code == "inexistent_resource_server":
		return withObject(err, nounAPI, wanted.Audience)
	case errors.As(err, &absent):
		return withObject(err, "client or API", wanted.Key().String())
	}
	return err // about the grant
}

func (s *grantStore) post(ctx context.Context, wanted tenant.Grant) (tenant.Grant, error) {
	const operation = "create client grant"
	answer, err := write(ctx, transport.Call{Operation: operation}, func(ctx context.Context) (*sdk.CreateClientGrantResponseContent, error) {
		return s.sdk.Create(ctx, &sdk.CreateClientGrantRequestContent{}, newGrantDocument(wanted).body(s.way))
	})
	if err != nil {
		return tenant.Grant{}, err
	}
	grant := newGrant((*sdk.ClientGrantResponseContent)(answer))
	if grant.ClientID != wanted.ClientID || grant.Audience != wanted.Audience || grant.SubjectType != wanted.SubjectType {
		return tenant.Grant{}, another(operation)
	}
	return grant, differs(operation, grantChanges(tenant.GrantUpdate{Prior: grant, Planned: wanted}).names())
}

func (s *grantStore) Update(ctx context.Context, key tenant.GrantKey, update tenant.GrantUpdate) (tenant.Grant, error) {
	changed := grantChanges(update)
	if len(changed) == 0 {
		return s.Get(ctx, key)
	}
	id, err := s.idOf(ctx, key)
	if err != nil {
		return tenant.Grant{}, err
	}
	const operation = "update client grant"
	answer, err := write(ctx, transport.Call{Operation: operation}, func(ctx context.Context) (*sdk.UpdateClientGrantResponseContent, error) {
		return s.sdk.Update(ctx, id, &sdk.UpdateClientGrantRequestContent{}, changed.body(s.way))
	})
	if err != nil {
		return tenant.Grant{}, withObject(err, nounGrant, key.String())
	}
	grant := newGrant((*sdk.ClientGrantResponseContent)(answer))
	return grant, differs(operation, unapplied(changed, grantDocument(grant)))
}

func (s *grantStore) Delete(ctx context.Context, key tenant.GrantKey) error {
	id, err := s.idOf(ctx, key)
	if err != nil {
		return ignoreNotFound(err)
	}
	return remove(ctx, "delete client grant", func(ctx context.Context) error { return s.sdk.Delete(ctx, id) }, func(ctx context.Context) error {
		_, err := s.fetch(ctx, id)
		return err
	})
}

// idOf returns the ID of a grant, looked up by its natural key if the key has none.
func (s *grantStore) idOf(ctx context.Context, key tenant.GrantKey) (string, error) {
	if key.ID == "" {
		grant, err := s.Get(ctx, key)
		return grant.ID, err
	}
	if !addressable(key.ID) {
		return "", notFound("address client grant", nounGrant, key.ID)
	}
	return key.ID, nil
}

const nounAssociation = "organization or client grant"

// organizationStore implements tenant.Organizations.
type organizationStore struct {
	grants *clientgrants.Client
	sdk    *organizationgrants.Client
}

var _ tenant.Organizations = (*organizationStore)(nil)

// organizationPage is a page as the SDK decodes it.
type organizationPage = core.Page[*string, *sdk.Organization, *sdk.ListClientGrantOrganizationsPaginatedResponseContent]

func (s *organizationStore) Of(ctx context.Context, grantID string) ([]string, error) {
	const operation = "list organizations of client grant"
	if !addressable(grantID) {
		return nil, notFound(operation, nounGrant, grantID)
	}
	var ids []string
	for from := ""; ; {
		query := &sdk.ListClientGrantOrganizationsRequestParameters{From: nonZero(from), Take: new(pageSize)}
		answer, err := read(ctx, transport.Call{Operation: operation}, func(ctx context.Context) (*organizationPage, error) {
			return s.grants.Organizations.List(ctx, grantID, query)
		})
		if err != nil {
			return nil, withObject(err, nounGrant, grantID)
		}
		before := len(ids)
		for _, organization := range answer.Results {
			if id := organization.GetID(); id != "" && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		if from = answer.Response.GetNext(); from == "" || len(ids) == before {
			slices.Sort(ids)
			return ids, nil
		}
	}
}

// Associate implements tenant.Organizations. The request can be repeated, because an existing association is a conflict (OR006), which
// counts as success.
func (s *organizationStore) Associate(ctx context.Context, grantID, organizationID string) error {
	call := transport.Call{Operation: "associate client grant with organization", Repeatable: true}
	_, err := write(ctx, call, func(ctx context.Context) (*sdk.AssociateOrganizationClientGrantResponseContent, error) {
		return s.sdk.Create(ctx, organizationID, &sdk.AssociateOrganizationClientGrantRequestContent{GrantID: grantID})
	})
	if conflict := new(tenant.Conflict); errors.As(err, &conflict) {
		return nil
	}
	return withObject(err, nounAssociation, organizationID)
}

func (s *organizationStore) Dissociate(ctx context.Context, grantID, organizationID string) error {
	const operation = "remove organization from client grant"
	return remove(ctx, operation, func(ctx context.Context) error { return s.sdk.Delete(ctx, organizationID, grantID) }, func(ctx context.Context) error {
		ids, err := s.Of(ctx, grantID)
		if err == nil && !slices.Contains(ids, organizationID) {
			err = notFound(operation, nounAssociation, organizationID)
		}
		return err
	})
}
