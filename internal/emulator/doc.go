// Package emulator is an Auth0 tenant over HTTP that keeps what it is told: APIs, clients, client grants and signing
// keys behind the paths, the validation and the error bodies of the Management API, and a token endpoint that signs
// real tokens. Behaviours that go beyond plain create, read, update and delete carry a number, such as RS003, that
// FACTS.md explains.
package emulator
