// Package server contains what the resources, data sources, ephemeral resources, actions and list resources of the provider share.
//
// [Resource] and [Action] are embedded; a [DataSource], [LookUp], [EphemeralResource] or [ListResource] is a value with a name, a
// description and functions. [Kind] describes a resource type to the operations that all types share: read, import, delete, identity,
// validation, and moves from auth0/auth0.
//
// Decorators of the [Server] of a provider change its protocol where the framework offers no other way: [Concise] shortens generated
// configuration, [AcceptLists] omits objects from lists that the resource rejects, [Numbers] explains numbers that cannot be
// converted, [Defer] defers plans of an unconfigured provider, and [Recover] converts panics to errors and releases the data of each
// request after its response.
package server
