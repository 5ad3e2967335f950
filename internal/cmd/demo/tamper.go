package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// widenGrant adds a scope to the only grant of a client, as a user of the dashboard does, and returns the scope.
func widenGrant(ctx context.Context, server *emulator.Server, clientID string) (string, error) {
	const added = "approve:timesheets"
	var grants []struct {
		ID    string   `json:"id"`
		Scope []string `json:"scope"`
	}
	path := "/api/v2/client-grants?client_id=" + url.QueryEscape(clientID)
	if err := ask(ctx, server, http.MethodGet, path, nil, &grants); err != nil {
		return "", err
	}
	if len(grants) != 1 {
		return "", fmt.Errorf("the client %s has %d grants, expected one", clientID, len(grants))
	}
	change := map[string]any{"scope": append(grants[0].Scope, added)}
	return added, ask(ctx, server, http.MethodPatch, "/api/v2/client-grants/"+grants[0].ID, change, nil)
}

// ask sends one request to the tenant with a token of the dashboard. It decodes the response into answer unless that is nil.
func ask(ctx context.Context, server *emulator.Server, method, path string, body, answer any) (err error) {
	content, err := json.Marshal(body)
	if err != nil {
		return err
	}
	if body == nil {
		content = nil
	}
	req, err := http.NewRequestWithContext(ctx, method, server.URL()+path, bytes.NewReader(content))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+server.Token())
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	said, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, said)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(said, answer)
}
