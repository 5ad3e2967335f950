package modify

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
)

// Flag returns an optional boolean that defaults to false. The first sentence of a description states what the attribute is.
func Flag(description string) schema.BoolAttribute {
	return schema.BoolAttribute{
		Optional: true, Computed: true, Default: booldefault.StaticBool(false), MarkdownDescription: description + " Defaults to `false`.",
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
