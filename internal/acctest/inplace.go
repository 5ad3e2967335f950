package acctest

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
)

// Change is a value of an attribute that changes in place.
type Change struct {
	value           any
	check, restored knownvalue.Check // with the value, and after its removal
	sends           string           // the fields that both send; the name of the attribute if empty
	partial         bool             // whether Auth0 returns only a part of the value, so that an import differs
}

// ChangeTo returns a change to a value. The check restored is that of the default.
func ChangeTo(value any, check, restored knownvalue.Check, sends ...string) Change {
	return Change{value: value, check: check, restored: restored, sends: strings.Join(sends, " ")}
}

// WithoutImport returns the change of a value of which Auth0 returns only a part. It is not imported.
func (a Change) WithoutImport() Change {
	a.partial = true
	return a
}

// ChangeToText returns a change to a text.
func ChangeToText(text string, restored knownvalue.Check, sends ...string) Change {
	return ChangeTo(text, knownvalue.StringExact(text), restored, sends...)
}

// ChangeToTrue returns a change from false to true.
func ChangeToTrue() Change { return ChangeTo(true, knownvalue.Bool(true), knownvalue.Bool(false)) }

// ChangesInPlace returns steps that set each attribute, import the object, and remove the attribute. Each change updates the same
// object with one request, which contains only the attribute, and a removal restores the default.
func (n *Tenant) ChangesInPlace(address, route string, config func(more ...any) map[string]any, attributes map[string]Change) []Step {
	same := Same(address, "id")
	steps := []Step{{Config: config()}}
	for name, a := range attributes {
		sends := a.sends
		if sends == "" {
			sends = name
		}
		change := n.ExpectWrites("PATCH " + route + "/{id} " + sends)
		steps = append(steps, Step{Config: config(name, a.value), Action: Update, Checks: Checks{same(), Value(address, a.check, name), change}})
		if !a.partial {
			steps = append(steps, Step{Config: config(name, a.value), ImportBy: []string{"id"}})
		}
		steps = append(steps, Step{Config: config(), Action: Update, Checks: Checks{same(), Value(address, a.restored, name), change}})
	}
	return steps
}
