package modify

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
)

// Flag returns an optional boolean that defaults to false. The first sentence of a description states what the attribute is.
func Flag(description string) schema.BoolAttribute {
	return schema.BoolAttribute{
		Optional: true, Computed: true, Default: booldefault.StaticBool(false), MarkdownDescription: description + " Defaults to `false`.",
	}
}

// ID returns a string that Auth0 chooses when it creates the object.
func ID(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Computed: true, MarkdownDescription: description, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

// SystemFlag returns a boolean that Auth0 sets when it creates the object.
func SystemFlag(description string) schema.BoolAttribute {
	return schema.BoolAttribute{
		Computed: true, MarkdownDescription: description, PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
	}
}

// Required returns a required string that can be changed in place.
func Required(description string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{Required: true, MarkdownDescription: description, Validators: validators}
}

// Key returns a required string whose change replaces the object.
func Key(description string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		Required: true, MarkdownDescription: description, Validators: validators, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
	}
}

// Optional returns an optional string, which is null if it is omitted.
func Optional(description string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Computed: true, Default: NullString(), MarkdownDescription: description, Validators: validators,
	}
}

// OptionalSet returns an optional set of strings, which is null if it is omitted.
func OptionalSet(description string, validators ...validator.Set) schema.SetAttribute {
	return schema.SetAttribute{
		Optional: true, Computed: true, Default: NullSet(types.StringType), ElementType: types.StringType, MarkdownDescription: description, Validators: validators,
	}
}

// Secret returns an optional secret, which is never stored.
func Secret(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Sensitive: true, WriteOnly: true, MarkdownDescription: description, Validators: []validator.String{validate.Secret(16)},
	}
}

// Choice returns an optional string that is one of choices. The description is subject with the choices, then more.
func Choice(subject, more, byDefault string, choices ...string) schema.StringAttribute {
	if more != "" {
		more += " "
	}
	return schema.StringAttribute{
		Optional: true, Computed: true, Default: stringdefault.StaticString(byDefault), Validators: []validator.String{validate.OneOf(choices...)},
		MarkdownDescription: subject + ": " + validate.Choices(choices) + ". " + more + "Defaults to `" + byDefault + "`.",
	}
}

// Limit returns an optional number of 1 to 2147483647, without which there is no limit.
func Limit(subject, more string) schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional: true, Computed: true, Default: NullInt64(), Validators: []validator.Int64{validate.Count(1, 2147483647, "no such limit")},
		MarkdownDescription: subject + " 1 to 2147483647. " + more,
	}
}
