package validate

import (
	"context"
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

// Seconds validates a whole number of seconds from lowest to highest. whenOmitted names what an omitted attribute means.
func Seconds(lowest, highest int64, whenOmitted string) validator.Int64 {
	rule := described{fmt.Sprintf("%d to %d seconds", lowest, highest)}
	return whole{described: rule, lowest: lowest, highest: highest, unit: " seconds", verb: "are", whenOmitted: whenOmitted}
}

// Count validates a whole number from lowest to highest. whenOmitted names what an omitted attribute means.
func Count(lowest, highest int64, whenOmitted string) validator.Int64 {
	rule := described{fmt.Sprintf("%d to %d", lowest, highest)}
	return whole{described: rule, lowest: lowest, highest: highest, verb: "is", whenOmitted: whenOmitted}
}

type whole struct {
	described

	lowest, highest int64
	unit            string // with a space before it; can be empty
	verb            string
	whenOmitted     string
}

// ValidateInt64 implements validator.Int64. Null and unknown values are valid.
func (v whole) ValidateInt64(_ context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if value := req.ConfigValue.ValueInt64(); value < v.lowest || value > v.highest {
		v.reject(&resp.Diagnostics, req.Path, new(big.Float).SetInt64(value))
	}
}

func (v whole) reject(diags *diag.Diagnostics, at path.Path, value *big.Float) {
	diagnose.Reject(diags, at, "Invalid "+name(at), "%s%s %s not allowed: write a whole number from %d to %d, or omit the attribute for %s.",
		written(value), v.unit, v.verb, v.lowest, v.highest, v.whenOmitted)
}

// Share validates a number from lowest to 1. whenOmitted names what an omitted attribute means.
func Share(lowest float64, whenOmitted string) validator.Float64 {
	return share{described{fmt.Sprintf("%g to 1", lowest)}, lowest, whenOmitted}
}

type share struct {
	described

	lowest      float64
	whenOmitted string
}

// ValidateFloat64 implements validator.Float64. Null and unknown values are valid.
func (v share) ValidateFloat64(_ context.Context, req validator.Float64Request, resp *validator.Float64Response) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if value := req.ConfigValue.ValueFloat64(); value < v.lowest || value > 1 {
		v.reject(&resp.Diagnostics, req.Path, big.NewFloat(value))
	}
}

func (v share) reject(diags *diag.Diagnostics, at path.Path, value *big.Float) {
	diagnose.Reject(diags, at, "Invalid "+name(at), "%s is not allowed: write a number from %g to 1, or omit the attribute for %s.", written(value), v.lowest, v.whenOmitted)
}

// Unconvertible adds the error of a number that its attribute cannot contain, such as a fraction for a whole number, with the rule of the
// first validator of the attribute. It adds none if the attribute has no validator of this package.
func Unconvertible(diags *diag.Diagnostics, at path.Path, value *big.Float, attribute any) {
	type rule interface {
		reject(diags *diag.Diagnostics, at path.Path, value *big.Float)
	}
	var rules []any
	switch of := attribute.(type) {
	case interface{ Int64Validators() []validator.Int64 }:
		for _, v := range of.Int64Validators() {
			rules = append(rules, v)
		}
	case interface{ Float64Validators() []validator.Float64 }:
		for _, v := range of.Float64Validators() {
			rules = append(rules, v)
		}
	}
	for _, v := range rules {
		if broken, ok := v.(rule); ok {
			broken.reject(diags, at, value)
			return
		}
	}
}

// written returns a number as a person would write it. A result of a division has more digits than that.
func written(value *big.Float) string {
	const few, integer, many = 10, 20, 40
	if value.IsInt() {
		return value.Text('g', integer)
	}
	short := value.Text('g', few)
	if shown, ok := new(big.Float).SetString(short); ok && shown.IsInt() {
		return value.Text('g', many)
	}
	return short
}
