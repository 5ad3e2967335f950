package core

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// schema has an attribute of each kind, also in an object and in a map of objects.
func schema() *tfprotov6.Schema {
	simple := func() []*tfprotov6.SchemaAttribute {
		return []*tfprotov6.SchemaAttribute{
			{Name: "set", Type: tftypes.String, Optional: true},
			{Name: "computed", Type: tftypes.String, Optional: true, Computed: true},
			{Name: "secret", Type: tftypes.String, Optional: true, WriteOnly: true},
		}
	}
	nested := func(name string, nesting tfprotov6.SchemaObjectNestingMode) *tfprotov6.SchemaAttribute {
		return &tfprotov6.SchemaAttribute{Name: name, Optional: true, NestedType: &tfprotov6.SchemaObject{Nesting: nesting, Attributes: simple()}}
	}
	return &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{Attributes: append(simple(),
		nested("object", tfprotov6.SchemaObjectNestingModeSingle), nested("map", tfprotov6.SchemaObjectNestingModeMap))}}
}

// values are attributes: strings, "?" for an unknown one, and values of an object or of the elements of a map.
type values map[string]any

func (v values) of(kind tftypes.Type) tftypes.Value {
	if v == nil {
		return tftypes.NewValue(kind, nil)
	}
	members := map[string]tftypes.Value{}
	add := func(name string, kind tftypes.Type, value any) {
		switch value := value.(type) {
		case values:
			members[name] = value.of(kind)
		case string:
			if members[name] = tftypes.NewValue(kind, value); value == "?" {
				members[name] = tftypes.NewValue(kind, tftypes.UnknownValue)
			}
		default:
			members[name] = tftypes.NewValue(kind, nil)
		}
	}
	switch kind := kind.(type) {
	case tftypes.Object:
		for name, of := range kind.AttributeTypes {
			add(name, of, v[name])
		}
	case tftypes.Map:
		for name, value := range v {
			add(name, kind.ElementType, value)
		}
	}
	return tftypes.NewValue(kind, members)
}

// TestPropose expects the proposals of Terraform core.
func TestPropose(t *testing.T) {
	schema := schema()
	kind := schema.ValueType()
	for name, c := range map[string]struct{ prior, config, want values }{
		"new":               {nil, values{"set": "a"}, values{"set": "a"}},
		"computed stays":    {values{"set": "a", "computed": "b"}, values{"set": "c"}, values{"set": "c", "computed": "b"}},
		"removed":           {values{"set": "a"}, values{}, values{}},
		"write-only":        {nil, values{"secret": "s"}, values{}},
		"object":            {values{"object": values{"set": "a", "computed": "b"}}, values{"object": values{"secret": "s"}}, values{"object": values{"computed": "b"}}},
		"object is removed": {values{"object": values{"computed": "b"}}, values{}, values{}},
		"map": {
			values{"map": values{"x": values{"computed": "b"}, "y": values{"computed": "c"}}},
			values{"map": values{"x": values{"set": "a"}, "z": values{}}},
			values{"map": values{"x": values{"set": "a", "computed": "b"}, "z": values{}}},
		},
	} {
		if got, want := propose(schema.Block.Attributes, c.prior.of(kind), c.config.of(kind)), c.want.of(kind); !got.Equal(want) {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// TestInvalid expects the attributes for which Terraform reports a bug of the provider.
func TestInvalid(t *testing.T) {
	schema := schema()
	kind := schema.ValueType()
	for name, c := range map[string]struct {
		prior, config, planned values
		want                   []string
	}{
		"as configured":            {nil, values{"set": "a", "secret": "s"}, values{"set": "a", "computed": "?"}, nil},
		"unknown":                  {nil, values{"set": "?"}, values{"set": "a"}, nil},
		"as before":                {values{"set": "A"}, values{"set": "a"}, values{"set": "A"}, nil},
		"another value":            {nil, values{"set": "a"}, values{"set": "b"}, []string{"set"}},
		"not computed":             {nil, values{}, values{"set": "b"}, []string{"set"}},
		"computed, but configured": {nil, values{"computed": "a"}, values{"computed": "?"}, []string{"computed"}},
		"write-only":               {nil, values{"secret": "s"}, values{"secret": "s"}, []string{"secret"}},
		"in an object":             {nil, values{"object": values{"set": "a"}}, values{"object": values{"set": "b"}}, []string{"object.set"}},
		"in a map":                 {nil, values{"map": values{"x": values{"secret": "s"}}}, values{"map": values{"x": values{"secret": "s"}}}, []string{`map["x"].secret`}},
	} {
		var got []string
		for _, line := range invalid(schema.Block.Attributes, "", c.prior.of(kind), c.config.of(kind), c.planned.of(kind)) {
			got = append(got, strings.Fields(line)[0])
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestDifference expects the attributes whose known values an apply does not keep.
func TestDifference(t *testing.T) {
	kind := schema().ValueType()
	for name, c := range map[string]struct {
		earlier, later values
		want           []string
	}{
		"unknown becomes known": {values{"set": "?"}, values{"set": "a"}, nil},
		"known becomes unknown": {values{"set": "a"}, values{"set": "?"}, []string{"set"}},
		"another value":         {values{"set": "a"}, values{"set": "b"}, []string{"set"}},
		"element":               {values{"map": values{"x": values{"set": "?"}}}, values{"map": values{}}, []string{"map"}},
		"more elements":         {values{"map": values{"x": values{"set": "?"}}}, values{"map": values{"x": values{}, "y": values{}}}, []string{"map"}},
	} {
		var got []string
		for _, line := range Difference(c.earlier.of(kind), c.later.of(kind)) {
			name, _, _ := strings.Cut(line, ":")
			got = append(got, name)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
