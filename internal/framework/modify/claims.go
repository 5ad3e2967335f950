package modify

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// precision is the precision of numbers in bits, which is that of Terraform.
const precision = 512

// maxExponent limits the exponents of numbers in bits, because the digits of 1e999999999 would fill the memory.
const maxExponent = 4096

var (
	errEncrypted = errors.New("the token is encrypted (five parts): only the API that it is for can read its claims")
	errParts     = errors.New("it is not a signed token, which has three parts with dots between them. " +
		"A token that was requested without an audience is not one")
	errBase64 = errors.New("it is not a signed token: its middle part is not base64url")
	errJSON   = errors.New("it is not a signed token: its middle part is not a JSON object of claims")
)

// Claims returns the claims of a signed token as a Terraform object. No error contains the token. The claims of an encrypted
// token cannot be read.
func Claims(ctx context.Context, token string) (attr.Value, error) {
	switch parts := strings.Split(token, "."); len(parts) {
	case 3:
		return decodeClaims(ctx, parts[1])
	case 5:
		return nil, errEncrypted
	}
	return nil, errParts
}

func decodeClaims(ctx context.Context, part string) (attr.Value, error) {
	text, err := base64.RawURLEncoding.Strict().DecodeString(part)
	if err != nil || strings.ContainsAny(part, "\r\n") { // the decoder skips them
		return nil, errBase64
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var named map[string]any
	if err := decoder.Decode(&named); err != nil || named == nil {
		return nil, errJSON
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errJSON
	}
	return value(ctx, named)
}

// value returns a JSON value in Terraform's types. An array is a tuple, because its elements can have different types.
func value(ctx context.Context, from any) (attr.Value, error) {
	switch from := from.(type) {
	case nil:
		return types.DynamicNull(), nil
	case bool:
		return types.BoolValue(from), nil
	case string:
		return types.StringValue(from), nil
	case json.Number:
		return number(from)
	case []any:
		return tuple(ctx, from)
	case map[string]any:
		return structure(ctx, from)
	}
	return nil, fmt.Errorf("a claim has a type that JSON does not have: %T", from)
}

func number(from json.Number) (attr.Value, error) {
	parsed, _, err := big.ParseFloat(from.String(), 10, precision, big.ToNearestEven)
	if err != nil || parsed.IsInf() || parsed.MantExp(nil) > maxExponent || parsed.MantExp(nil) < -maxExponent {
		return nil, errors.New("a claim is a number that is too large or too small")
	}
	return types.NumberValue(parsed), nil
}

func tuple(ctx context.Context, from []any) (attr.Value, error) {
	kinds, elements := make([]attr.Type, 0, len(from)), make([]attr.Value, 0, len(from))
	for _, item := range from {
		element, err := value(ctx, item)
		if err != nil {
			return nil, err
		}
		kinds, elements = append(kinds, element.Type(ctx)), append(elements, element)
	}
	return types.TupleValueMust(kinds, elements), nil
}

func structure(ctx context.Context, from map[string]any) (attr.Value, error) {
	kinds, attributes := make(map[string]attr.Type, len(from)), make(map[string]attr.Value, len(from))
	for name, item := range from {
		attribute, err := value(ctx, item)
		if err != nil {
			return nil, err
		}
		kinds[name], attributes[name] = attribute.Type(ctx), attribute
	}
	return types.ObjectValueMust(kinds, attributes), nil
}
