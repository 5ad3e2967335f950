package server

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

var _ list.ListResourceWithConfigure = (*ListResource[any])(nil)

// ListResource is a list resource. T is what it lists.
type ListResource[T any] struct {
	Data

	Name        string // of the resource that is listed, without that of the provider
	Noun        string // in the plural
	Description string
	Filters     []Filter

	// All returns the objects in the order of the tenant. It fetches a page when an object of that page is needed.
	All func(ctx context.Context, q Query) iter.Seq2[T, error]
	// Result returns the name of an object for people and the model of the resource, or false if the object is not listed. Objects that
	// the resource would reject are not listed either.
	Result func(ctx context.Context, q Query, object T) (name string, model any, listed bool)
}

// Filter is an argument of a list resource.
type Filter struct {
	Name, Description string
	Required          bool
	Validator         validator.String // optional
}

// Query is a request for a list.
type Query struct {
	Data

	Filters         map[string]string // those that are set
	IncludeResource bool
}

// Metadata implements list.ListResource.
func (l *ListResource[T]) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + l.Name
}

// ListResourceConfigSchema implements list.ListResource.
func (l *ListResource[T]) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	attributes := map[string]schema.Attribute{}
	for _, filter := range l.Filters {
		attribute := schema.StringAttribute{Required: filter.Required, Optional: !filter.Required, MarkdownDescription: filter.Description}
		if filter.Validator != nil {
			attribute.Validators = []validator.String{filter.Validator}
		}
		attributes[filter.Name] = attribute
	}
	resp.Schema = schema.Schema{MarkdownDescription: l.Description, Attributes: attributes}
}

// Configure implements list.ListResourceWithConfigure.
func (l *ListResource[T]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	l.set(req.ProviderData, &resp.Diagnostics)
}

// List streams the objects up to the limit of the request. The last result within the limit has a warning, because Terraform stops
// there without one. An error ends the results.
func (l *ListResource[T]) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	q, diags := l.query(ctx, req)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		sent := int64(0)
		for object, err := range l.All(ctx, q) {
			if err != nil {
				var diags diag.Diagnostics
				diagnose.AddOperationError(&diags, diagnose.Operation{Verb: "list", Noun: l.Noun}, err)
				push(list.ListResult{Diagnostics: diags})
				return
			}
			name, model, listed := l.Result(ctx, q, object)
			if !listed {
				continue
			}
			next, listed := result(ctx, req, name, model)
			if !listed {
				continue
			}
			if sent++; sent == req.Limit {
				next.Diagnostics.AddWarning("Query stopped at its limit", fmt.Sprintf("The query returned %d %s, which is its limit. There may be more. "+
					"Set `limit` in the `list` block to a larger number, or narrow the query.", sent, l.Noun))
			}
			if !push(next) || sent == req.Limit {
				return
			}
		}
	}
}

func (l *ListResource[T]) query(ctx context.Context, req list.ListRequest) (q Query, diags diag.Diagnostics) {
	q = Query{Data: l.Data, Filters: map[string]string{}, IncludeResource: req.IncludeResource}
	for _, filter := range l.Filters {
		var value types.String
		diags.Append(req.Config.GetAttribute(ctx, path.Root(filter.Name), &value)...)
		if !value.IsNull() {
			q.Filters[filter.Name] = value.ValueString()
		}
	}
	return q, diags
}

// result returns the result for an object, or false if its resource would reject it.
func result(ctx context.Context, req list.ListRequest, name string, model any) (one list.ListResult, listed bool) {
	one = req.NewListResult(ctx)
	one.DisplayName = name
	one.Diagnostics.Append(setIdentity(ctx, one.Identity, model)...)
	absent := one.Resource.Raw
	one.Diagnostics.Append(one.Resource.Set(ctx, model)...)
	listed, err := accepted(ctx, one.Resource.Raw)
	if err != nil {
		diagnose.AddProviderBug(&one.Diagnostics, "the configuration of %q cannot be validated: %s", name, err)
	}
	if !req.IncludeResource {
		one.Resource.Raw = absent
	}
	return one, listed || one.Diagnostics.HasError()
}
