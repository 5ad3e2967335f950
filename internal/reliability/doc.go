// Package reliability is the catalogue of the faults that the provider withstands, and holds for each of them the test
// that proves it.
//
// A test is named after the number of its fault. It drives the real Terraform with the built provider over an emulator
// that misbehaves, and asks afterwards for what must hold after any fault: the tenant has what the state has, nothing
// twice, the next apply finishes, the plan after it is empty, and no secret lies anywhere. The table in the reliability
// guide is written by a run of these tests, and a full run fails if the guide differs from its results.
package reliability
