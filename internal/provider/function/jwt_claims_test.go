package function_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	tf "github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider/function"
)

func run(t *testing.T, token string) (attr.Value, *tf.FuncError) {
	t.Helper()
	resp := tf.RunResponse{Result: tf.NewResultData(types.DynamicUnknown())}
	function.NewJWTClaims().Run(context.Background(), tf.RunRequest{
		Arguments: tf.NewArgumentsData([]attr.Value{types.StringValue(token)}),
	}, &resp)
	if resp.Error != nil {
		return nil, resp.Error
	}
	dynamic, ok := resp.Result.Value().(types.Dynamic)
	if !ok {
		t.Fatalf("the result is a %T", resp.Result.Value())
	}
	return dynamic.UnderlyingValue(), nil
}

func token(claims string) string {
	return "eyJhbGciOiJub25lIn0." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".c2ln"
}

func TestJWTClaims(t *testing.T) {
	got, err := run(t, token(`{"aud":["a","b"],"exp":1732464000,"scope":"batch:upload","https://x/ok":true,"none":null,"deep":{"list":[1,"x",{}]},"big":12345678901234567890}`))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"aud": []any{"a", "b"}, "exp": "1732464000", "scope": "batch:upload", "https://x/ok": true, "none": nil,
		"deep": map[string]any{"list": []any{"1", "x", map[string]any{}}}, "big": "12345678901234567890",
	}
	if got := plain(t, got); !reflect.DeepEqual(got, want) {
		t.Errorf("the claims are %v, want %v", got, want)
	}
}

func TestJWTClaims_mistakes(t *testing.T) {
	for name, c := range map[string]struct{ token, want string }{
		"empty":          {"", "three parts"},
		"opaque":         {"Xp2sOpaqueCanary", "three parts"},
		"four parts":     {"e30.e30.e30.e30", "three parts"},
		"encrypted":      {"e30.a.b.c.d", "encrypted"},
		"no base64":      {"e30.%%canary%%.x", "not base64url"},
		"padded":         {"e30.e30=.x", "not base64url"},
		"broken lines":   {"e30.e3\n0.x", "not base64url"},
		"no JSON":        {token("canary"), "not a JSON object"},
		"a list":         {token(`["canary"]`), "not a JSON object"},
		"null":           {token(`null`), "not a JSON object"},
		"two objects":    {token(`{}{"canary":1}`), "not a JSON object"},
		"a giant number": {token(`{"n":1e99999999}`), "too large or too small"},
		"a tiny number":  {token(`{"n":1e-99999999}`), "too large or too small"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := run(t, c.token)
			if err == nil || !strings.Contains(err.Text, c.want) {
				t.Fatalf("the error is %v, want %q in it", err, c.want)
			}
			if err.FunctionArgument == nil || *err.FunctionArgument != 0 {
				t.Error("the error does not name the argument")
			}
			if c.token != "" && strings.Contains(err.Text, c.token) || strings.Contains(err.Text, "anary") {
				t.Errorf("the error shows the token: %s", err.Text)
			}
		})
	}
}

// FuzzJWTClaims expects that a JSON object is decoded to the same object, and that everything else is rejected.
func FuzzJWTClaims(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":[null,1.5,{"b":"é"}]}`, `[]`, `{"a":1e400}`, `{"a":1,"a":2}`, "{\"\xff\":0}", `nul`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, rejected := run(t, token(text))
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		var want map[string]any
		valid := json.Valid([]byte(text)) && decoder.Decode(&want) == nil && want != nil
		if rejected != nil {
			if valid && !strings.Contains(rejected.Text, "too large or too small") {
				t.Fatalf("a valid token is rejected: %v", rejected)
			}
			return
		}
		if !valid {
			t.Fatalf("%q is not a JSON object, and it was decoded", text)
		}
		if decoded := plain(t, got); !reflect.DeepEqual(decoded, plainJSON(want)) {
			t.Errorf("%v was decoded to %v", want, decoded)
		}
	})
}

