// Package tools pins what develops the project and is no part of the provider: the documentation generator, the
// linters, GoReleaser and what lists its parts, and recordings of the real service that tests replay.
package tools

import (
	_ "github.com/auth0/go-auth0" // carries the recordings; nothing here calls it
)
