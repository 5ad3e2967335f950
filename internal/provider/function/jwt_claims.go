// Package function contains the provider functions, which send no requests.
package function

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
)

// JWTClaims is the function jwt_claims.
type JWTClaims struct{}

var _ function.Function = JWTClaims{}

// NewJWTClaims returns the function.
func NewJWTClaims() function.Function { return JWTClaims{} }

// Metadata implements function.Function.
func (JWTClaims) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "jwt_claims"
}

// Definition implements function.Function.
func (JWTClaims) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Claims of a signed token.",
		MarkdownDescription: "Decodes the claims of a signed token ([JWT](https://auth0.com/docs/secure/tokens/json-web-tokens)), for outputs, checks and tests. Nothing is verified: neither the signature nor the issuer " +
			"nor the expiry, and no request is sent. The result is an object with the names of the token's claims, such as `aud`, `exp` and " +
			"`scope`, and is as sensitive or ephemeral as the token. Requires Terraform 1.8.",
		Parameters: []function.Parameter{function.StringParameter{
			Name:                "token",
			MarkdownDescription: "The token: three parts separated by dots. Only its API can read an encrypted token (five parts).",
		}},
		Return: function.DynamicReturn{},
	}
}

// Run decodes the token. No error contains it.
func (JWTClaims) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var token string
	if resp.Error = req.Arguments.Get(ctx, &token); resp.Error != nil {
		return
	}
	decoded, err := modify.Claims(ctx, token)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, types.DynamicValue(decoded))
}
