// Package deploycli tests the emulator with auth0-deploy-cli, a public client of the Management API that this project did
// not write. package.json pins it; `make deploy-cli` installs it and runs the test.
package deploycli
