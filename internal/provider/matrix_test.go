package provider_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// matrix lists the acceptance tests that each package must have. A package can have more.
var matrix = map[string]struct {
	tests string   // prefix of the names of the tests
	cases []string // suffixes of the names, after the underscore

	besides []string // tests of other features of the package: data source, list, ephemeral resource, action, function
}{
	"api":          {"TestAccAPI", []string{"listWithoutScopes", "basic", "update", "replace", "import", "disappears", "recreated", "drift", "conflict", "denied", "limits", "system", "deletionProtection", "scopes", "dependents", "writeOnly"}, []string{"TestAccAPIDataSource", "TestAccAPIDataSource_mistakes", "TestAccAPIDataSource_denied"}},
	"apiscope":     {"TestAccAPIScope", []string{"basic", "update", "replace", "import", "disappears", "drift", "conflict", "denied", "several", "managedTwice", "apiRecreated", "toMap", "hundred"}, nil},
	"client":       {"TestAccClient", []string{"basic", "update", "import", "importRejected", "disappears", "drift", "denied", "several", "own", "secret", "quotaLimitRemoved", "keys", "keyRotation", "keysExchanged", "keysOrSecret", "keyDrift", "keysImported", "keysInterrupted", "keyAddedAfterPlan", "keyUnknown", "keysDenied", "listKeys", "mTLSRejected", "mTLSMoved", "mTLSDrift", "mTLSAfterPlan", "keysShared"}, []string{"TestAccClientDataSource", "TestAccClientDataSource_mistakes", "TestAccClientDataSource_denied"}},
	"clientgrant":  {"TestAccClientGrant", []string{"organizations", "organizationsDenied", "organizationsLost", "organizationsImported", "listUnmanageable", "basic", "update", "replace", "import", "disappears", "toggled", "drift", "conflict", "denied", "misspelled", "unknown", "own"}, []string{"TestAccClientGrantsDataSource", "TestAccClientGrantsDataSource_denied"}},
	"accesscheck":  {"TestAccAccessCheck", []string{"restrictions", "proof", "nonce", "encrypted", "basic", "symmetric", "widened", "denied"}, nil},
	"discovery":    {"TestAccTenant", []string{"noToken", "audience", "foreign"}, []string{"TestAccTenant"}},
	"signingkey":   {"TestAccSigningKeys", []string{"noScopes", "states", "rotate", "rotateRefused", "revoke", "revokeRefused", "revokeLost"}, []string{"TestAccSigningKeys"}},
	"accesstoken":  {"TestAccAccessToken", []string{"secret", "keyPair", "assertion", "assertionMistakes", "proof", "refused", "mistakes"}, nil},
	"clientsecret": {"TestAccClientSecret", []string{"read", "denied", "none", "rotate", "rotateRefused", "rotateLost"}, nil},
	"function":     {"TestAccJWTClaims", []string{"known", "unknown", "mistakes"}, []string{"FuzzJWTClaims"}},
}

// features lists the tests that every package with a feature must have, by the file that implements the feature.
var features = map[string][]string{
	"resource.go": {"identity", "importIdentity", "move", "moveRejected", "moveUnchanged"},
	"list.go":     {"list", "listMany"},
}

// TestMatrix compares the names of the tests with the lists: a new package must be listed, and no required test can be lost.
func TestMatrix(t *testing.T) {
	files, err := filepath.Glob("*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	required := map[string][]string{}
	for _, file := range files {
		directory := filepath.Dir(file)
		if _, ok := matrix[directory]; !ok {
			t.Errorf("%s: the matrix has no row for this package", file)
		}
		required[directory] = append(required[directory], features[filepath.Base(file)]...)
	}
	for directory, row := range matrix {
		names := tests(t, directory)
		for _, suffix := range append(required[directory], row.cases...) {
			if !names[row.tests+"_"+suffix] {
				t.Errorf("%s has no test %s_%s", directory, row.tests, suffix)
			}
		}
		for _, name := range row.besides {
			if !names[name] {
				t.Errorf("%s has no test %s", directory, name)
			}
		}
	}
}

// tests returns the names of the test functions of a package.
func tests(t *testing.T, directory string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(directory, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range file.Decls {
			if function, ok := declaration.(*ast.FuncDecl); ok && (strings.HasPrefix(function.Name.Name, "Test") || strings.HasPrefix(function.Name.Name, "Fuzz")) {
				names[function.Name.Name] = true
			}
		}
	}
	return names
}
