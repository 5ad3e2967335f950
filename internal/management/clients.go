package management

import (
	"context"
	"iter"
	"strings"
	"time"

	sdk "github.com/auth0/go-auth0/v3/management"
	clients "github.com/auth0/go-auth0/v3/management/clients/client"
	"github.com/auth0/go-auth0/v3/management/core"
	"github.com/auth0/go-auth0/v3/management/option"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	nounClient           = "client"
	operationReadClient  = "read client"
	operationListClients = "list clients"
)

// clientFields contains the fields that every read requests.
var clientFields = strings.Join(tenant.ClientFields(), ",")

// clientStore implements tenant.Clients.
type clientStore struct {
	sdk     *clients.Client
	way     transport.Doer
	made    *recent
	secrets *secretStore
	proof   *proofs
}

var _ tenant.Clients = (*clientStore)(nil)

func (s *clientStore) Get(ctx context.Context, key tenant.ClientKey) (tenant.Client, error) {
	if key.ClientID != "" {
		client, err := s.fetch(ctx, key.ClientID)
		if err == nil || !isNotFound(err) || key.Name == "" {
			return client, withObject(err, nounClient, key.String())
		}
	}
	if key.Name == "" {
		return tenant.Client{}, notFound(operationReadClient, nounClient, key.String())
	}
	return s.only(ctx, key)
}

func (s *clientStore) fetch(ctx context.Context, id string) (tenant.Client, error) {
	if !addressable(id) {
		return tenant.Client{}, notFound(operationReadClient, nounClient, id)
	}
	return readClients(ctx, s.proof, operationReadClient, func(ctx context.Context, fields string, withAuth bool) (tenant.Client, error) {
		return s.getClient(ctx, id, fields, withAuth)
	})
}

// getClient reads a client with these fields.
func (s *clientStore) getClient(ctx context.Context, id, fields string, withAuth bool) (tenant.Client, error) {
	answer, err := read(ctx, transport.Call{Operation: operationReadClient}, func(ctx context.Context) (*sdk.GetClientResponseContent, error) {
		return s.sdk.Get(ctx, id, &sdk.GetClientRequestParameters{Fields: &fields, IncludeFields: new(true)})
	})
	if err != nil {
		return tenant.Client{}, err
	}
	return newClient((*sdk.Client)(answer), withAuth), nil
}

// only returns the single client with an exact name.
func (s *clientStore) only(ctx context.Context, key tenant.ClientKey) (tenant.Client, error) {
	same, err := s.called(ctx, key.Name, tenant.ClientFilter{})
	switch {
	case err != nil:
		return tenant.Client{}, err
	case len(same) == 0:
		return tenant.Client{}, notFound(operationReadClient, nounClient, key.String())
	case len(same) > 1:
		return tenant.Client{}, &tenant.Ambiguous{
			Reply: tenant.Reply{Operation: operationReadClient}, Noun: nounClient, Key: key.Name, Found: foundClients(same),
		}
	}
	return same[0], nil
}

// called returns the clients with an exact name. The tenant cannot filter by name, so it reads all clients; an incomplete list is an
// error.
func (s *clientStore) called(ctx context.Context, name string, filter tenant.ClientFilter) ([]tenant.Client, error) {
	var same []tenant.Client
	for client, err := range s.List(ctx, filter) {
		if err != nil {
			return nil, err
		}
		if client.Name == name {
			same = append(same, client)
		}
	}
	return same, nil
}

func foundClients(from []tenant.Client) []tenant.Found {
	return mapSlice(from, func(client tenant.Client) tenant.Found {
		return tenant.Found{ID: client.ClientID, Name: client.Name}
	})
}

// List uses checkpoints, because numbered pages do not reach all clients of a large tenant.
func (s *clientStore) List(ctx context.Context, filter tenant.ClientFilter) iter.Seq2[tenant.Client, error] {
	return listed(func(from string) (page[tenant.Client], error) { return s.after(ctx, filter, from) }, clientID)
}

// after returns the page after a checkpoint.
func (s *clientStore) after(ctx context.Context, filter tenant.ClientFilter, from string) (page[tenant.Client], error) {
	got, err := s.ask(ctx, checkpoint{s.way, from}, clientQuery(filter))
	if err != nil {
		return page[tenant.Client]{}, err
	}
	got.Next, got.Total = nextOf(got.answer.GetExtraProperties()), int(got.answer.GetTotal())
	return got.page, nil
}

// Page implements tenant.Clients. Its pages are numbered, because their responses contain a total.
func (s *clientStore) Page(ctx context.Context, filter tenant.ClientFilter, from string) (tenant.Page[tenant.Client], error) {
	number, err := pageNumberWithin(operationListClients, from)
	if err != nil {
		return tenant.Page[tenant.Client]{}, err
	}
	query := clientQuery(filter)
	query.Page, query.PerPage, query.IncludeTotals = &number, new(pageSize), new(true)
	got, err := s.ask(ctx, s.way, query)
	if err != nil {
		return tenant.Page[tenant.Client]{}, err
	}
	return got.numbered(number, int(got.answer.GetLimit()), int(got.answer.GetTotal())).capOffset(number).Page, nil
}

func clientID(client tenant.Client) string { return client.ClientID }

func clientQuery(filter tenant.ClientFilter) *sdk.ListClientsRequestParameters {
	return &sdk.ListClientsRequestParameters{IncludeFields: new(true), AppType: nonZero(filter.AppType)}
}

