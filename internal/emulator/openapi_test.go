package emulator_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/keypair"
)

// openAPI names the environment variable with the path of the vendor's OpenAPI document of the Management API, which cannot
// be distributed with this repository.
const openAPI = "EMULATOR_OPENAPI"

// exceptions lists requests and responses for which the document and real tenants differ, each with its fact.
var exceptions = map[string]string{
	"POST /resource-servers answer.token_encryption.encryption_key":       "RS023",
	"PATCH /resource-servers/{id} answer.token_encryption.encryption_key": "RS023",
	"POST /clients answer.client_authentication_methods":                  "CR002",
	"POST /clients token_vault_privileged_access: accepted":               "CL024",
	"PATCH /clients/{id} token_vault_privileged_access: accepted":         "CL024",
	"PATCH /clients/{id} token_endpoint_auth_method: accepted":            "CL010",
	"PATCH /clients/{id} addons: null":                                    "CL031",
	"PATCH /clients/{id} client_metadata: null":                           "CL031",
	"PATCH /clients/{id} jwt_configuration: null":                         "CL031",
	"PATCH /clients/{id} mobile: null":                                    "CL031",
	"PATCH /clients/{id} oidc_backchannel_logout: null":                   "CL031",
	"PATCH /clients/{id} oidc_logout: null":                               "CL031",
	"PATCH /clients/{id} signed_request_object: null":                     "CL031",
	"PATCH /clients/{id} token_vault_privileged_access: null":             "CL031",
	"POST /clients/{client_id}/credentials answer.pem":                    "CR004",
	"POST /clients/{client_id}/credentials answer.parse_expiry_from_cert": "CR004",
}

// differences records which exceptions were used.
type differences map[string]bool

// excepted reports whether a fact contradicts the document at this place.
func (d differences) excepted(operation, what string) bool {
	for prefix := range exceptions {
		if strings.HasPrefix(operation+" "+what, prefix) {
			d[prefix] = true
			return true
		}
	}
	return false
}

// written is an operation with a request body.
type written struct {
	method, path string // as in the document
	answer       string // status in the document if it differs from the one in want
	want         int
	always       []string                              // members of every request that the document does not require
	target       func(n *tenant, known samples) string // creates the object to change, and returns its path
}

// TestOpenAPI compares the emulator with the vendor's document: what it permits is accepted, stored and returned in its
// form. What it forbids is rejected with 400.
func TestOpenAPI(t *testing.T) {
	path := os.Getenv(openAPI)
	if path == "" {
		t.Skipf("%s names no OpenAPI document", openAPI)
	}
	d, known := readDocument(t, path), differences{}
	for _, op := range []written{
		{method: "post", path: "/resource-servers", want: 201},
		{method: "patch", path: "/resource-servers/{id}", want: 200, answer: "201", target: func(n *tenant, known samples) string {
			return "resource-servers/" + n.newAPI("urn:"+known.unique())
		}},
		{method: "post", path: "/clients", want: 201},
		{method: "patch", path: "/clients/{id}", want: 200, target: newTarget},
		{method: "post", path: "/client-grants", want: 201, always: []string{"client_id"}},
		{method: "patch", path: "/client-grants/{id}", want: 200, target: func(n *tenant, known samples) string {
			return "client-grants/" + n.newGrant(n.newClient("job").ClientID, known["audience"].(string))
		}},
		{method: "post", path: "/clients/{client_id}/credentials", want: 201, always: []string{"pem"}, target: func(n *tenant, _ samples) string {
			return "clients/" + n.newClient("job").ClientID + "/credentials"
		}},
		{method: "patch", path: "/clients/{client_id}/credentials/{credential_id}", want: 200, answer: "201", target: func(n *tenant, known samples) string {
			return newTarget(n, known) + "/credentials/" + known["credential-id"].(string)
		}},
	} {
		t.Run(op.method+" "+op.path, func(t *testing.T) { op.run(t, d, known) })
	}
	t.Run("lists", func(t *testing.T) { checkLists(t, d, known) })
	t.Run("answers", func(t *testing.T) { checkAnswers(t, d, known) })
	for exception, fact := range exceptions {
		if !known[exception] {
			t.Errorf("nothing needs the exception %q (%s)", exception, fact)
		}
	}
}

