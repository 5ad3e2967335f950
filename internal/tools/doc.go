// Package tools pins what develops the project and is no part of the provider: the documentation generator, the
// linters, and GoReleaser with what lists its parts. Package browser tests the dashboard page, and cast
// records the demo.
package tools
