package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// SeedError says which member of a seed is not accepted, and why.
type SeedError struct {
	Member string // such as clients[0].name; "": the seed as a whole
	Reason string
	line   int // in the text of the seed; 0: not known
}

func (e *SeedError) Error() string {
	var places []string
	if e.line > 0 {
		places = append(places, fmt.Sprintf("line %d", e.line))
	}
	if e.Member != "" {
		places = append(places, e.Member)
	}
	return strings.Join(append(places, e.Reason), ": ")
}

// Locate looks up the line of the member in the text that the seed was read from. Error then contains it.
func (e *SeedError) Locate(text []byte) {
	if e.line == 0 {
		e.line = lineOf(text, strings.FieldsFunc(e.Member, func(r rune) bool { return strings.ContainsRune(".[]", r) }))
	}
}

// within returns the error of an element of a collection.
func (e *SeedError) within(collection string, index int) *SeedError {
	element := fmt.Sprintf("%s[%d]", collection, index)
	if e.Member != "" {
		element = join(element, e.Member)
	}
	return &SeedError{Member: element, Reason: e.Reason, line: e.line}
}

// seedError returns the error of one object of a seed. A problem is what the tenant would respond to a POST of it.
func seedError(err error) *SeedError {
	var known *SeedError
	var p *problem
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &p):
		return &SeedError{Reason: p.message}
	default:
		return &SeedError{Reason: err.Error()}
	}
}

// checkSeed compares an object of a seed with the schema of its collection.
func checkSeed(s schema, body store.Object) error {
	f := s.check(body, onCreate)
	if f == nil {
		return nil
	}
	for other := f; other != nil; other = other.next {
		if other.unknown != "" { // a misspelled name is also the cause of a missing member
			f = other
			break
		}
	}
	member := f.path
	if f.unknown != "" {
		member = join(member, f.unknown)
	}
	return &SeedError{Member: member, Reason: f.text}
}

// ReadSeed reads a seed from JSON. Its error is a *SeedError if the text is not a seed.
func ReadSeed(r io.Reader) (*Seed, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("reading the seed: %w", err)
	}
	seed, err := parseSeed(text)
	if err != nil {
		bad := seedError(err)
		bad.Locate(text)
		return nil, bad
	}
	return seed, nil
}

func parseSeed(text []byte) (*Seed, error) {
	members := map[string]json.RawMessage{}
	var syntax *json.SyntaxError
	if err := json.Unmarshal(text, &members); errors.As(err, &syntax) {
		before := text[:min(int(syntax.Offset), len(text))]
		return nil, &SeedError{Reason: "invalid JSON: " + syntax.Error(), line: 1 + bytes.Count(before, []byte("\n"))}
	} else if err != nil {
		return nil, &SeedError{Reason: "a seed must be a JSON object"}
	}
	seed := &Seed{}
	collections := map[string]*[]store.Object{
		"resource_servers": &seed.ResourceServers, "clients": &seed.Clients, "client_grants": &seed.ClientGrants,
		"organizations": &seed.Organizations, "dashboard": new([]store.Object),
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		into, known := collections[name]
		if !known {
			return nil, &SeedError{Member: name, Reason: "unknown member; a seed has " + strings.Join(slices.Sorted(maps.Keys(collections)), ", ")}
		}
		var err error
		if *into, err = seedObjects(name, members[name]); err != nil {
			return nil, err
		}
	}
	for i, body := range *collections["dashboard"] {
		made, err := dashboardAPI(body)
		if err != nil {
			return nil, seedError(err).within("dashboard", i)
		}
		seed.Dashboard = append(seed.Dashboard, made)
	}
	return seed, nil
}

func seedObjects(name string, text []byte) (objects []store.Object, err error) {
	var elements []json.RawMessage
	if err := json.Unmarshal(text, &elements); err != nil {
		return nil, &SeedError{Member: name, Reason: "must be an array of objects"}
	}
	for i, element := range elements {
		object, err := store.ParseObject(element)
		if errors.Is(err, store.ErrNotObject) {
			err = &SeedError{Reason: "must be an object"}
		}
		if err != nil {
			return nil, seedError(err).within(name, i)
		}
		objects = append(objects, object)
	}
	return objects, nil
}

func dashboardAPI(body store.Object) (made DashboardAPI, err error) {
	var wrong *json.UnmarshalTypeError
	for _, member := range body {
		if !slices.Contains(dashboardMembers(), member.Name) {
			return made, &SeedError{Member: member.Name, Reason: "unknown member; it can have " + strings.Join(dashboardMembers(), ", ")}
		}
	}
	if err := json.Unmarshal(body.Encode(), &made); errors.As(err, &wrong) {
		return made, &SeedError{Member: wrong.Field, Reason: fmt.Sprintf("must be a %s, not a %s", wrong.Type, wrong.Value)}
	} else if err != nil {
		return made, err
	}
	return made, nil
}

// dashboardMembers lists the names of the members of a DashboardAPI.
func dashboardMembers() (names []string) {
	for field := range reflect.TypeFor[DashboardAPI]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}

// lineOf returns the line of a member of a JSON text, given by names and indexes. If the text does not have the member,
// it is the line of the nearest parent.
func lineOf(text []byte, steps []string) int {
	decoder, at := json.NewDecoder(bytes.NewReader(text)), 0
	for _, step := range steps {
		open, err := decoder.Token()
		found := false
		for i := 0; err == nil && decoder.More() && !found; i++ {
			name, start := strconv.Itoa(i), int(decoder.InputOffset())
			start += len(text[start:]) - len(bytes.TrimLeft(text[start:], ", \t\r\n"))
			if open == json.Delim('{') {
				var key json.Token
				key, err = decoder.Token()
				name = fmt.Sprint(key)
			}
			if found = name == step; found {
				at = start
			} else {
				err = decoder.Decode(new(json.RawMessage))
			}
		}
		if !found {
			break
		}
	}
	return 1 + bytes.Count(text[:at], []byte("\n"))
}
