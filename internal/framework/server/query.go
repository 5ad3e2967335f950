package server

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

// Found is an object as a list shows it: its name for people, its identity, and the resource as the state would hold it.
type Found struct {
	Name     string
	Identity any
	Resource any
}

// Results streams what all yields, as far as found takes it, up to the limit of the request. Pages are fetched while
// results are taken, so that nobody waits or pays for more than is wanted. An error ends the results, behind those there
// are so far. noun is what is listed, in the plural.
func Results[T any](ctx context.Context, req list.ListRequest, noun string, all iter.Seq2[T, error], found func(T) (Found, bool)) iter.Seq[list.ListResult] {
	return func(push func(list.ListResult) bool) {
		sent := int64(0)
		for item, err := range all {
			if err != nil {
				push(failed(noun, err))
				return
			}
			one, wanted := found(item)
			if !wanted {
				continue
			}
			if sent++; !push(result(ctx, req, one)) || sent == req.Limit {
				return
			}
		}
	}
}

func failed(noun string, err error) list.ListResult {
	var diags diag.Diagnostics
	diagnose.Error(&diags, diagnose.Operation{Verb: "list", Noun: noun}, err)
	return list.ListResult{Diagnostics: diags}
}

func result(ctx context.Context, req list.ListRequest, found Found) list.ListResult {
	made := req.NewListResult(ctx)
	made.DisplayName = found.Name
	made.Diagnostics.Append(made.Identity.Set(ctx, found.Identity)...)
	if req.IncludeResource {
		made.Diagnostics.Append(made.Resource.Set(ctx, found.Resource)...)
	}
	return made
}
