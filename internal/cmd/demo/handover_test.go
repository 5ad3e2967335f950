package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/standin"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
)

// credentials contains the credentials of the job in the vault.
type credentials struct {
	ClientID string `json:"client_id"`
	Secret   string `json:"client_secret"`
}

// TestHandOver writes the job's credentials to the vault and rotates them. The credentials in the vault are valid at any
// time, the previous ones are valid until they are removed, no secret is stored elsewhere, and none is read from Auth0.
func TestHandOver(t *testing.T) {
	bed := newTestbed(t)
	bed.needs(t, cli.WriteOnly)
	before := bed.objectCounts(t)
	w := bed.example(t, "hand-over")
	vault := t.TempDir()
	allowed := []string{
		"read:resource_servers", "create:resource_servers", "update:resource_servers", "delete:resource_servers",
		"read:clients", "create:clients", "update:clients", "delete:clients", "update:client_keys",
		"read:client_grants", "create:client_grants", "update:client_grants", "delete:client_grants",
	}
	w.Environment = append(w.Environment, standin.Vault+"="+vault, "AUTH0_API_TOKEN="+bed.server.Token(allowed...))
	generations := func(list, want string) {
		w.Environment = append(w.Environment, "TF_VAR_generations="+list)
		if said := must(t, w, 0, "apply", "-auto-approve"); !strings.Contains(said, want) {
			t.Errorf("with the generations %s the apply does not print %q:\n%s", list, want, said)
		}
		must(t, w, 0, "plan", "-detailed-exitcode")
	}

	generations("[1]", "4 added, 0 changed, 0 destroyed")
	first := inVault(t, vault)
	bed.asJob(t, first, true)

	generations("[1, 2]", "2 added, 1 changed, 0 destroyed")
	second := inVault(t, vault)
	if second == first {
		t.Error("the vault still has the old credentials")
	}
	bed.asJob(t, first, true)
	bed.asJob(t, second, true)

	generations("[2]", "0 added, 0 changed, 2 destroyed")
	if inVault(t, vault) != second {
		t.Error("the vault has other credentials without a rotation")
	}
	bed.asJob(t, second, true)
	bed.asJob(t, first, false)

	bed.ask(t, http.MethodDelete, "/api/v2/clients/"+second.ClientID, nil, nil)
	generations("[2]", "2 added, 1 changed, 0 destroyed")
	third := inVault(t, vault)
	bed.asJob(t, third, true)

	for _, secret := range []string{first.Secret, second.Secret, third.Secret} {
		if len(secret) != 40 {
			t.Errorf("a secret of %d characters", len(secret))
		}
		notIn(t, w, secret)
	}
	for _, entry := range bed.server.Journal() {
		if slices.Contains(strings.Split(entry.Query.Get("fields"), ","), "client_secret") {
			t.Errorf("a secret was read: %s %s", entry.Method, entry.Path)
		}
	}
	bed.destroy(t, w, before)
}

// stores lists the secret stores of the example, by the name of their file: the resource that receives the credentials, and
// how a plan describes its change for other credentials.
var stores = map[string][2]string{
	"aws":        {"aws_secretsmanager_secret_version", "must be replaced"},
	"azure":      {"azurerm_key_vault_secret", "will be updated in-place"},
	"google":     {"google_secret_manager_secret_version", "must be replaced"},
	"kubernetes": {"kubernetes_secret_v1", "will be updated in-place"},
}

// TestHandOver_stores writes the job's credentials to each secret store of the example, and plans their rotation. GitHub gets a
// ciphertext. No file of Terraform contains the secret.
func TestHandOver_stores(t *testing.T) {
	bed := newTestbed(t)
	bed.needs(t, cli.WriteOnly)
	w := bed.example(t, "hand-over")
	vault := t.TempDir()
	w.Environment = append(w.Environment, standin.Vault+"="+vault)
	for store := range stores {
		write(t, w, store+".tf", read(t, bed.examples+"/hand-over/stores/"+store+".tf"))
	}
	w.Environment = append(w.Environment, "TF_VAR_key_vault_id=/subscriptions/0/resourceGroups/jobs/providers/Microsoft.KeyVault/vaults/jobs")
	write(t, w, "github.tf", `module "github" {
  source = "./github"

  client_id               = local.client_id
  client_secret_encrypted = "c2VhbGVk"
  key_id                  = "1"
}
`)
	ends(t, w, 0, "get")
	must(t, w, 0, "apply", "-auto-approve")
	want := inVault(t, vault)
	bed.asJob(t, want, true)
	notIn(t, w, want.Secret)
	w.Environment = append(w.Environment, "TF_VAR_generations=[2]")
	planned := must(t, w, 0, "plan")
	for store, expected := range stores {
		if got := inStore(t, vault, expected[0]); got != want {
			t.Errorf("%s has other credentials than the vault: the client %s instead of %s", store, got.ClientID, want.ClientID)
		}
		if change := expected[0] + ".import_job " + expected[1]; !strings.Contains(planned, change) {
			t.Errorf("the plan of a rotation does not print %q:\n%s", change, planned)
		}
	}
}

func inVault(t *testing.T, folder string) credentials {
	t.Helper()
	return inStore(t, folder, "vault_kv_secret_v2")
}

// inStore returns the credentials that a type of resource received last.
func inStore(t *testing.T, folder, kind string) credentials {
	t.Helper()
	content, err := standin.InVault(folder, kind)
	if err != nil {
		t.Fatal(err)
	}
	var found credentials
	if err := json.Unmarshal([]byte(content), &found); err != nil {
		t.Fatal(err)
	}
	return found
}

// asJob requests a token as the job does, and expects status 401 if the credentials are not valid.
func (bed testbed) asJob(t *testing.T, with credentials, valid bool) {
	t.Helper()
	err := ask(t.Context(), bed.server, http.MethodPost, "/oauth/token", map[string]string{
		"grant_type": "client_credentials", "audience": "https://api.timesheets.example/v1",
		"client_id": with.ClientID, "client_secret": with.Secret,
	}, nil)
	if valid && err != nil || !valid && (err == nil || !strings.Contains(err.Error(), "401 Unauthorized")) {
		t.Errorf("the client %s receives %v, valid credentials: %v", with.ClientID, err, valid)
	}
}

// notIn searches a secret in all files that Terraform wrote to its directory.
func notIn(t *testing.T, w cli.Workspace, secret string) {
	t.Helper()
	found, err := acctest.Artifacts(w.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range found {
		for _, leak := range (acctest.Canaries{"the job's secret": secret}).In(text) {
			t.Errorf("%s: %s", name, leak)
		}
	}
	if len(found) < 4 {
		t.Errorf("only %d files were searched", len(found))
	}
}
