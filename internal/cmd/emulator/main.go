// Command emulator runs an Auth0 tenant on a local port, for experiments and for tests without an account.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/privatefile"
)

func main() {
	err := untilSignal(func(ctx context.Context) error { return run(ctx, os.Args[1:], os.Stdout, os.Stderr) })
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "emulator:", err)
		os.Exit(1)
	}
}

// shutdownTimeout limits how long a signal waits for run, which may be blocked in a read of the seed or a write to stdout.
const shutdownTimeout = 2 * time.Second

// untilSignal calls run with a context that ends at SIGINT or SIGTERM, and returns when run does, or soon after the
// signal. A second signal ends the process at once.
func untilSignal(run func(context.Context) error) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	stop()
	select {
	case err := <-done:
		return err
	case <-time.After(shutdownTimeout):
		return errors.New("ended by a signal before it was done")
	}
}

// settings contains the values of the flags.
type settings struct {
	listen, state, envOut, seed, limits, caOut string
	tls                                        bool
}

func parse(args []string, messages io.Writer) (settings, error) {
	var set settings
	flags := flag.NewFlagSet("emulator", flag.ContinueOnError)
	flags.SetOutput(messages)
	flags.StringVar(&set.listen, "listen", "127.0.0.1:4010", "loopback `address` to listen on")
	flags.StringVar(&set.state, "state", "", "`file` that keeps the tenant; without it the tenant is gone at the end")
	flags.StringVar(&set.envOut, "env-out", "", "`file` to write the export lines to as well")
	flags.StringVar(&set.seed, "seed", "", "JSON `file` with what a new tenant holds")
	flags.StringVar(&set.limits, "limits", "off", "rate and entity limits: off, free, nonproduction, production or `RATE:BURST`")
	flags.BoolVar(&set.tls, "tls", false, "serve https with a certificate of a throw-away authority")
	flags.StringVar(&set.caOut, "ca-out", "", "`file` to write that authority's certificate to")
	if err := flags.Parse(args); err != nil {
		return set, err
	}
	if flags.NArg() > 0 {
		return set, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if set.caOut != "" && !set.tls {
		return set, errors.New("-ca-out needs -tls")
	}
	return set, loopback(set.listen)
}

// loopback rejects addresses that other machines can reach, because the control endpoints give access to the tenant's secrets.
func loopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("-listen: %w", err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("-listen %s: only a loopback address, such as 127.0.0.1:4010", address)
	}
	return nil
}

func run(ctx context.Context, args []string, out, messages io.Writer) error {
	set, err := parse(args, messages)
	if err != nil {
		return err
	}
	server, err := set.start(ctx)
	if err != nil {
		return err
	}
	if err := publish(server, set, out); err != nil {
		return errors.Join(err, server.Close())
	}
	fmt.Fprintf(messages, "Dashboard: %s/\n", server.URL())
	<-ctx.Done()
	return server.Close()
}

func (set settings) start(ctx context.Context) (*emulator.Server, error) {
	limits, err := emulator.ParseLimits(set.limits)
	if err != nil {
		return nil, err
	}
	options := emulator.Options{Listen: set.listen, State: set.state, TLS: set.tls, Limits: limits}
	if set.seed == "" {
		return emulator.Start(ctx, options)
	}
	text, err := os.ReadFile(set.seed)
	if err != nil {
		return nil, err
	}
	var server *emulator.Server
	if options.Seed, err = emulator.ReadSeed(bytes.NewReader(text)); err == nil {
		server, err = emulator.Start(ctx, options)
	}
	var bad *emulator.SeedError
	if errors.As(err, &bad) {
		bad.Locate(text)
		err = fmt.Errorf("-seed %s: %w", set.seed, bad)
	}
	return server, err
}

// publish writes what a caller needs to use the tenant: the files first, so that they are complete when the lines appear.
func publish(server *emulator.Server, set settings, out io.Writer) error {
	lines := exports(server)
	if set.caOut != "" {
		if err := privatefile.Write(set.caOut, server.CA()); err != nil {
			return err
		}
	}
	if set.envOut != "" {
		if err := privatefile.Write(set.envOut, []byte(lines)); err != nil {
			return err
		}
	}
	_, err := io.WriteString(out, lines)
	return err
}

// exports returns the lines that a shell evaluates to use the tenant.
func exports(server *emulator.Server) string {
	return "export " + strings.Join(server.Environment(), "\nexport ") + "\n"
}
