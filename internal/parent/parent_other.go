//go:build !unix

package parent

import "os"

// newWait returns a function that waits until the parent has ended, and reports false if it cannot be watched. On
// Windows the id of the parent stays the same after its end, so the function waits for a handle of the process. No later
// process with the same id can have that handle.
func newWait() func() bool {
	process, err := os.FindProcess(os.Getppid())
	return func() bool {
		if err != nil {
			return false
		}
		_, err := process.Wait()
		return err == nil
	}
}
