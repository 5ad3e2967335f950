//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
)

// peak is the most resident memory a process that has ended held at once. Linux counts from the fork on, so that it is
// never less than what this program holds: far less than a provider.
func peak(state *os.ProcessState) int64 {
	used, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return wide(used.Maxrss)
	}
	return wide(used.Maxrss) << 10
}

// wide is there because the processor decides how wide a number the system tells.
func wide[T int32 | int64](n T) int64 { return int64(n) }
