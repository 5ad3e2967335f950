// Package parent watches the process that started this one.
package parent

// Watch calls exited once, after the parent process has ended. It returns immediately.
func Watch(exited func()) {
	wait := newWait()
	go func() {
		if wait() {
			exited()
		}
	}()
}
