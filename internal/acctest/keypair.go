package acctest

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/keypair"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// KeyPair creates a client outside Terraform that authenticates with a key pair and has no secret. It returns the client ID
// and the private key in PEM.
func (n *Tenant) KeyPair(t *testing.T, name string) (clientID, private string) {
	t.Helper()
	EmulatorOnly(t, "not every subscription plan includes key pairs")
	pair := keypair.New()
	credential := map[string]any{"credential_type": "public_key", "pem": pair.PublicPEM}
	clientID = n.client(t, map[string]any{
		"name": name, "app_type": tenant.MachineToMachine, "grant_types": []string{tenant.ClientCredentials},
		"client_authentication_methods": map[string]any{"private_key_jwt": map[string]any{"credentials": []any{credential}}},
	})
	return clientID, pair.PrivatePEM
}

// SilentClient creates a client outside Terraform without an authentication method. It returns the client ID.
func (n *Tenant) SilentClient(t *testing.T, name string) (clientID string) {
	t.Helper()
	return n.client(t, map[string]any{"name": name, "app_type": tenant.MachineToMachine, "grant_types": []string{tenant.ClientCredentials}})
}

// Organization creates an organization outside Terraform, and returns its ID.
func (n *Tenant) Organization(t *testing.T, name string) string {
	t.Helper()
	EmulatorOnly(t, "not every tenant's subscription plan includes organizations")
	var created struct {
		ID string `json:"id"`
	}
	n.Send(t, http.MethodPost, "organizations", map[string]any{"name": name}, &created)
	return created.ID
}

func (n *Tenant) client(t *testing.T, body map[string]any) (clientID string) {
	t.Helper()
	var created struct {
		ClientID string `json:"client_id"`
	}
	n.Send(t, http.MethodPost, "clients", body, &created)
	n.Later(func(ctx context.Context) error {
		return n.Ports.Clients.Delete(ctx, tenant.ClientKey{ClientID: created.ClientID})
	})
	return created.ClientID
}

// Certificate makes a client authenticate with its own certificate (mTLS), outside Terraform.
func (n *Tenant) Certificate(t *testing.T, clientID string) {
	t.Helper()
	EmulatorOnly(t, "not every subscription plan includes certificates")
	key := keypair.New().Key
	draft := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "job"}, NotAfter: time.Now().AddDate(1, 0, 0)}
	certificate, err := x509.CreateCertificate(rand.Reader, draft, draft, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	id := n.credential(t, clientID, map[string]any{
		"credential_type": "x509_cert", "pem": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})),
	})
	n.Send(t, http.MethodPatch, "clients/"+clientID, map[string]any{
		"client_authentication_methods": map[string]any{"self_signed_tls_client_auth": credentials(id)}, "token_endpoint_auth_method": nil,
	}, nil)
}

// SignedRequests makes a client sign authorization requests with a key, outside Terraform. It uses the existing key with that
// name, or a new one.
func (n *Tenant) SignedRequests(t *testing.T, clientID, name, public string) {
	t.Helper()
	EmulatorOnly(t, "not every subscription plan includes signed requests")
	authentication, err := n.Ports.Credentials.Of(t.Context(), tenant.Client{ClientID: clientID})
	if err != nil {
		t.Fatal(err)
	}
	var id string
	for _, one := range authentication.Credentials {
		if one.Name == name {
			id = one.ID
		}
	}
	if id == "" {
		id = n.credential(t, clientID, map[string]any{"credential_type": "public_key", "name": name, "pem": public})
	}
	var client struct {
		Signed struct {
			Credentials []struct {
				ID string `json:"id"`
			} `json:"credentials"`
		} `json:"signed_request_object"`
	}
	n.Send(t, http.MethodGet, "clients/"+clientID, nil, &client)
	ids := []string{id}
	for _, one := range client.Signed.Credentials {
		ids = append(ids, one.ID)
	}
	n.Send(t, http.MethodPatch, "clients/"+clientID, map[string]any{"signed_request_object": credentials(ids...)}, nil)
}

// Credentials returns the names of a client's credentials, whatever their use.
func (n *Tenant) Credentials(t *testing.T, clientID string) []string {
	t.Helper()
	var list []struct {
		Name string `json:"name"`
	}
	n.Send(t, http.MethodGet, "clients/"+clientID+"/credentials", nil, &list)
	var names []string
	for _, one := range list {
		names = append(names, one.Name)
	}
	slices.Sort(names)
	return names
}

// credential adds an unused credential to a client, and returns its ID.
func (n *Tenant) credential(t *testing.T, clientID string, body map[string]any) string {
	t.Helper()
	var created struct {
		ID string `json:"id"`
	}
	n.Send(t, http.MethodPost, "clients/"+clientID+"/credentials", body, &created)
	return created.ID
}

func credentials(ids ...string) map[string]any {
	var references []any
	for _, id := range ids {
		references = append(references, map[string]any{"id": id})
	}
	return map[string]any{"credentials": references}
}

// Send sends a Management API request to the emulator, for what the ports cannot do, and decodes the response into into
// unless that is nil.
func (n *Tenant) Send(t *testing.T, method, path string, body, into any) {
	t.Helper()
	ctx, cancel := withTimeout(t)
	defer cancel()
	content, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(ctx, method, n.Server.URL()+"/api/v2/"+path, bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+n.Server.Token())
	request.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode >= http.StatusBadRequest {
		err = fmt.Errorf("status %d", resp.StatusCode)
	} else if into != nil {
		err = json.NewDecoder(resp.Body).Decode(into)
	}
	if err != nil {
		t.Fatalf("%s of %s: %v", method, path, err)
	}
}