// plain returns a Terraform value as encoding/json decodes it, with numbers as decimal digits.
func plain(t *testing.T, value attr.Value) any {
	t.Helper()
	switch value := value.(type) {
	case types.String:
		return value.ValueString()
	case types.Bool:
		return value.ValueBool()
	case types.Number:
		return digits(value.ValueBigFloat())
	case types.Dynamic:
		return nil
	case types.Tuple:
		list := []any{}
		for _, element := range value.Elements() {
			list = append(list, plain(t, element))
		}
		return list
	case types.Object:
		object := map[string]any{}
		for name, attribute := range value.Attributes() {
			object[name] = plain(t, attribute)
		}
		return object
	}
	t.Fatalf("a value of type %T", value)
	return nil
}

func plainJSON(value any) any {
	switch value := value.(type) {
	case json.Number:
		parsed, _, _ := big.ParseFloat(value.String(), 10, 512, big.ToNearestEven)
		return digits(parsed)
	case []any:
		list := []any{}
		for _, element := range value {
			list = append(list, plainJSON(element))
		}
		return list
	case map[string]any:
		object := map[string]any{}
		for name, attribute := range value {
			object[name] = plainJSON(attribute)
		}
		return object
	}
	return value
}

func digits(number *big.Float) string { return number.Text('g', 150) }

// TestAccJWTClaims_known decodes a token of the tenant, and a token with every type of JSON value.
func TestAccJWTClaims_known(t *testing.T) {
	acctest.EmulatorOnly(t, "issues a token")
	n := acctest.New(t)
	n.Run(t, resource.TestStep{
		Config: fmt.Sprintf(`
output "issuer" { value = provider::timesheets::jwt_claims(%[1]q).iss }
output "scopes" { value = split(" ", provider::timesheets::jwt_claims(%[1]q).scope) }
output "all" { value = provider::timesheets::jwt_claims(%[2]q) }`,
			n.Server.Token("read:clients", "read:client_grants"),
			token(`{"aud":["a",2],"exp":1732464000,"https://x/ok":true,"none":null}`)),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("issuer", knownvalue.StringExact(n.Server.Issuer())),
			statecheck.ExpectKnownOutputValue("scopes", knownvalue.ListExact([]knownvalue.Check{
				knownvalue.StringExact("read:clients"), knownvalue.StringExact("read:client_grants"),
			})),
			statecheck.ExpectKnownOutputValue("all", knownvalue.ObjectExact(map[string]knownvalue.Check{
				"aud": knownvalue.TupleExact([]knownvalue.Check{knownvalue.StringExact("a"), knownvalue.Int64Exact(2)}),
				"exp": knownvalue.Int64Exact(1732464000), "https://x/ok": knownvalue.Bool(true), "none": knownvalue.Null(),
			})),
		},
	})
}

// TestAccJWTClaims_unknown decodes a token that is known only after the apply.
func TestAccJWTClaims_unknown(t *testing.T) {
	n := acctest.New(t)
	n.Run(t, resource.TestStep{
		Config: fmt.Sprintf("resource \"terraform_data\" \"token\" {\n input = %q\n}\noutput \"aud\" {\n value = provider::timesheets::jwt_claims(terraform_data.token.output).aud\n}",
			token(`{"aud":"https://api.example"}`)),
		ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectUnknownOutputValue("aud")}},
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("aud", knownvalue.StringExact("https://api.example"))},
	})
}

func TestAccJWTClaims_mistakes(t *testing.T) {
	n := acctest.New(t)
	mistake := func(argument string, phrases ...string) resource.TestStep {
		return resource.TestStep{
			Config:      "output \"x\" {\n value = provider::timesheets::jwt_claims(" + argument + ")\n}",
			ExpectError: acctest.Words(append([]string{`Invalid value for "token" parameter`}, phrases...)...),
		}
	}
	n.Run(t,
		mistake("null", "must not be null"),
		mistake(`"opaque"`, "it is not a signed token"),
		mistake(`"e30.a.b.c.d"`, "encrypted (five parts)"),
	)
}
