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
//     a batch. The first caller opens a batch. It is closed before its first request, under the lock under which callers
//     join, so no change can be lost.
//   - The batches of all APIs are closed together, in rounds, when the previous round has ended and no caller has joined
//     for 20 ms, or for up to 80 ms while fewer callers wait than took part in the previous round, and 200 ms after its
//     end at most. Callers that receive a result at the same time send their next changes at the same time; this makes
//     batches larger, and lets their APIs share reads. A batch waits for the previous round at most 200 ms, or twice as
//     long as the last batch took, so that one slow request does not stop the other APIs.
//   - A read less than 250 ms old is the initial read of a batch, for example the verifying read of the previous batch. So
//     is the response to the create of the API.
//   - A change that the verifying read does not show was undone by another writer. It is applied again to what was read,
//     at most three times. Auth0 has no conditional write, so a change that another writer overwrites after the verifying
//     read is not detected before the next read.
//   - Changes of one scope are applied in the order in which their callers joined. A change that Auth0 rejects, or that
//     creates a scope that exists, fails alone; the other changes of the batch are sent without it. If another caller of
//     the batch deletes that scope, the deletion is applied first, because a plan can delete a scope at one address and
//     create it at another, in any order. The two changes then cancel out and nothing is sent.
//   - A read through the queue (Scopes.Get) receives the API as it is after its batch.
//   - A canceled caller does not affect the others. If its batch is still open, its change is withdrawn and not sent.
//     Otherwise the caller waits for the result, for 30 s at most.
//
// A queue belongs to an identifier. A key that has only an ID is looked up once, so that all keys of an API lead to the
// same queue.
//
// The reads of queues are current Gets (see below) and share lists by identifier. An update of `scopes` waits up to 120 ms
// for others, or 480 ms after eight of them, an initial read 2 ms, and a verifying read until the writes of all APIs have ended, as long as the last batch
// took at most. A list with room for more identifiers includes APIs whose queues are idle, most recently used ones first, so
// that their next batches need no initial read. A list never decides against what a queue knows: an API that it lacks, that
// it shows without scopes, with other scopes than were last read or written, without a change that was sent, or with an
// unexpected scope is read again with a GET.
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
//   - The first write of a type disables caching for this type; callers that are still waiting read again. A write of an
//     API, scope or client also disables caching of grants, which can be changed or deleted with it (CL020).
//   - A Get after that, and a look-up ([tenant.LookUp]) before the first refresh, is current: it returns the object as it is
//     at some time after the call. Such Gets are collected in the same way, but use only lists and GETs that were sent after
//     the last of them joined.
//
// Look-ups by name, look-ups of grants by natural key, and lists are passed through.
package coalesce
