package emulator

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// organizationFor returns the organization of a token, or nil. Client and grant permit, require or forbid one (OR009,
// OR010). The client can have a default (OR011). The grant permits any, or those with which it is associated (OR012).
func (s *Server) organizationFor(r *tokenRequest, client store.Object, grant *store.Grant) (*store.Organization, error) {
	body, err := store.ParseObject(grant.Body)
	if err != nil {
		return nil, err
	}
	usage, clientUsage := body.Text("organization_usage"), client.Text("organization_usage")
	if s.options.Switches.IgnoreClientOrganizationUsage { // OR010
		clientUsage = ""
	}
	sent := r.fields.Get("organization")
	if sent == "" && usage == "require" {
		sent = defaultOrganizationOf(client)
	}
	switch {
	case sent == "" && (usage == "require" || clientUsage == "require"):
		return nil, oauthError(http.StatusBadRequest, "invalid_request", "parameter organization is required for this client")
	case sent == "":
		return nil, nil
	case usage == "" || usage == "deny" || clientUsage == "deny":
		return nil, oauthError(http.StatusBadRequest, "invalid_request", "parameter organization is not allowed for this client")
	}
	organization, found := s.organizationNamed(sent)
	if !found { // OR012
		return nil, oauthError(http.StatusBadRequest, "invalid_request", "parameter organization is invalid")
	}
	any := grant.AnyOrganization && r.authorized.FirstParty
	if _, associated := s.store.Association(organization.ID, grant.ID); !associated && !any {
		return nil, oauthError(http.StatusForbidden, "access_denied", fmt.Sprintf(
			"Client %q is not authorized to access resource server %q for organization %q.", r.authorized.ID, grant.Audience, organization.ID))
	}
	return organization, nil
}

// organizationNamed finds an organization by its ID, or by its name if the tenant permits that (OR013).
func (s *Server) organizationNamed(sent string) (*store.Organization, bool) {
	row, found := s.store.Organization(sent)
	if !found && s.options.Switches.OrganizationNames {
		row, found = s.store.OrganizationByName(strings.ToLower(sent))
	}
	return row, found
}

// defaultOrganizationOf returns the organization of requests without one if the grant requires one (OR011).
func defaultOrganizationOf(client store.Object) string {
	standard := client.Child("default_organization")
	if !slices.Contains(standard.Texts("flows"), "client_credentials") {
		return ""
	}
	return standard.Text("organization_id")
}
