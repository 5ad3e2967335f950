// Package emulator implements an Auth0 tenant over HTTP. It stores APIs, clients, client grants and signing keys behind
// the paths, the validation and the error bodies of the Management API, and has a token endpoint that signs real tokens.
// Behavior beyond plain create, read, update and delete has a number, such as RS003, that FACTS.md explains.
package emulator
