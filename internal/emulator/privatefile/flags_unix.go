//go:build unix

package privatefile

import "syscall"

// safeFlags reject a symbolic link and prevent that opening a FIFO blocks, also if the path changed after checkPath.
const safeFlags = syscall.O_NOFOLLOW | syscall.O_NONBLOCK
