package emulator

import (
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// newCredentials replaces the complete credentials of a new client by IDs. It returns their rows, and the members as the
// response contains them (CR002).
func (c *call) newCredentials(doc *store.Object, clientID string) ([]*store.Credential, store.Object, error) {
	var rows []*store.Credential
	full := store.Object{}
	take := func(holder store.Object) (ids, shown store.Object, err error) {
		ids, shown = holder.Clone(), holder.Clone()
		var references, answers []any
		for _, item := range holder.Items("credentials") {
			row, err := c.server.newCredential(asObject(item), clientID)
			if err != nil {
				return nil, nil, err
			}
			answer, err := store.ParseObject(row.Body)
			if err != nil {
				return nil, nil, err
			}
			rows = append(rows, row)
			references = append(references, store.Object{{Name: "id", Value: row.ID}})
			answers = append(answers, answer)
		}
		if holder.Has("credentials") {
			ids.Set("credentials", references)
			shown.Set("credentials", answers)
		}
		return ids, shown, nil
	}
	if sent, there := doc.Get("client_authentication_methods"); there {
		method := asObject(sent)[0]
		ids, shown, err := take(asObject(method.Value))
		if err != nil {
			return nil, nil, err
		}
		doc.Set("client_authentication_methods", store.Object{{Name: method.Name, Value: ids}})
		full.Set("client_authentication_methods", store.Object{{Name: method.Name, Value: shown}})
	}
	for _, name := range bearers {
		sent, there := doc.Get(name)
		if !there {
			continue
		}
		ids, shown, err := take(asObject(sent))
		if err != nil {
			return nil, nil, err
		}
		doc.Set(name, ids)
		full.Set(name, shown)
	}
	return rows, full, nil
}

// checkReferences checks the credentials that a PATCH references: by ID only, the client's own, at most two (CR003, CR006).
func (c *call) checkReferences(body store.Object, clientID string) error {
	for _, id := range references(body) {
		if row, there := c.server.store.Credential(id); !there || row.ClientID != clientID {
			return badRequest("validation_error", "The client has no credential "+id)
		}
	}
	for _, m := range body.Child("client_authentication_methods") {
		if len(asObject(m.Value).Items("credentials")) > maxCredentials {
			return badRequest("validation_error", "A client can use two credentials at most")
		}
	}
	return nil
}

// referenced returns the IDs of the credentials that a client uses.
func referenced(client *store.Client) []string {
	doc, err := store.ParseObject(client.Body)
	if err != nil {
		return nil
	}
	return references(doc)
}

func references(doc store.Object) []string {
	var ids []string
	collect := func(holder store.Object) {
		for _, item := range holder.Items("credentials") {
			if id := asObject(item).Text("id"); id != "" && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	for _, m := range doc.Child("client_authentication_methods") {
		collect(asObject(m.Value))
	}
	for _, name := range bearers {
		collect(doc.Child(name))
	}
	return ids
}
