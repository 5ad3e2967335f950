//go:build !unix

package store

import "os"

// lock does nothing on this system. Two emulators with one state file are not detected.
func lock(*os.File) error { return nil }
