package acctest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/prefix"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/management"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// realEnvironment returns the environment variables of the provider for a real tenant. The credentials are exchanged for one
// access token, which all tests of the process use, because a tenant's quota of machine-to-machine tokens is small.
var realEnvironment = sync.OnceValues(func() (map[string]string, error) {
	found := map[string]string{}
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		if (strings.HasPrefix(name, "AUTH0_") || strings.HasPrefix(name, "TIMESHEETS_")) && name != prefix.RunVariable {
			found[name] = value
		}
	}
	if found["AUTH0_API_TOKEN"] != "" {
		return found, nil
	}
	ports, err := ports(found, nil)
	if err != nil {
		return nil, err
	}
	audience := found["AUTH0_AUDIENCE"]
	if audience == "" {
		base, err := management.BaseURL(found["AUTH0_DOMAIN"])
		if err != nil {
			return nil, err
		}
		audience = base.JoinPath("/api/v2/").String()
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	token, err := ports.Tokens.Request(ctx, tenant.TokenRequest{
		ClientID: found["AUTH0_CLIENT_ID"], Secret: secret.New(found["AUTH0_CLIENT_SECRET"]), AuthMethod: "client_secret_post",
		PrivateKey: secret.New(found["AUTH0_CLIENT_ASSERTION_PRIVATE_KEY"]), SigningAlg: found["AUTH0_CLIENT_ASSERTION_SIGNING_ALG"], Audience: audience,
	})
	if err != nil {
		return nil, fmt.Errorf("request a Management API token: %w", err)
	}
	found["AUTH0_API_TOKEN"] = token.Value.Reveal()
	for _, name := range []string{"AUTH0_CLIENT_SECRET", "AUTH0_CLIENT_ASSERTION_PRIVATE_KEY", "AUTH0_CLIENT_ASSERTION_SIGNING_ALG"} {
		delete(found, name)
	}
	return found, nil
})

// ports returns ports that act outside Terraform. On an emulator they use the token of another caller, so that the journal
// distinguishes the two.
func ports(environment map[string]string, server *emulator.Server) (tenant.Tenant, error) {
	base, err := management.BaseURL(environment["AUTH0_DOMAIN"])
	if err != nil {
		return tenant.Tenant{}, err
	}
	settings := management.Config{
		BaseURL:        base,
		ClientID:       environment["AUTH0_CLIENT_ID"],
		ClientSecret:   secret.New(environment["AUTH0_CLIENT_SECRET"]),
		APIToken:       secret.New(environment["AUTH0_API_TOKEN"]),
		PrivateKey:     secret.New(environment["AUTH0_CLIENT_ASSERTION_PRIVATE_KEY"]),
		Audience:       environment["AUTH0_AUDIENCE"],
		UserAgent:      "acctest",
		RequestTimeout: time.Minute,
	}
	if server != nil {
		settings.APIToken = secret.New(server.Token())
	}
	return management.New(settings)
}

// SweepRealTenant returns a sweep of the tenant of the environment. TIMESHEETS_SWEEP_DRY_RUN=1 only reports, and the objects of
// the run TIMESHEETS_TEST_RUN are deleted whatever their age.
func SweepRealTenant() (Sweep, error) {
	if !Real() {
		return Sweep{}, errors.New("TF_ACC and AUTH0_DOMAIN must be set: sweepers delete objects of a real tenant")
	}
	environment, err := realEnvironment()
	if err != nil {
		return Sweep{}, err
	}
	found, err := ports(environment, nil)
	if err != nil {
		return Sweep{}, err
	}
	own := environment["AUTH0_CLIENT_ID"]
	if own == "" {
		if own = authorizedParty(environment["AUTH0_API_TOKEN"]); own == "" {
			return Sweep{}, errors.New("set AUTH0_CLIENT_ID to the client of AUTH0_API_TOKEN, so that it is not deleted")
		}
	}
	return Sweep{Ports: found, Own: own, Run: os.Getenv(prefix.RunVariable), DryRun: os.Getenv("TIMESHEETS_SWEEP_DRY_RUN") != ""}, nil
}

// authorizedParty returns the client ID in an access token, or "" if the token contains none.
func authorizedParty(token string) string {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return ""
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return ""
	}
	var claims struct {
		Party string `json:"azp"`
	}
	if json.Unmarshal(text, &claims) != nil {
		return ""
	}
	return claims.Party
}
