package emulator

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

func credentialRoutes() []route {
	const all = "/api/v2/clients/{client_id}/credentials"
	get := stored((*call).findCredential, func(row *store.Credential) []byte { return row.Body })
	return objectRoutes(all, all+"/{credential_id}", "client_credentials", listCredentials, createCredential, get, updateCredential, deleteCredential)
}

func (c *call) findCredential() (*store.Credential, error) {
	client, err := c.findClient()
	if err != nil {
		return nil, err
	}
	ofClient := func(id string) (*store.Credential, bool) {
		row, there := c.server.store.Credential(id)
		return row, there && row.ClientID == client.ID
	}
	return lookup(c.params[1], ofClient, notFound("The credential does not exist", "inexistent_credential")) // CR009
}

// listCredentials always returns a plain array and ignores paging parameters (CR008).
func listCredentials(c *call) (reply, error) {
	client, err := c.findClient()
	if err != nil {
		return reply{}, err
	}
	rows := c.server.store.CredentialsOf(client.ID)
	return reply{status: 200, rows: &rowWriter{
		before: []byte("["), after: []byte("]"), count: len(rows), row: func(i int) []byte { return rows[i].Body },
	}}, nil
}

const maxCredentials = 2

func createCredential(c *call) (reply, error) {
	if f := credentialSchema().check(c.body, onCreate); f != nil {
		return reply{}, invalidBody(f)
	}
	var row *store.Credential
	err := c.server.store.Write(func(tx *store.Tx) error {
		client, err := c.findClient()
		if err != nil {
			return err
		}
		if row, err = c.server.newCredential(c.body, client.ID); err != nil {
			return err
		}
		others := c.server.store.CredentialsOf(client.ID)
		if c.server.options.Switches.LimitCredentials && len(others) >= maxCredentials { // CR006
			return badRequest("validation_error", "The client has the maximum number of credentials")
		}
		if slices.ContainsFunc(others, func(o *store.Credential) bool { return row.PEM != "" && o.PEM == row.PEM }) { // CR005
			return badRequest("validation_error", "The client has a credential with the same key")
		}
		return tx.PutCredential(row)
	})
	if err != nil {
		return reply{}, err
	}
	return created(raw(row.Body)), nil
}

// newCredential creates a row: key ID from the key, times in UTC, never the PEM in the response (CR004).
func (s *Server) newCredential(sent store.Object, clientID string) (*store.Credential, error) {
	id, err := s.ids.credential()
	if err != nil {
		return nil, err
	}
	doc := sent.Clone()
	doc.Remove("pem")
	doc.Remove("parse_expiry_from_cert")
	doc.Set("id", id)
	if err := identify(&doc, sent); err != nil {
		return nil, err
	}
	now := stamp(s.now())
	doc.Set("created_at", now)
	doc.Set("updated_at", now)
	if err := normalizeExpiry(&doc); err != nil {
		return nil, err
	}
	credentialSchema().sort(doc)
	return &store.Credential{ID: id, ClientID: clientID, PEM: sent.Text("pem"), Body: doc.Encode()}, nil
}

// identify sets what depends on the type of credential: kid and alg of a key, the subject or thumbprint of a certificate.
func identify(doc *store.Object, sent store.Object) error {
	public, certificate, err := parsePublic(sent.Text("pem"))
	kind := sent.Text("credential_type")
	if err != nil && (kind != "cert_subject_dn" || sent.Text("subject_dn") == "") {
		return invalidBody(violationf("pem", "Object didn't pass validation for format pem: %s", err.Error()))
	}
	switch {
	case kind == "public_key":
		thumbprint, err := (&jose.JSONWebKey{Key: public}).Thumbprint(crypto.SHA256)
		if err != nil {
			return err
		}
		if doc.Text("kid") == "" {
			doc.Set("kid", encode64(thumbprint))
		}
		if doc.Text("alg") == "" {
			doc.Set("alg", "RS256")
		}
	case kind == "x509_cert" && certificate == nil:
		return invalidBody(violationf("pem", "Object didn't pass validation for format x509-certificate"))
	case kind == "x509_cert":
		sum := sha256.Sum256(certificate.Raw)
		doc.Set("thumbprint_sha256", encode64(sum[:]))
		doc.Set("expires_at", stamp(certificate.NotAfter)) // CR011
	case certificate != nil && doc.Text("subject_dn") == "":
		doc.Set("subject_dn", subjectLines(certificate))
	}
	if sent.Flag("parse_expiry_from_cert") && certificate != nil {
		doc.Set("expires_at", stamp(certificate.NotAfter))
	}
	return nil
}

// parsePublic reads a public key, or a certificate and its key.
func parsePublic(text string) (*rsa.PublicKey, *x509.Certificate, error) {
	decoded, _ := pem.Decode([]byte(text))
	if decoded == nil {
		return nil, nil, errors.New("no PEM block")
	}
	var key any
	var certificate *x509.Certificate
	var err error
	switch decoded.Type {
	case "CERTIFICATE":
		if certificate, err = x509.ParseCertificate(decoded.Bytes); err == nil {
			key = certificate.PublicKey
		}
	case "RSA PUBLIC KEY":
		key, err = x509.ParsePKCS1PublicKey(decoded.Bytes)
	default:
		key, err = x509.ParsePKIXPublicKey(decoded.Bytes)
	}
	if err != nil {
		return nil, nil, errors.New("not a public key or certificate")
	}
	public, isRSA := key.(*rsa.PublicKey)
	if !isRSA {
		return nil, nil, errors.New("not an RSA key")
	}
	return public, certificate, nil
}

// subjectLines returns a certificate's subject with one name per line, in the certificate's order (CR011).
func subjectLines(certificate *x509.Certificate) string {
	short := map[string]string{
		"2.5.4.3": "CN", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST", "2.5.4.10": "O", "2.5.4.11": "OU",
	}
	var lines []string
	for _, name := range certificate.Subject.Names {
		label, known := short[name.Type.String()]
		if !known {
			label = name.Type.String()
		}
		lines = append(lines, fmt.Sprintf("%s=%v", label, name.Value))
	}
	return strings.Join(lines, "\n")
}

func normalizeExpiry(doc *store.Object) error {
	sent := doc.Text("expires_at")
	if sent == "" {
		return nil
	}
	moment, err := time.Parse(time.RFC3339, sent)
	doc.Set("expires_at", stamp(moment))
	return err
}

func updateCredential(c *call) (reply, error) {
	table := credentialSchema()
	if f := table.checkPatch(c.body); f != nil {
		return reply{}, invalidBody(f)
	}
	return c.update(func(tx *store.Tx) ([]byte, error) {
		row, err := c.findCredential()
		if err != nil {
			return nil, err
		}
		doc, err := store.ParseObject(row.Body)
		if err != nil {
			return nil, err
		}
		table.apply(&doc, c.body)
		doc.Set("updated_at", stamp(c.server.now()))
		after := *row
		if err := normalizeExpiry(&doc); err != nil {
			return nil, err
		}
		after.Body = doc.Encode()
		return after.Body, tx.PutCredential(&after)
	})
}

func deleteCredential(c *call) (reply, error) {
	row, err := c.findCredential()
	if err != nil {
		return noContent(), nil // CR010
	}
	err = c.server.store.Write(func(tx *store.Tx) error {
		client, there := c.server.store.Client(row.ClientID)
		if there && !c.server.options.Switches.FreeCredentialDelete && slices.Contains(referenced(client), row.ID) { // CR007
			return badRequest("validation_error", "The credential is in use by the client")
		}
		tx.DeleteCredential(row.ID)
		return nil
	})
	return noContent(), err
}
