// Package coalesce decorates the ports of a tenant so that concurrent callers share requests. Gets of objects share
// reads, and all changes of the scopes of one API go through one queue, so that they never overwrite each other.
//
// # Scopes
//
// Auth0 has no request for a single scope. Adding one means reading the complete list of the API and writing it back
// (RS024). Each API therefore has a queue, which executes one operation at a time:
//
//   - An update of `scopes` (APIs.Update) is one read and one write. A scope that is in the tenant, but neither in the
//     prior state nor in the plan, stops it with a *[tenant.Appeared].
//   - Changes of single scopes (Scopes.Change) are batched: one read, one write and one verifying read for all changes of
//     a batch. The first caller opens a batch. It stays open while the previous operation runs, and then until no caller
//     has joined for 20 ms, or for 200 ms at most. While a batch has fewer callers than the previous one, 80 ms apply
//     instead of 20, because the callers that have just received a result are about to send their next change. A batch
//     is closed before its first request, under the lock under which callers join, so no change can be lost.
//   - The verifying read of a batch is the initial read of the next one if it is less than 250 ms old. So is the response
//     to the create of the API.
//   - A change that the verifying read does not show was undone by another writer. It is applied again to what was read,
//     at most three times. Auth0 has no conditional write, so a change that another writer overwrites after the verifying
//     read is not detected before the next read.
//   - Changes of one scope are applied in the order in which their callers joined. A change that Auth0 rejects, or that
//     creates a scope that exists, fails alone; the other changes of the batch are sent without it. If another caller of
//     the batch deletes that scope, the deletion is applied first, because a plan can delete a scope at one address and
//     create it at another, in any order. The two changes then cancel out and nothing is sent.
//   - A caller without changes receives the API as it is after its batch.
//   - A canceled caller does not affect the others. If its batch is still open, its change is withdrawn and not sent.
//     Otherwise the caller waits for the result, for 30 s at most.
//
// A queue belongs to an identifier. A key that has only an ID is looked up once, so that all keys of an API lead to the
// same queue.
//
// # Shared reads
//
// Objects that were read are cached until the first write of their type, or until the decorator is dropped. Gets that the
// cache cannot answer are collected until no caller has joined for 15 ms, or for 60 ms at most, and are then resolved
// together:
//
//   - A key that is the only one of its type is a GET of its own, unless at least 8 Gets of any type were received.
//   - Clients and grants are looked up in list pages of 100. Another page is fetched only while that costs fewer requests
//     than a GET for each missing object, counted over all Gets so far. A page that has been requested also serves callers
//     that join before it arrives.
//   - APIs are looked up in lists by identifier, at most 10 in each request (RS017), or in pages if that is cheaper.
//   - An object that a list does not show, or shows incompletely, is confirmed by a GET. Absence from a list is not
//     deletion. After a list request has failed, no other list of its type is requested; the missing objects are read with
//     GETs. Only an exceeded rate limit is returned to all callers.
//   - Scopes are part of their API, so all scopes of one API cost one read.
//   - Errors are not cached. A canceled caller does not affect the others, and a request for which no caller waits is
//     canceled.
//   - A look-up ([tenant.LookUp]) before the first refresh is a GET of its own and is never answered from the cache.
//   - The first write of a type disables caching for this type. Every later Get is a GET of its own, and callers that are
//     still waiting repeat their read. A write of an API, scope or client also disables caching of grants, which can be
//     changed or deleted with it (CL020).
//
// Look-ups by name, look-ups of grants by natural key, and lists are passed through.
package coalesce
