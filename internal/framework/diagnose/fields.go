package diagnose

import (
	"maps"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// Fields returns a function for the paths of the attributes of a resource, and of those nested in them, by Auth0's names of what
// they are about. These are the names of the attributes, unless renamed maps a name of Auth0 to an attribute.
func Fields(of func() schema.Schema, renamed map[string]string) func() map[string]path.Path {
	return sync.OnceValue(func() map[string]path.Path {
		fields := map[string]path.Path{}
		for name, attribute := range of().Attributes {
			addFields(fields, name, path.Root(name), attribute)
		}
		named := maps.Clone(fields)
		for name, attribute := range renamed {
			for nested, at := range named {
				if rest, ok := strings.CutPrefix(nested+".", attribute+"."); ok {
					fields[strings.TrimSuffix(name+"."+rest, ".")] = at
				}
			}
		}
		return fields
	})
}

func addFields(fields map[string]path.Path, name string, at path.Path, attribute schema.Attribute) {
	fields[name] = at
	if object, ok := attribute.(schema.SingleNestedAttribute); ok {
		for inner, nested := range object.Attributes {
			addFields(fields, name+"."+inner, at.AtName(inner), nested)
		}
	}
}
