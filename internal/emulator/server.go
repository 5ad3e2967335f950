package emulator

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/dashboard"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// Server serves a tenant over HTTP. It is an http.Handler, so that a test can use its own listener in front. Options.URL or
// Readdress then sets the address that clients use.
type Server struct {
	options    Options
	store      *store.Store
	ids        *ids
	keys       *keyring
	routes     []route
	journal    journal
	bodies     *bodyReader
	dashboard  http.Handler
	assertions usedAssertions
	proofs     usedAssertions // of DPoP, by jti (PP002)
	nonces     nonces

	faults  faults
	quotas  quotas
	calls   *bucket      // of the Management API
	tokens  *bucket      // of the token endpoint
	shifted atomic.Int64 // offset of the clock in nanoseconds
	ca      []byte

	address sync.RWMutex
	url     string

	listener net.Listener
	http     *http.Server
	stop     func() error
}

const (
	requestTimeout = 10 * time.Second
	closeTimeout   = 5 * time.Second
)

// Start opens the tenant's state and serves it until Close or until ctx ends. If the state is new, it creates the system API
// and the client of Terraform.
func Start(ctx context.Context, options Options) (*Server, error) {
	options = options.withDefaults()
	state, err := store.Open(options.State)
	if err != nil {
		return nil, err
	}
	s := &Server{options: options, store: state, ids: &ids{from: options.Rand, clock: options.Clock}}
	s.nonces.make = s.ids.tokenID
	s.bodies = newBodyReader(options.RequestTimeout)
	s.calls = newBucket(options.Limits.Rate, options.Limits.Burst)
	s.tokens = newBucket(options.Limits.TokenRate, options.Limits.TokenBurst)
	s.routes = s.table()
	s.dashboard = dashboard.New(dashboard.Tenant{Objects: state, Send: s.send, Requests: s.requests})
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, state.Close())
	}
	s.stop = sync.OnceValue(s.serve(ctx))
	return s, nil
}

// serve starts the server and returns the function that stops it.
func (s *Server) serve(ctx context.Context) func() error {
	served := make(chan error, 1)
	go func() { served <- s.http.Serve(s.listener) }()
	unhook := context.AfterFunc(ctx, func() { _ = s.http.Close() })
	return func() error {
		unhook()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
		defer cancel()
		err := s.http.Shutdown(grace)
		if err != nil { // a caller reads a response very slowly
			err = s.http.Close()
		}
		if end := <-served; !errors.Is(end, http.ErrServerClosed) {
			err = errors.Join(err, end)
		}
		return errors.Join(err, s.store.Close())
	}
}

func (s *Server) open(ctx context.Context) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.options.Listen)
	if err != nil {
		return err
	}
	s.listener = listener
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: s.options.RequestTimeout}
	scheme := "http://"
	if s.options.TLS {
		var certificate tls.Certificate
		s.ca, certificate, err = temporaryCA(time.Now())
		if err != nil {
			return errors.Join(err, listener.Close())
		}
		scheme = "https://"
		s.listener = tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12})
	}
	url := s.options.URL
	if url == "" {
		url = scheme + listener.Addr().String()
	}
	if s.keys, err = openKeyring(s); err == nil {
		err = s.initialize(strings.TrimSuffix(url, "/"))
	}
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	return nil
}

// Close stops the server after running requests, and releases the state file. A second call does nothing.
func (s *Server) Close() error { return s.stop() }

// URL returns the tenant's address without a trailing slash, such as http://127.0.0.1:4010.
func (s *Server) URL() string {
	s.address.RLock()
	defer s.address.RUnlock()
	return s.url
}

// Issuer returns the issuer of tokens and of the discovery document: the address with a trailing slash.
func (s *Server) Issuer() string { return s.URL() + "/" }

// ManagementAudience returns the identifier of the tenant's Management API (RS020).
func (s *Server) ManagementAudience() string { return s.URL() + "/api/v2/" }

// Readdress sets the address that clients use, in the issuer, the system APIs and the grants on them.
func (s *Server) Readdress(url string) error {
	url = strings.TrimSuffix(url, "/")
	if err := s.readdress(url); err != nil {
		return fmt.Errorf("moving the tenant to %s: %w", url, err)
	}
	return nil
}

func (s *Server) now() time.Time { return s.options.Clock().Add(time.Duration(s.shifted.Load())) }

// tenantName returns the first label of the tenant's host, as in the member "tenant" of clients.
func (s *Server) tenantName() string { return "emulator" }
