package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// proof is the output of the example with the claims of the job's token.
type proof struct {
	Authorized        bool     `json:"authorized"`
	Audience          string   `json:"audience"`
	Scopes            []string `json:"scopes"`
	Algorithm         string   `json:"algorithm"`
	SignatureVerified bool     `json:"signature_verified"`
}

// declared contains the values that the example's configuration declares.
var declared = proof{
	Authorized:        true,
	Audience:          "https://api.timesheets.example/v1",
	Scopes:            []string{"batch:upload"},
	Algorithm:         "RS256",
	SignatureVerified: true,
}

// String returns the proof on one line.
func (p proof) String() string {
	return fmt.Sprintf("authorized = %t, audience = %s, scopes = [%s], algorithm = %s, signature_verified = %t",
		p.Authorized, p.Audience, strings.Join(p.Scopes, " "), p.Algorithm, p.SignatureVerified)
}

// differs returns the differences between the token and declared.
func (p proof) differs() []string {
	same := p.Authorized == declared.Authorized && p.Audience == declared.Audience && slices.Equal(p.Scopes, declared.Scopes) &&
		p.Algorithm == declared.Algorithm && p.SignatureVerified == declared.SignatureVerified
	if same {
		return nil
	}
	return []string{fmt.Sprintf("the job's token: %s; declared is: %s", p, declared)}
}

// failedChecks returns the messages of the failed check blocks of a plan in the format of terraform show -json.
func failedChecks(plan []byte) ([]string, error) {
	var shown struct {
		Checks []struct {
			Address struct {
				Display string `json:"to_display"`
			} `json:"address"`
			Status    string `json:"status"`
			Instances []struct {
				Problems []struct {
					Message string `json:"message"`
				} `json:"problems"`
			} `json:"instances"`
		} `json:"checks"`
	}
	if err := json.Unmarshal(plan, &shown); err != nil {
		return nil, fmt.Errorf("read the plan: %w", err)
	}
	var failed []string
	if len(shown.Checks) == 0 {
		failed = append(failed, "the plan has no check")
	}
	for _, check := range shown.Checks {
		if check.Status == "pass" {
			continue
		}
		said := []string{check.Address.Display + " is " + check.Status}
		for _, instance := range check.Instances {
			for _, problem := range instance.Problems {
				said = append(said, problem.Message)
			}
		}
		failed = append(failed, strings.Join(said, ": "))
	}
	return failed, nil
}