// unique returns a string that no other member of the samples uses.
func (s samples) unique() string {
	count, _ := s["count"].(int)
	s["count"] = count + 1
	return "oas-" + strconv.Itoa(count)
}

// newTarget creates a client with a credential, and adds the credential's ID to known.
func newTarget(n *tenant, known samples) string {
	client := "clients/" + n.newClient("job").ClientID
	known["credential-id"] = n.call(201, "POST", client+"/credentials", `{"credential_type":"public_key","pem":`+quoted(known["pem"].(string))+`}`).body.Text("id")
	return client
}

func (op written) name() string { return strings.ToUpper(op.method) + " " + op.path }

func (op written) run(t *testing.T, d document, notes differences) {
	n := start(t)
	public := keypair.New().PublicPEM
	n.newAPI("urn:oas")
	known := samples{
		"pem": public, "audience": "urn:oas", "resource_server_identifier": "urn:oas", "kid": "sample-of-a-kid", "subject_dn": "CN=a",
		"date-time": "2033-05-13T09:33:13.000Z", "connection-profile-id": "cop_abcdefghijklmnop", "user-attribute-profile-id": "uap_abcdefghijklmnop",
		"ipv4": "10.0.0.1", "^([A-Za-z0-9+/]){86}==$": strings.Repeat("a", 86) + "==", "^([a-z0-9]){3,24}$": "account",
		"identifier": "urn:sample", "client_id": "sample",
	}
	body := d.schema(at(map[string]any(d), "paths", op.path, op.method, "requestBody", "content", "application/json", "schema"))
	status := op.answer
	if status == "" {
		status = strconv.Itoa(op.want)
	}
	answer := d.schema(at(map[string]any(d), "paths", op.path, op.method, "responses", status, "content", "application/json", "schema"))
	aim := func() string {
		if op.target == nil {
			return strings.TrimPrefix(op.path, "/")
		}
		return op.target(n, known)
	}
	send := func(target string, value map[string]any) answerTo {
		value = maps.Clone(value)
		for _, member := range op.always {
			if _, sent := value[member]; !sent && value["default_for"] == nil {
				value[member] = known[member]
			}
		}
		if value["identifier"] == "urn:sample" {
			value["identifier"] = "urn:" + known.unique()
		}
		if value["client_id"] == "sample" {
			value["client_id"] = n.newClient("job").ClientID
		}
		data, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		got, err := n.send(n.request(strings.ToUpper(op.method), "/api/v2/"+target, string(data)))
		if err != nil {
			t.Fatal(err)
		}
		return answerTo{got, string(data)}
	}
	for member, node := range body.properties() {
		target := aim()
		value := body.required(known)
		value[member] = d.schema(node).sample(member, known)
		got := send(target, value)
		if got.status != op.want {
			if !notes.excepted(op.name(), member+": accepted") {
				t.Errorf("%s is rejected: %d %s: %s", member, got.status, got.raw, got.sent)
			}
			continue
		}
		kept, isObject := got.decoded(t).(map[string]any)
		for _, wrong := range append(answer.check("", any(kept)), lost("."+member, got.asked(t)[member], kept[member])...) {
			if isObject && !notes.excepted(op.name(), "answer"+wrong) {
				t.Errorf("answer%s: %s: %s", wrong, got.sent, got.raw)
			}
		}
	}
	forbidden, target := body.broken("", known), aim()
	for _, what := range slices.Sorted(maps.Keys(forbidden)) {
		value, isObject := forbidden[what].(map[string]any)
		if !isObject || notes.excepted(op.name(), what) {
			continue
		}
		if got := send(target, value); got.status != 400 || got.body.Text("errorCode") == "" {
			t.Errorf("%s is not rejected: %d %s: %s", what, got.status, got.raw, got.sent)
		}
	}
}

// lost returns what was sent and is not in the response.
func lost(path string, sent, kept any) (wrong []string) {
	switch s := sent.(type) {
	case map[string]any:
		k, _ := kept.(map[string]any)
		for member, value := range s {
			wrong = append(wrong, lost(path+"."+member, value, k[member])...)
		}
		return wrong
	case []any:
		k, _ := kept.([]any)
		for i, value := range s {
			if i >= len(k) {
				return append(wrong, path+" has lost items")
			}
			wrong = append(wrong, lost(path+"[]", value, k[i])...)
		}
		return wrong
	}
	if !reflect.DeepEqual(sent, kept) {
		wrong = append(wrong, fmt.Sprintf("%s has become %v", path, kept))
	}
	return wrong
}

