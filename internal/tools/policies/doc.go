// Package policies tests the policies of examples/policies with the Open Policy Agent and the plans of a Terraform CLI. It is a
// module of its own, so that the agent's dependencies change neither the provider nor the other tools.
package policies
