// Command cast runs a command and writes its output as a recording of a terminal, in version 2 of the asciicast format.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

const (
	width, height = 116, 30
	longestPause  = 1.2 // seconds
	lastPause     = 5.0 // before the recording starts again
	prompt        = "$ "
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: cast TITLE COMMAND [ARGUMENT...]")
		os.Exit(2)
	}
	if err := record(context.Background(), os.Stdout, os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "cast:", err)
		os.Exit(1)
	}
}

// record writes the title as the command that was entered, and then the output of command, line by line. It shortens pauses.
func record(ctx context.Context, out io.Writer, title string, command []string) error {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Stderr = os.Stderr
	output, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(map[string]int{"version": 2, "width": width, "height": height}); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	at := 0.0
	write := func(text string) error { return encoder.Encode([]any{at, "o", text}) }
	err = write(prompt + title + "\r\n")
	last := time.Now()
	for lines := bufio.NewScanner(output); err == nil && lines.Scan(); {
		at += min(time.Since(last).Seconds(), longestPause)
		last = time.Now()
		err = write(wrap(lines.Text()))
	}
	if waited := cmd.Wait(); err == nil {
		err = waited
	}
	at += lastPause
	if err == nil {
		err = write(prompt)
	}
	return err
}

// wrap breaks a line at spaces where the terminal would break it anywhere.
func wrap(line string) string {
	indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
	var text strings.Builder
	for len(line) > width {
		at := strings.LastIndexByte(line[:width], ' ')
		if at <= len(indent) {
			break
		}
		text.WriteString(line[:at] + "\r\n")
		line = indent + "  " + line[at+1:]
	}
	return text.String() + line + "\r\n"
}
