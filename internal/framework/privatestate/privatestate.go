// Package privatestate stores marks about a resource in its private state, which Terraform keeps but never shows. The
// description of a mark says who writes it, who reads it, and when it is removed.
package privatestate

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Reader reads private state. The framework's own type has no exported name.
type Reader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// Writer writes private state. A nil value removes the key.
type Writer interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}
