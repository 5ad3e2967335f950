// Package reliability contains the catalog of the faults that the provider handles, and a test for each fault.
//
// The name of a test contains the number of its fault. It runs the real Terraform CLI with the built provider and an emulator
// that fails. Afterwards it checks the invariants: tenant and state have the same objects, none exists twice, the next apply
// succeeds, the plan after it is empty, and no secret was written anywhere. The table in the reliability
// guide is written by a run of these tests, and a full run fails if the guide differs from its results.
package reliability
