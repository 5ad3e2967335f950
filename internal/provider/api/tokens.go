package api

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var (
	consentPolicies   = []string{"transactional-authorization-with-mfa"}
	mechanisms        = []string{"dpop", "mtls"}
	proofClients      = []string{"public_clients", "all_clients"}
	encryptionFormats = []string{"compact-nested-jwe"}
)

// maxEncryptionKeyBytes limits the size of the PEM text of a key (RS001).
const maxEncryptionKeyBytes = 4096

var (
	encryptionKeyTypes = map[string]attr.Type{
		"name": types.StringType, "algorithm": types.StringType, "kid": types.StringType, "pem": types.StringType,
	}
	encryptionTypes = map[string]attr.Type{"format": types.StringType, "encryption_key": types.ObjectType{AttrTypes: encryptionKeyTypes}}
)

// textIn returns a member of an object; empty if it is null, unknown or missing.
func textIn(object types.Object, name string) string {
	value, _ := object.Attributes()[name].(types.String)
	return value.ValueString()
}

func encryption(from types.Object) tenant.TokenEncryption {
	key, _ := from.Attributes()["encryption_key"].(types.Object)
	return tenant.TokenEncryption{
		Format: textIn(from, "format"), KeyName: textIn(key, "name"), Algorithm: textIn(key, "algorithm"), KeyID: textIn(key, "kid"), PEM: textIn(key, "pem"),
	}
}

// newEncryption returns the value of token_encryption. It copies the PEM text of the key from prior if name, algorithm and ID of the
// key are the same.
func newEncryption(from tenant.TokenEncryption, prior types.Object) types.Object {
	if from == (tenant.TokenEncryption{}) {
		return types.ObjectNull(encryptionTypes)
	}
	text := types.StringNull()
	if before := encryption(prior); before.Same(from) {
		text = modify.Text(before.PEM)
	}
	return types.ObjectValueMust(encryptionTypes, map[string]attr.Value{
		"format": types.StringValue(from.Format),
		"encryption_key": types.ObjectValueMust(encryptionKeyTypes, map[string]attr.Value{
			"name": modify.Text(from.KeyName), "algorithm": types.StringValue(from.Algorithm), "kid": modify.Text(from.KeyID), "pem": text,
		}),
	})
}

// guardAttributes returns the attributes that restrict access beyond scopes and lifetimes. Each depends on the tenant's
// subscription plan.
func guardAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"allow_online_access":                         modify.Flag("Whether Auth0 issues refresh tokens for the API that end with the session of the user."),
		"allow_online_access_with_ephemeral_sessions": modify.Flag("Whether online access is also allowed for ephemeral sessions."),
		"consent_policy": modify.Optional("How users consent to a transaction: "+validate.Choices(consentPolicies)+". If omitted, no such consent is requested.",
			validate.OneOf(consentPolicies...)),
		"authorization_details_types": modify.OptionalSet("Types of authorization details ([RFC 9396](https://www.rfc-editor.org/rfc/rfc9396)) that requests can contain. At least one, each of 1 to 255 characters. If omitted, none.",
			validate.DetailsTypes()),
		"authorization_policy_id": modify.Optional("ID of the authorization policy that decides on tokens for the API. 1 to 1024 characters. If omitted, none.",
			validate.Length(1, 1024)),
		"proof_of_possession": schema.SingleNestedAttribute{
			Optional:            true,
			Computed:            true,
			Default:             modify.NullObject(modify.ObjectTypes[tenant.ProofOfPossession]()),
			MarkdownDescription: "[Sender-constrained tokens](https://auth0.com/docs/secure/sender-constraining) (DPoP or mTLS), which are valid only together with a key of the client. If omitted, everyone who has a token can use it.",
			Attributes: map[string]schema.Attribute{
				"mechanism": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "What tokens are bound to: `dpop` (a key of the client) or `mtls` (its certificate).",
					Validators:          []validator.String{validate.OneOf(mechanisms...)},
				},
				"required": schema.BoolAttribute{
					Optional:            true,
					Computed:            true,
					Default:             booldefault.StaticBool(true),
					MarkdownDescription: "Whether every token must be bound. Otherwise only the tokens of clients that request it are bound. Defaults to `true`.",
				},
				"required_for": modify.Optional("Clients that need bound tokens: "+validate.Choices(proofClients)+". If omitted, Auth0 decides.",
					validate.OneOf(proofClients...)),
			},
		},
		"token_encryption": encryptionAttribute(),
	}
}

func encryptionAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		Computed:            true,
		Default:             modify.NullObject(encryptionTypes),
		MarkdownDescription: "[Encryption of access tokens](https://auth0.com/docs/secure/tokens/access-tokens/json-web-encryption) (JWE). If omitted, tokens are signed but not encrypted.",
		Attributes: map[string]schema.Attribute{
			"format": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				Default:             stringdefault.StaticString(encryptionFormats[0]),
				MarkdownDescription: "Format of encrypted tokens: " + validate.Choices(encryptionFormats) + ". This is the only format, and the default.",
				Validators:          []validator.String{validate.OneOf(encryptionFormats...)},
			},
			"encryption_key": schema.SingleNestedAttribute{
				Required:            true,
				MarkdownDescription: "Public key with which Auth0 encrypts tokens. The API has the private key.",
				Attributes: map[string]schema.Attribute{
					"pem": schema.StringAttribute{
						Required: true,
						MarkdownDescription: "Public RSA key of 2048 bits or more in PEM, at most 4096 bytes. A private key is rejected. Auth0 never returns the key: another key " +
							"of the same name, algorithm and `kid` is not detected, and the first plan after an import sends the key.",
						Validators: []validator.String{validate.PublicKey(maxEncryptionKeyBytes)},
					},
					"algorithm": modify.Choice("Encryption algorithm", "", "RSA-OAEP-256", "RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512"),
					"name":      modify.Optional("Name of the key. 1 to 128 characters.", validate.Length(1, 128)),
					"kid":       modify.Optional("ID of the key in the header of tokens. 1 to 128 characters. If omitted, tokens contain none.", validate.Length(1, 128)),
				},
			},
		},
	}
}
