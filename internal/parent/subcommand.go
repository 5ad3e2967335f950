package parent

import (
	"os"
	"strings"

	"github.com/shirou/gopsutil/v4/process"
)

// Subcommand returns the first argument of the parent process that is not an option, such as "apply"; empty if it has none
// or cannot be read.
func Subcommand() string {
	parent, err := process.NewProcess(int32(os.Getppid())) //nolint:gosec // a process ID of the system
	if err != nil {
		return ""
	}
	arguments, err := parent.CmdlineSlice()
	if err != nil || len(arguments) == 0 {
		return ""
	}
	return subcommand(arguments[1:])
}

func subcommand(arguments []string) string {
	for _, argument := range arguments {
		if !strings.HasPrefix(argument, "-") {
			return argument
		}
	}
	return ""
}
