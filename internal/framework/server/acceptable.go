package server

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// AcceptLists returns server with list resources that omit each object whose generated configuration the resource rejects. unconfigured
// serves the same provider, so that validation is not part of a plan.
func AcceptLists(server, unconfigured Server) Server { return acceptLists{server, unconfigured} }

type acceptLists struct {
	Server

	unconfigured Server
}

// acceptKey is the key of a context for a function that reports whether an object is listed.
type acceptKey struct{}

// acceptFunc reports whether the resource accepts the configuration that is generated for an object.
type acceptFunc func(ctx context.Context, object tftypes.Value) (bool, error)

// ListResource implements Server.
func (a acceptLists) ListResource(ctx context.Context, request *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	return a.Server.ListResource(context.WithValue(ctx, acceptKey{}, acceptFunc(func(ctx context.Context, object tftypes.Value) (bool, error) {
		return a.accepts(ctx, request.TypeName, object)
	})), request)
}

func (a acceptLists) accepts(ctx context.Context, typeName string, object tftypes.Value) (bool, error) {
	state, err := tfprotov6.NewDynamicValue(object.Type(), object)
	if err != nil {
		return false, err
	}
	generated, err := a.unconfigured.GenerateResourceConfig(ctx, &tfprotov6.GenerateResourceConfigRequest{TypeName: typeName, State: &state})
	if err != nil || generated.Config == nil {
		return false, err
	}
	config, err := generated.Config.Unmarshal(object.Type())
	if err != nil {
		return false, err
	}
	config, err = tftypes.Transform(config, completed)
	if err != nil {
		return false, err
	}
	for part := 0; ; part++ {
		valid, more, err := a.validates(ctx, typeName, config, part)
		if err != nil || !valid || !more {
			return valid, err
		}
	}
}

// validates validates one part of a configuration, and reports whether there is another one.
func (a acceptLists) validates(ctx context.Context, typeName string, config tftypes.Value, part int) (valid, more bool, err error) {
	config, err = tftypes.Transform(config, func(_ *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
		elements, longer, err := partOf(value, part)
		more = more || longer
		return elements, err
	})
	if err != nil {
		return false, false, err
	}
	encoded, err := tfprotov6.NewDynamicValue(config.Type(), config)
	if err != nil {
		return false, false, err
	}
	answer, err := a.unconfigured.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: &encoded, ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		return false, false, err
	}
	return !slices.ContainsFunc(answer.Diagnostics, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError }), more, nil
}

// partOf returns some elements of a long set, because the framework compares each element of a set with each other one. It returns the
// first elements of a set that has no such part, and other values as they are.
func partOf(value tftypes.Value, part int) (_ tftypes.Value, more bool, err error) {
	const size = 100
	var elements []tftypes.Value
	if !value.Type().Is(tftypes.Set{}) || value.IsNull() || !value.IsKnown() {
		return value, false, nil
	}
	if err := value.As(&elements); err != nil || len(elements) <= size {
		return value, false, err
	}
	first := part * size
	if first >= len(elements) {
		first = 0
	}
	last := min(first+size, len(elements))
	return tftypes.NewValue(value.Type(), elements[first:last]), (part+1)*size < len(elements), nil
}

// completed returns an unknown value for an attribute that the tenant never returns, which a person adds to the generated configuration.
func completed(at *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
	if name, ok := at.LastStep().(tftypes.AttributeName); ok && value.IsNull() && slices.Contains(neverRead, string(name)) {
		return tftypes.NewValue(value.Type(), tftypes.UnknownValue), nil
	}
	return value, nil
}

// accepted reports whether an object is listed.
func accepted(ctx context.Context, object tftypes.Value) (bool, error) {
	accepts, ok := ctx.Value(acceptKey{}).(acceptFunc)
	if !ok {
		return true, nil
	}
	return accepts(ctx, object)
}
