// Package convergence tests with random configurations that every apply either converges or ends in a documented error and
// loses nothing. The tests plan and apply over the provider protocol in the way in which Terraform core does.
package convergence
