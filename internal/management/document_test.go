package management

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// someDocument generates objects of few members, so that two of them share some.
func someDocument() *rapid.Generator[document] {
	value := rapid.OneOf(
		rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Map(rapid.IntRange(0, 2), func(n int) any { return float64(n) }),
		rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]any{"a", "b", map[string]any{"value": "c"}}), 0, 3), func(list []any) any { return list }),
		rapid.Map(rapid.MapOf(rapid.SampledFrom([]string{"x", "y"}), rapid.Bool()), func(object map[string]bool) any {
			members := map[string]any{}
			for name, on := range object {
				members[name] = on
			}
			return members
		}),
	)
	merged := rapid.Map(rapid.MapOf(rapid.SampledFrom([]string{"k", "l"}), rapid.SampledFrom([]any{"1", "2"})), func(members map[string]any) document { return members })
	return rapid.Custom(func(t *rapid.T) document {
		drawn := document(rapid.MapOf(rapid.SampledFrom([]string{"a", "b", "c"}), value).Draw(t, "members"))
		drawn["merged"] = merged.Draw(t, "merged")
		return drawn
	})
}

// patched is what Auth0 stores after an update of prior.
func patched(prior, changed document) document {
	result := maps.Clone(prior)
	for name, value := range changed {
		switch inner, merges := value.(document); {
		case value == nil:
			delete(result, name)
		case merges:
			before, _ := prior[name].(document)
			result[name] = patched(before, inner)
		default:
			result[name] = value
		}
	}
	return result
}

// reversed returns the document with the lists in another order.
func reversed(from document) document {
	result := maps.Clone(from)
	for name, value := range from {
		if list, ok := value.([]any); ok {
			list = slices.Clone(list)
			slices.Reverse(list)
			result[name] = list
		}
	}
	return result
}

func TestChangesTurnPriorIntoPlanned(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		prior, planned := someDocument().Draw(t, "prior"), someDocument().Draw(t, "planned")
		changed := changes(prior, planned)
		result := patched(prior, changed)
		if rest := changes(result, planned); len(rest) > 0 {
			t.Fatalf("%v sent for %v leaves %v", changed, planned, rest)
		}
		if left := unapplied(changed, result); len(left) > 0 {
			t.Fatalf("%v is unapplied in %v", left, result)
		}
		if left := unapplied(changed, prior); !slices.Equal(left, changed.names()) {
			t.Fatalf("of %v only %v is unapplied in what was there before, %v", changed, left, prior)
		}
		if none := changes(planned, reversed(planned)); len(none) > 0 {
			t.Fatalf("another order is a change: %v", none)
		}
	})
}

func TestChanges(t *testing.T) {
	for name, c := range map[string]struct{ prior, planned, want document }{
		"nothing":              {document{"a": 1.0}, document{"a": 1.0}, document{}},
		"false is a value":     {document{"a": true}, document{"a": false}, document{"a": false}},
		"a member less":        {document{"a": 1.0}, document{}, document{"a": nil}},
		"empty is not absent":  {document{}, document{"a": []any{}}, document{"a": []any{}}},
		"a list has no order":  {document{"a": []any{"x", "y"}}, document{"a": []any{"y", "x"}}, document{}},
		"a shorter list":       {document{"a": []any{"x", "y"}}, document{"a": []any{"y"}}, document{"a": []any{"y"}}},
		"an object is whole":   {document{"a": map[string]any{"x": 1.0, "y": 1.0}}, document{"a": map[string]any{"x": 2.0, "y": 1.0}}, document{"a": map[string]any{"x": 2.0, "y": 1.0}}},
		"a document is merged": {document{"a": document{"x": "1", "y": "1"}}, document{"a": document{"x": "2", "z": "1"}}, document{"a": document{"x": "2", "y": nil, "z": "1"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, changes(c.prior, c.planned)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUnapplied(t *testing.T) {
	got := document{"same": 1.0, "other": 2.0, "list": []any{"a"}, "null": true, "merged": document{"k": "1", "foreign": "2"}}
	for want, sent := range map[string]document{
		"[]":       {"same": 1.0, "list": []any{"a"}, "absent": nil, "merged": document{"k": "1", "l": nil}},
		"[other]":  {"other": 3.0, "same": 1.0},
		"[null]":   {"null": nil},
		"[merged]": {"merged": document{"k": nil}},
		"[a list]": {"list": []any{"a", "b"}, "a": "x"},
	} {
		if left := fmt.Sprint(unapplied(sent, got)); left != want {
			t.Errorf("%v of %v is unapplied, want %s", left, sent, want)
		}
	}
}
