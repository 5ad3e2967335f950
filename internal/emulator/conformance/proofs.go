package conformance

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// claims reads the claims of a signed token, without verifying it.
func claims(token string) map[string]any {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil
	}
	var read map[string]any
	data, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(data, &read) != nil {
		return nil
	}
	return read
}

// proof signs a DPoP proof for the token endpoint with a new key; more adds claims or replaces them.
func (s *session) proof(more map[string]any) string {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		s.expect(false, "%v", err)
		return ""
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, (&jose.SignerOptions{EmbedJWK: true}).WithType("dpop+jwt"))
	if err != nil {
		s.expect(false, "%v", err)
		return ""
	}
	content := map[string]any{"htm": "POST", "htu": s.caller.URL + "/oauth/token", "iat": time.Now().Unix(), "jti": rand.Text()}
	for name, value := range more {
		content[name] = value
	}
	text, err := jwt.Signed(signer).Claims(content).Serialize()
	s.expect(err == nil, "%v", err)
	return text
}

// require sets the proof of possession of the API of a job.
func (s *session) require(j job, policy string) {
	s.call(200, "PATCH", apis+"/"+url.PathEscape(j.audience), fmt.Sprintf(`{"proof_of_possession":%s}`, policy))
}

func aboutProofs() []question {
	const always, permitted = `{"mechanism":"dpop","required":true}`, `{"mechanism":"dpop","required":false}`
	return []question{
		{"PP001", "whether a token is issued and bound follows from client, API and request", func(s *session, name string) {
			j := s.job(name, "")
			s.expect(!has(s.issued(s.token(j, "", s.proof(nil))), "cnf"), "the token is bound without a mechanism")
			s.require(j, permitted)
			s.issued(s.token(j, ""))
			s.require(j, always)
			s.denied(s.token(j, ""))
			s.issued(s.token(j, "", s.proof(nil)))
			s.call(200, "PATCH", clients+"/"+j.id, `{"require_proof_of_possession":true}`)
			s.require(j, permitted)
			s.denied(s.token(j, ""))
			s.require(j, "null")
			s.denied(s.token(j, "", s.proof(nil)))
		}},
		{"PP002", "a proof that is not valid", func(s *session, name string) {
			j := s.job(name, "")
			s.require(j, always)
			for _, wrong := range []map[string]any{{"htm": "GET"}, {"htu": "https://other.example/oauth/token"}, {"iat": 1}} {
				got := s.token(j, "", s.proof(wrong))
				s.expect(got.status == 400 && got.object["error"] == "invalid_dpop_proof", "%v answers %d %s", wrong, got.status, got.text)
			}
			once := s.proof(nil)
			s.issued(s.token(j, "", once))
			s.denied(s.token(j, "", once))
		}},
		{"PP003", "a client with a secret needs no nonce", func(s *session, name string) {
			j := s.job(name, "")
			s.require(j, always)
			s.issued(s.token(j, "", s.proof(nil)))
		}},
		{"PP004", "required_for public clients only", func(s *session, name string) {
			j := s.job(name, "")
			s.require(j, `{"mechanism":"dpop","required":true,"required_for":"public_clients"}`)
			s.issued(s.token(j, ""))
		}},
		{"PP005", "a bound token names the key", func(s *session, name string) {
			j := s.job(name, "")
			s.require(j, always)
			got := s.token(j, "", s.proof(nil))
			bound, _ := s.issued(got)["cnf"].(map[string]any)
			s.expect(got.object["token_type"] == "DPoP" && has(bound, "jkt"), "it answers %s", got.text)
		}},
		{"PP006", "mTLS is always required", func(s *session, name string) {
			j := s.job(name, "")
			s.require(j, `{"mechanism":"mtls","required":true}`)
			s.denied(s.token(j, ""))
		}},
	}
}