// answerTo is a response and its request.
type answerTo struct {
	answer
	sent string
}

func (a answerTo) asked(t *testing.T) map[string]any {
	t.Helper()
	asked, _ := answer{raw: a.sent}.decoded(t).(map[string]any)
	return asked
}

func (a answer) decoded(t *testing.T) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(a.raw), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// checkLists requests each list with parameters that the document forbids.
func checkLists(t *testing.T, d document, notes differences) {
	n := start(t)
	n.newAPI("urn:a")
	grant := n.newGrant(n.newClient("job").ClientID, "urn:a")
	for _, path := range []string{"/resource-servers", "/clients", "/client-grants", "/client-grants/{id}/organizations"} {
		parameters, _ := at(map[string]any(d), "paths", path, "get", "parameters").([]any)
		for _, parameter := range parameters {
			name, _ := at(parameter, "name").(string)
			schema := d.schema(at(parameter, "schema"))
			if at(parameter, "in") != "query" || schema.kind() == "array" {
				continue
			}
			for what, value := range schema.broken(name, nil) {
				text, isText := value.(string)
				if number, isNumber := value.(int); isNumber && schema.kind() != "string" {
					text, isText = strconv.Itoa(number), true
				}
				if !isText || notes.excepted("GET "+path, what) {
					continue
				}
				at := strings.Replace(strings.TrimPrefix(path, "/"), "{id}", grant, 1)
				n.call(400, "GET", at+"?"+url.Values{name: {text}}.Encode(), "")
			}
		}
	}
}

// checkAnswers reads all objects, in each form, and validates the responses.
func checkAnswers(t *testing.T, d document, notes differences) {
	n := start(t)
	public := keypair.New().PublicPEM
	known := samples{"pem": public}
	client := newTarget(n, known)
	grant := "client-grants/" + n.newGrant(strings.TrimPrefix(client, "clients/"), n.ManagementAudience())
	api := "resource-servers/" + n.newAPI("urn:a", "x")
	key := "keys/signing/" + objectOf(n.call(200, "GET", "keys/signing", "").items[0]).Text("kid")
	for _, c := range []struct{ method, asked, path, status string }{
		{"get", "resource-servers", "/resource-servers", "200"},
		{"get", "resource-servers?include_totals=true", "/resource-servers", "200"},
		{"get", api, "/resource-servers/{id}", "200"},
		{"get", "clients", "/clients", "200"},
		{"get", "clients?include_totals=true", "/clients", "200"},
		{"get", "clients?take=1", "/clients", "200"},
		{"get", client, "/clients/{id}", "200"},
		{"post", client + "/rotate-secret", "/clients/{id}/rotate-secret", "200"},
		{"get", client + "/credentials", "/clients/{client_id}/credentials", "200"},
		{"get", client + "/credentials/" + known["credential-id"].(string), "/clients/{client_id}/credentials/{credential_id}", "200"},
		{"get", "client-grants", "/client-grants", "200"},
		{"get", "client-grants?include_totals=true", "/client-grants", "200"},
		{"get", "client-grants?take=1", "/client-grants", "200"},
		{"get", grant, "/client-grants/{id}", "200"},
		{"get", grant + "/organizations", "/client-grants/{id}/organizations", "200"},
		{"get", "keys/signing", "/keys/signing", "200"},
		{"get", key, "/keys/signing/{kid}", "200"},
		{"post", "keys/signing/rotate", "/keys/signing/rotate", "201"},
	} {
		status, _ := strconv.Atoi(c.status)
		got := n.call(status, strings.ToUpper(c.method), c.asked, "")
		schema := d.schema(at(map[string]any(d), "paths", c.path, c.method, "responses", c.status, "content", "application/json", "schema"))
		if len(schema.node) == 0 {
			t.Fatalf("the document has no response for %s %s", c.method, c.path)
		}
		for _, wrong := range schema.check("", got.decoded(t)) {
			if !notes.excepted(strings.ToUpper(c.method)+" "+c.path, "answer"+wrong) {
				t.Errorf("%s: answer%s in %.500s", c.asked, wrong, got.raw)
			}
		}
	}
}
