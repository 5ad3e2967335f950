//go:build !unix

package privatefile

// safeFlags is empty, because the system has no flags that reject links and FIFOs. checkPath alone rejects them.
const safeFlags = 0
