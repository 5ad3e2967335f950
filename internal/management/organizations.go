package management

import (
	"context"
	"errors"
	"slices"

	sdk "github.com/auth0/go-auth0/v3/management"
	clientgrants "github.com/auth0/go-auth0/v3/management/clientgrants/client"
	"github.com/auth0/go-auth0/v3/management/core"
	organizationgrants "github.com/auth0/go-auth0/v3/management/organizations/clientgrants"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

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
