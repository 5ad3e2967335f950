package emulator

import (
	"fmt"
	"io"
	"sync"
	"time"
)

const (
	alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	secretSafe   = alphanumeric + "-_"
	base58       = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
)

// ids generates IDs and secrets in the formats of the tenant (GE002).
type ids struct {
	mu    sync.Mutex
	from  io.Reader
	clock func() time.Time
}

func (s *ids) bytes(n int) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]byte, n)
	if _, err := io.ReadFull(s.from, out); err != nil {
		return nil, fmt.Errorf("the source of ids ran dry: %w", err)
	}
	return out, nil
}

// letters returns n random characters of the alphabet, uniformly distributed.
func (s *ids) letters(n int, alphabet string) (string, error) {
	out := make([]byte, 0, n)
	fair := 256 - 256%len(alphabet)
	for len(out) < n {
		raw, err := s.bytes(n - len(out))
		if err != nil {
			return "", err
		}
		for _, b := range raw {
			if int(b) < fair {
				out = append(out, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(out), nil
}

// resourceServer returns 24 hexadecimal digits that start with the time.
func (s *ids) resourceServer() (string, error) {
	tail, err := s.bytes(8)
	return fmt.Sprintf("%08x%x", uint32(s.clock().Unix()), tail), err
}

func (s *ids) client() (string, error) { return s.letters(32, alphanumeric) }
func (s *ids) secret() (string, error) { return s.letters(64, secretSafe) }
func (s *ids) kid() (string, error)    { return s.letters(21, secretSafe) }
func (s *ids) grant() (string, error)  { return s.prefixed("cgr_", 16, alphanumeric) }
func (s *ids) organization() (string, error) {
	return s.prefixed("org_", 16, alphanumeric)
}
func (s *ids) credential() (string, error) { return s.prefixed("cred_", 22, base58) }
func (s *ids) thirdParty() (string, error) { return s.prefixed("tpc_", 22, base58) }
func (s *ids) tokenID() (string, error)    { return s.letters(22, alphanumeric) }

func (s *ids) prefixed(prefix string, n int, alphabet string) (string, error) {
	tail, err := s.letters(n, alphabet)
	return prefix + tail, err
}

// stamp formats a time as responses do: UTC, milliseconds, Z.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
