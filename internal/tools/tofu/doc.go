// Package tofu pins the OpenTofu that the tests of this provider run with; nothing else needs its dependencies.
package tofu
