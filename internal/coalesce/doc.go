// Package coalesce decorates the ports of a tenant so that concurrent callers share requests. Gets of objects share
// reads, and all changes of the scopes of one API go through one queue, so that they never overwrite each other. The
// constants named below contain the times and limits; facts such as RS024 are rows of emulator/FACTS.md.
//
// # Scopes
//
// Auth0 has no request for a single scope, and an update replaces the complete list of an API (RS024). Adding a scope
// therefore means reading the list and writing it back. Each API has a queue, which executes one operation at a time:
//
//   - An update of `scopes` (APIs.Update) is one read and one write. A scope that is in the tenant, but neither in the
//     prior state nor in the plan, stops it with a *[tenant.ScopesChanged], and so does one that the plan keeps and that was
//     removed or has another description.
//   - Changes of single scopes (Scopes.Change) are batched: one read, one write and one verifying read for all changes of
//     a batch. The first caller opens a batch. It is closed before its first request, under the lock under which callers
//     join, so no change can be lost.
//   - The batches of all APIs are closed together, in rounds, so that they share reads: when the previous round has ended
//     and no caller has joined for idleTimeout, or for up to returningTimeout while fewer callers wait than took part in
//     the previous round, and maxWait after its end at most. One slow request does not stop the other APIs: a batch waits
//     for the previous round for maxWait at most, or twice as long as the last batch took.
//   - A read that is less than maxSnapshotAge old is the initial read of a batch, for example the verifying read of the
//     previous batch. So is the response to the create of the API.
//   - A change that the verifying read does not show was undone by another writer. It is applied again to what was read,
//     up to maxReapplies times. Auth0 has no conditional write, so a change that another writer overwrites after the
//     verifying read is not detected before the next read.
//   - Changes of one scope are applied in the order in which their callers joined. A change that Auth0 rejects, or that
//     creates a scope that exists, fails alone; the other changes of the batch are sent without it. If another caller of
//     the batch deletes that scope, the deletion is applied first, because a plan can delete a scope at one address and
//     create it at another, in any order. The two changes then cancel out and nothing is sent.
//   - A read through the queue (Scopes.Get) receives the API as it is after its batch.
//   - A canceled caller does not affect the others. If its batch is still open, its change is withdrawn and not sent.
//     Otherwise the caller waits for the result, for cancelGracePeriod at most.
//
// A queue belongs to an identifier. A key that has only an ID is looked up once, so that all keys of an API lead to the
// same queue.
//
// The reads of queues are current Gets (see below) and share lists by identifier. An update of `scopes` waits longer for
// others (updateFactor, after many of them updatesFactor), an initial read only for briefTimeout, and a verifying read
// until the writes of all APIs have ended, as long as the last batch took at most. A list with room for more identifiers
// includes APIs whose queues are idle, most recently used ones first, so that their next batches need no initial read. A
// list never decides against what a queue knows: an API that it lacks, that it shows without scopes, with other scopes
// than were last read or written, without a change that was sent, or with an unexpected scope is read again with a GET.
//
// # Shared reads
//
// Objects that were read are cached until the first write of their type, or until the decorator is dropped. Gets that the
// cache cannot answer are collected until no caller has joined for readIdleTimeout, or for readMaxWait at most, and are
// then resolved together:
//
//   - A key that is the only one of its type is a GET of its own, unless manyGets Gets of any type were received.
//   - Clients and grants are looked up in list pages. Another page is fetched only while that costs fewer requests than a
//     GET for each missing object, counted over all Gets so far. A page that has been requested also serves callers that
//     join before it arrives.
//   - APIs are looked up in lists by identifier, of which one request accepts maxFilterValues (RS017), or in pages if that
//     is cheaper.
//   - An object that a list does not show, or shows incompletely, is confirmed by a GET. Absence from a list is not
//     deletion. After a page has failed, no other page of its type is requested, and after a list by identifier no other
//     such list; the missing objects are read with GETs. Only an exceeded rate limit is returned to all callers.
//   - Scopes are part of their API, so all scopes of one API cost one read.
//   - Errors are not cached. A canceled caller does not affect the others, and a request for which no caller waits is
//     canceled.
//   - The first write of a type disables caching for this type; callers that are still waiting read again. A write of an
//     API, scope or client also disables caching of grants: Auth0 deletes those of a client with it (CL020), and possibly those of
//     an API (RS014).
//   - A Get after that, and a look-up ([tenant.LookUp]) before the first refresh, is current: it returns the object as it is
//     at some time after the call. Such Gets are collected in the same way, but use only lists and GETs that were sent after
//     the last of them joined.
//
// Look-ups by name, look-ups of grants by natural key, and lists are passed through.
package coalesce
