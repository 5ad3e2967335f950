//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
)

// peak returns the maximum resident memory of a process that has ended. On Linux it is at least the memory of this program,
// because it is counted from the fork on. That is far less than what a provider needs.
func peak(state *os.ProcessState) int64 {
	used, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return toInt64(used.Maxrss)
	}
	return toInt64(used.Maxrss) << 10
}

// toInt64 converts a number whose size depends on the processor.
func toInt64[T int32 | int64](n T) int64 { return int64(n) }
