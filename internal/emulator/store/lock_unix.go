//go:build unix

package store

import (
	"os"
	"syscall"
)

// lock locks the file for other processes until it is closed.
func lock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }
