package server

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

// List streams the objects that all returns for the configuration of a list, and that found accepts, up to the limit of the
// request. found returns the name of a result for people, and its model. It fetches a page when a result of that page is needed. The last result within the limit has a warning, because
// Terraform stops there without one. An error ends the results. noun is in the plural.
func List[C, T, M any](ctx context.Context, req list.ListRequest, stream *list.ListResultsStream, noun string, all func(C) iter.Seq2[T, error], found func(C, T) (name string, model M, accepted bool)) {
	var config C
	if diags := req.Config.Get(ctx, &config); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		sent := int64(0)
		for item, err := range all(config) {
			if err != nil {
				push(failed(noun, err))
				return
			}
			name, model, accepted := found(config, item)
			if !accepted {
				continue
			}
			next := result(ctx, req, name, model)
			if sent++; sent == req.Limit {
				next.Diagnostics.AddWarning("Query stopped at its limit", fmt.Sprintf("The query returned %d %s, which is its limit. There may be more. "+
					"Set `limit` in the `list` block to a larger number, or narrow the query.", sent, noun))
			}
			if !push(next) || sent == req.Limit {
				return
			}
		}
	}
}

func failed(noun string, err error) list.ListResult {
	var diags diag.Diagnostics
	diagnose.AddOperationError(&diags, diagnose.Operation{Verb: "list", Noun: noun}, err)
	return list.ListResult{Diagnostics: diags}
}

func result(ctx context.Context, req list.ListRequest, name string, model any) list.ListResult {
	one := req.NewListResult(ctx)
	one.DisplayName = name
	one.Diagnostics.Append(setIdentity(ctx, one.Identity, model)...)
	if req.IncludeResource {
		one.Diagnostics.Append(one.Resource.Set(ctx, model)...)
	}
	return one
}
