package acctest

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// KeyPair makes a client behind Terraform's back that authenticates with a key pair and has no secret. It returns the
// client's id and the private key in PEM.
func (n *Tenant) KeyPair(t *testing.T, name string) (clientID, private string) {
	t.Helper()
	EmulatorOnly(t, "not every tenant's plan includes key pairs")
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	credential := map[string]any{
		"credential_type": "public_key",
		"pem":             string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})),
	}
	var made struct {
		ClientID string `json:"client_id"`
	}
	n.post(t, "clients", map[string]any{
		"name": name, "app_type": tenant.MachineToMachine, "grant_types": []string{tenant.ClientCredentials},
		"client_authentication_methods": map[string]any{"private_key_jwt": map[string]any{"credentials": []any{credential}}},
	}, &made)
	n.Later(func(ctx context.Context) error {
		return n.Ports.Clients.Delete(ctx, tenant.ClientKey{ClientID: made.ClientID})
	})
	return made.ClientID, string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
}

// post creates what the ports do not know.
func (n *Tenant) post(t *testing.T, kind string, body, into any) {
	t.Helper()
	ctx, cancel := within(t)
	defer cancel()
	content, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, n.Server.URL()+"/api/v2/"+kind, bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+n.Server.Token())
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusCreated {
		err = fmt.Errorf("status %d", answer.StatusCode)
	} else {
		err = json.NewDecoder(answer.Body).Decode(into)
	}
	if err != nil {
		t.Fatalf("create of %s: %v", kind, err)
	}
}
