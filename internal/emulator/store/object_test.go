package store_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

func TestParseObject_canonical(t *testing.T) {
	for in, want := range map[string]string{
		`{ "b" : 1.0 , "a":[ ] }`:             `{"b":1,"a":[]}`,
		`{"a":1,"b":2,"a":3}`:                 `{"a":3,"b":2}`,
		`{"a":1e3,"b":-0,"c":1.50,"d":1e400}`: `{"a":1000,"b":0,"c":1.5,"d":null}`,
		`{"a":"\u003c\u0026\u2028\n\u0001é"}`: "{\"a\":\"<&\u2028\\n\\u0001é\"}",
		`{"a":null,"b":{},"c":false}`:         `{"a":null,"b":{},"c":false}`,
	} {
		got, err := store.ParseObject([]byte(in))
		if err != nil || string(got.Encode()) != want {
			t.Errorf("%s: %s, %v, want %s", in, got.Encode(), err, want)
		}
	}
	for _, in := range []string{``, `{`, `{}{}`, `{"a":}`, `{"a":1,}`} {
		if got, err := store.ParseObject([]byte(in)); err == nil {
			t.Errorf("%s: %s", in, got.Encode())
		}
	}
	if _, err := store.ParseObject([]byte(`[]`)); !errors.Is(err, store.ErrNotObject) {
		t.Error(err)
	}
}

func TestObject_cloneIsDeep(t *testing.T) {
	original := store.Object{{Name: "a", Value: store.Object{{Name: "b", Value: []any{store.Object{{Name: "c", Value: "d"}}}}}}}
	clone := original.Clone()
	child := clone.Child("a")
	child[0].Value.([]any)[0] = "changed"
	if string(original.Encode()) != `{"a":{"b":[{"c":"d"}]}}` {
		t.Errorf("%s", original.Encode())
	}
}

// FuzzParse expects that encoding and parsing do not change a value, and that the standard library decodes the same value.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5,"x",null,true,{"b":{}}]}`, `"\ud800"`, `1e308`, `{"a":1,"a":2}`, `[[[]]]`, `-0.0`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		value, err := store.Parse(data)
		if (err == nil) != json.Valid(data) {
			t.Fatalf("Parse: %v, json.Valid: %v", err, json.Valid(data))
		}
		if err != nil {
			return
		}
		once := store.AppendValue(nil, value)
		again, err := store.Parse(once)
		if err != nil {
			t.Fatalf("%s: %v", once, err)
		}
		if twice := store.AppendValue(nil, again); !bytes.Equal(once, twice) {
			t.Fatalf("%s became %s", once, twice)
		}
	})
}

// TestParse_limits parses texts at the limits and beyond them.
func TestParse_limits(t *testing.T) {
	for text, want := range map[string]error{
		strings.Repeat("[", 100) + strings.Repeat("]", 100):         nil,
		strings.Repeat("[", 101) + strings.Repeat("]", 101):         store.ErrTooDeep,
		strings.Repeat(`{"a":`, 101) + "1":                          store.ErrTooDeep,
		strings.Repeat("[", 5<<20):                                  store.ErrTooDeep,
		"[" + strings.Repeat("[],", 1000) + "1]":                    nil,
		"[" + strings.Repeat("0,", 200_000) + "1]":                  store.ErrTooMany,
		`{"a":` + "[" + strings.Repeat("{},", 200_000) + "1]" + "}": store.ErrTooMany,
	} {
		if _, err := store.Parse([]byte(text)); !errors.Is(err, want) {
			t.Errorf("%.20s…: %v, want %v", text, err, want)
		}
	}
}
