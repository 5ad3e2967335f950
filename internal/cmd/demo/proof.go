package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// proof is the output of the example that tells what the job's token says.
type proof struct {
	Authorized        bool     `json:"authorized"`
	Audience          string   `json:"audience"`
	Scopes            []string `json:"scopes"`
	Algorithm         string   `json:"algorithm"`
	SignatureVerified bool     `json:"signature_verified"`
}

// declared is what the example's configuration promises.
var declared = proof{
	Authorized:        true,
	Audience:          "https://api.timesheets.example/v1",
	Scopes:            []string{"batch:upload"},
	Algorithm:         "RS256",
	SignatureVerified: true,
}

// String is the proof on one line.
func (p proof) String() string {
	return fmt.Sprintf("authorized = %t, audience = %s, scopes = [%s], algorithm = %s, signature_verified = %t",
		p.Authorized, p.Audience, strings.Join(p.Scopes, " "), p.Algorithm, p.SignatureVerified)
}

// differs lists what the token says other than declared.
func (p proof) differs() []string {
	same := p.Authorized == declared.Authorized && p.Audience == declared.Audience && slices.Equal(p.Scopes, declared.Scopes) &&
		p.Algorithm == declared.Algorithm && p.SignatureVerified == declared.SignatureVerified
	if same {
		return nil
	}
	return []string{fmt.Sprintf("the job's token: %s; declared is: %s", p, declared)}
}

// failedChecks lists the messages of the check blocks that failed in a plan, given as terraform show -json prints it.
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