// answered converts a page, with its position in the list.
type answered struct {
	page[tenant.Client]
	answer *sdk.ListClientsOffsetPaginatedResponseContent
}

func (s *clientStore) ask(ctx context.Context, way transport.Doer, query *sdk.ListClientsRequestParameters) (answered, error) {
	return readClients(ctx, s.proof, operationListClients, func(ctx context.Context, fields string, withAuth bool) (answered, error) {
		query.Fields = &fields
		answer, unread, err := pageOf(ctx, way, operationListClients, "clients", func(ctx context.Context, by option.RequestOption) (*clientPage, error) {
			return s.sdk.List(ctx, query, by)
		})
		if err != nil {
			return answered{}, err
		}
		convert := func(from *sdk.Client) tenant.Client { return newClient(from, withAuth) }
		return answered{newPage(answer.Clients, unread, convert), answer}, nil
	})
}

// clientPage is a page as the SDK decodes it.
type clientPage = core.Page[*int, *sdk.Client, *sdk.ListClientsOffsetPaginatedResponseContent]

// Create creates a client exactly once. Only the ID that the tenant assigns is unique, so after a lost response a client with that name
// may be the created one or another one, and the error names it.
func (s *clientStore) Create(ctx context.Context, wanted tenant.Client) (tenant.Client, error) {
	client, err := s.post(ctx, wanted)
	if first := err; outcomeUnknown(first) != nil {
		if unclear := s.findLost(ctx, wanted, err); unclear != nil {
			return tenant.Client{}, unclear
		}
		client, err = s.post(ctx, wanted)
		err = stillUnknown(first, err)
		if outcomeUnknown(err) != nil {
			if unclear := s.findLost(ctx, wanted, err); unclear != nil {
				err = unclear
			}
		}
	}
	if client.ClientID != "" {
		s.made.note(client.ClientID)
	}
	return client, withObject(err, nounClient, wanted.Name)
}

func (s *clientStore) post(ctx context.Context, wanted tenant.Client) (tenant.Client, error) {
	const operation = "create client"
	answer, err := write(ctx, transport.Call{Operation: operation}, func(ctx context.Context) (*sdk.CreateClientResponseContent, error) {
		return s.sdk.Create(ctx, &sdk.CreateClientRequestContent{}, newClientDocument(wanted).body(s.way))
	})
	if err != nil {
		return tenant.Client{}, err
	}
	client := newClient((*sdk.Client)(answer), false)
	if client.Name != "" && strings.TrimSpace(client.Name) != strings.TrimSpace(wanted.Name) {
		return tenant.Client{}, another(operation)
	}
	return client, differs(operation, clientCreatedDifferently(wanted, client))
}

// findLost looks for a client that a create with a lost response may have created. It waits for a lagging index unless the caller cancels.
// The error contains what was found, or reports that the lookup failed; nil means that there is no such client.
func (s *clientStore) findLost(ctx context.Context, wanted tenant.Client, lost error) error {
	looking, cancel := context.WithTimeout(context.WithoutCancel(ctx), findLostTimeout)
	defer cancel()
	for _, wait := range []time.Duration{0, time.Second, 2 * time.Second, 3 * time.Second, 4 * time.Second} {
		if wait > 0 && transport.Pause(ctx, wait) != nil {
			return lost
		}
		same, err := s.called(looking, wanted.Name, tenant.ClientFilter{AppType: wanted.AppType})
		if err != nil {
			return lost
		}
		if len(same) > 0 {
			return &tenant.Ambiguous{Reply: replyIn(lost), Noun: nounClient, Key: wanted.Name, Found: foundClients(same), Lost: true}
		}
	}
	return nil
}

func (s *clientStore) Update(ctx context.Context, key tenant.ClientKey, update tenant.ClientUpdate) (tenant.Client, error) {
	changed := clientChanges(update)
	if len(changed) == 0 && update.Secret.Empty() {
		return s.Get(ctx, key)
	}
	id, err := s.idOf(ctx, key)
	if err != nil {
		return tenant.Client{}, err
	}
	defer s.secrets.under.part(id)
	call := transport.Call{Operation: "update client", Secrets: []secret.Value{update.Secret}}
	body := changed.with(documentOf(&sdk.UpdateClientRequestContent{ClientSecret: nonZero(update.Secret.Reveal())}))
	answer, err := write(ctx, call, func(ctx context.Context) (*sdk.UpdateClientResponseContent, error) {
		return s.sdk.Update(ctx, id, &sdk.UpdateClientRequestContent{}, body.body(s.way))
	})
	if err != nil {
		return tenant.Client{}, withObject(err, nounClient, key.String())
	}
	client := newClient((*sdk.Client)(answer), false)
	return client, differs(call.Operation, clientUpdatedDifferently(changed, client))
}

func (s *clientStore) Delete(ctx context.Context, key tenant.ClientKey) error {
	id, err := s.idOf(ctx, key)
	if err != nil {
		return ignoreNotFound(err)
	}
	return remove(ctx, "delete client", func(ctx context.Context) error { return s.sdk.Delete(ctx, id) }, func(ctx context.Context) error {
		_, err := s.getClient(ctx, id, "client_id", false)
		return err
	})
}

// idOf returns the ID of a client, looked up by name if the key has none.
func (s *clientStore) idOf(ctx context.Context, key tenant.ClientKey) (string, error) {
	if key.ClientID == "" {
		client, err := s.Get(ctx, key)
		return client.ClientID, err
	}
	if !addressable(key.ClientID) {
		return "", notFound("address client", nounClient, key.ClientID)
	}
	return key.ClientID, nil
}
