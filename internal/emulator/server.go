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

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// Server is a tenant that answers over HTTP. It is an http.Handler, so that a test may put its own listener in front;
// then Options.URL or Readdress says what address the clients use.
type Server struct {
	options    Options
	store      *store.Store
	ids        *ids
	keys       *keyring
	routes     []route
	journal    journal
	bodies     *bodyReader
	assertions usedAssertions
	proofs     usedAssertions // of DPoP, by jti (PP002)
	nonces     nonces

	faults  faults
	quotas  quotas
	calls   *bucket      // of the Management API
	tokens  *bucket      // of the token endpoint
	shifted atomic.Int64 // nanoseconds the clock was moved by
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

// Start opens the tenant's state and serves it until Close or until ctx ends. The tenant has its system API and the
// client of Terraform; both are made when the state is new.
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
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, state.Close())
	}
	s.stop = sync.OnceValue(s.serve(ctx))
	return s, nil
}

// serve starts answering and returns what stops it.
func (s *Server) serve(ctx context.Context) func() error {
	served := make(chan error, 1)
	go func() { served <- s.http.Serve(s.listener) }()
	unhook := context.AfterFunc(ctx, func() { _ = s.http.Close() })
	return func() error {
		unhook()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
		defer cancel()
		err := s.http.Shutdown(grace)
		if err != nil { // somebody reads an answer very slowly
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
		s.ca, certificate, err = throwAwayCA(time.Now())
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
		err = s.found(strings.TrimSuffix(url, "/"))
	}
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	return nil
}

// Close stops serving, lets requests that are under way end, and releases the state file. A second call does nothing.
func (s *Server) Close() error { return s.stop() }

// URL is the tenant's address without a slash at its end, such as http://127.0.0.1:4010.
func (s *Server) URL() string {
	s.address.RLock()
	defer s.address.RUnlock()
	return s.url
}

// Issuer is what tokens and the discovery document name as issuer: the address with a slash.
func (s *Server) Issuer() string { return s.URL() + "/" }

// ManagementAudience is the identifier of the tenant's Management API (RS020).
func (s *Server) ManagementAudience() string { return s.URL() + "/api/v2/" }

// Readdress makes url the address the clients use: issuer, system APIs and the grants on them follow.
func (s *Server) Readdress(url string) error {
	url = strings.TrimSuffix(url, "/")
	if err := s.readdress(url); err != nil {
		return fmt.Errorf("moving the tenant to %s: %w", url, err)
	}
	return nil
}

func (s *Server) now() time.Time { return s.options.Clock().Add(time.Duration(s.shifted.Load())) }

// tenantName is the first label of the tenant's host, as the member "tenant" of clients shows it.
func (s *Server) tenantName() string { return "emulator" }
