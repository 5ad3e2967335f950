// Package browser tests the dashboard page of the emulator in a browser, together with the Terraform CLI. It is part of the
// module of tools, so that the provider does not depend on the library that controls the browser.
package browser
