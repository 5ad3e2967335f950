package convergence_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/core"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// snapshot is everything in the tenant, by id.
type snapshot struct {
	apis    map[string]tenant.API
	clients map[string]tenant.Client
	grants  map[string]tenant.Grant
}

func collect[T any](all iter.Seq2[T, error], key func(T) string) (map[string]T, error) {
	found := map[string]T{}
	for one, err := range all {
		if err != nil {
			return nil, err
		}
		found[key(one)] = one
	}
	return found, nil
}

func observe(ctx context.Context, ports tenant.Tenant) (found snapshot, err error) {
	if found.apis, err = collect(ports.APIs.List(ctx, tenant.APIFilter{}), func(a tenant.API) string { return a.ID }); err != nil {
		return found, err
	}
	if found.clients, err = collect(ports.Clients.List(ctx, tenant.ClientFilter{}), func(c tenant.Client) string { return c.ClientID }); err != nil {
		return found, err
	}
	found.grants, err = collect(ports.Grants.List(ctx, tenant.GrantFilter{}), func(g tenant.Grant) string { return g.ID })
	return found, err
}

// empty deletes what earlier scripts left in the tenant.
func empty(ctx context.Context, ports tenant.Tenant) error {
	present, err := observe(ctx, ports)
	if err != nil {
		return err
	}
	for id, grant := range present.grants {
		if !grant.IsSystem && slices.Contains(identifiers, grant.Audience) {
			err = errors.Join(err, ports.Grants.Delete(ctx, tenant.GrantKey{ID: id}))
		}
	}
	for id, client := range present.clients {
		if strings.HasPrefix(client.Name, "Job ") || client.Name == "Renamed" {
			err = errors.Join(err, ports.Clients.Delete(ctx, tenant.ClientKey{ClientID: id}))
		}
	}
	for id, api := range present.apis {
		if slices.Contains(identifiers, api.Identifier) {
			err = errors.Join(err, ports.APIs.Delete(ctx, tenant.APIKey{ID: id}))
		}
	}
	return err
}

// removals are the objects that a plan deletes, replaces included.
type removals struct {
	ids    map[string]bool // of APIs, clients and grants
	scopes map[string]bool // API and value
}

func (p *plan) removals() removals {
	found := removals{map[string]bool{}, map[string]bool{}}
	for _, c := range p.changes {
		if c.Prior == nil {
			continue
		}
		gone := c.Action == core.Delete || c.Action == core.Replace
		switch before := c.Prior.State; c.Type {
		case "timesheets_api_scope":
			if gone {
				found.scopes[text(before, "id")] = true
			}
		case "timesheets_api":
			after := core.Members(core.Members(c.Planned)["scopes"])
			for value := range core.Members(core.Members(before)["scopes"]) {
				if _, kept := after[value]; !kept {
					found.scopes[text(before, "identifier")+" "+value] = true
				}
			}
			fallthrough
		default:
			if gone {
				found.ids[text(before, "id")] = true
			}
		}
	}
	return found
}

// unordered reports whether a plan creates or replaces an API that a single scope belongs to without a reference. Terraform
// then has no order for the two, and the scope can end with the old API. The next apply creates it again.
func (p *plan) unordered() bool {
	changed := map[string]bool{}
	for _, c := range p.changes {
		if c.Type != "timesheets_api" {
			continue
		}
		switch c.Action {
		case core.Replace: // with ignore_changes, a forced replacement can change the identifier
			changed[text(c.Prior.State, "identifier")] = true
			fallthrough
		case core.Create:
			changed[text(c.Planned, "identifier")] = true
		}
	}
	for _, c := range p.changes { // a client is replaced, and a grant ignores changes of client_id: it ends with the old client
		if c.Type == "timesheets_client" && c.Action == core.Replace {
			changed[text(c.Prior.State, "client_id")] = true
		}
	}
	for address, c := range p.changes {
		if c.Type == "timesheets_client_grant" && slices.Contains(p.config[address].ignore, "client_id") && changed[text(c.Planned, "client_id")] {
			return true
		}
	}
	for _, r := range p.config {
		if literal, ok := r.values["identifier"].(string); ok && kindOf(r.address) == "timesheets_api_scope" && changed[literal] {
			return true
		}
	}
	for address, c := range p.changes { // with ignore_changes, the identifier is that of the prior state, whatever is referenced
		ignores := slices.Contains(p.config[address].ignore, "identifier")
		if ignores && c.Type == "timesheets_api_scope" && changed[text(c.Planned, "identifier")] {
			return true
		}
	}
	return false
}

// lost compares the tenant before and after an apply. It describes objects that the plan does not delete and that are not
// there any more, objects of the state that the tenant does not have, and objects that nothing refers to.
func lost(before, after snapshot, p *plan, state map[string]*core.Instance) []string {
	var found []string
	report := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	removed, managed := p.removals(), map[string]bool{}
	for address, current := range state {
		id := text(current.State, "id")
		managed[id] = true
		if !after.has(kindOf(address), current.State) {
			report("%s is in the state and not in the tenant", address)
		}
	}
	for id, api := range before.apis {
		kept, there := after.apis[id]
		if removed.ids[id] {
			continue
		}
		if !there {
			report("the API %s is lost", api.Identifier)
		}
		for _, scope := range api.Scopes {
			if _, still := kept.Scope(scope.Value); there && !still && !removed.scopes[api.Identifier+" "+scope.Value] {
				report("the scope %s of the API %s is lost", scope.Value, api.Identifier)
			}
		}
	}
	for id, client := range before.clients {
		if _, there := after.clients[id]; !there && !removed.ids[id] {
			report("the client %s is lost", client.Name)
		}
	}
	for id, grant := range before.grants {
		if _, there := after.grants[id]; !there && !removed.ids[id] && !removed.ids[grant.ClientID] {
			report("the grant of %s for %s is lost", before.clients[grant.ClientID].Name, grant.Audience)
		}
	}
	additional := func(id, what string, there bool) {
		if !there && !managed[id] {
			report("%s is in the tenant and not in the state", what)
		}
	}
	for id, api := range after.apis {
		_, there := before.apis[id]
		additional(id, "the API "+api.Identifier, there)
	}
	for id, client := range after.clients {
		_, there := before.clients[id]
		additional(id, "the client "+client.Name, there)
	}
	for id, grant := range after.grants {
		_, there := before.grants[id]
		additional(id, "the grant for "+grant.Audience, there)
	}
	slices.Sort(found)
	return found
}

// has reports whether the tenant has an object of the state.
func (s snapshot) has(kind string, state tftypes.Value) bool {
	id := text(state, "id")
	if kind == "timesheets_api_scope" {
		for _, api := range s.apis {
			if _, there := api.Scope(text(state, "value")); there && api.Identifier == text(state, "identifier") {
				return true
			}
		}
		return false
	}
	_, api := s.apis[id]
	_, client := s.clients[id]
	_, grant := s.grants[id]
	return api || client || grant
}
