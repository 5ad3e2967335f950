package release

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestParseSignature(t *testing.T) {
	fingerprint := append(append([]byte{22, 33, 4}, make([]byte, 12)...), 1, 2, 3, 4, 5, 6, 7, 8)
	keyID, creation := []byte{9, 16, 1, 2, 3, 4, 5, 6, 7, 8}, []byte{5, 2, 0, 0, 0, 1}
	signature := func(algorithm byte, hashed ...byte) []byte {
		hashed = append(slices.Clone(creation), hashed...)
		body := append([]byte{4, 0, algorithm, 8, 0, byte(len(hashed))}, hashed...)
		body = append(body, 0, 0, 0xab, 0xcd, 0, 8, 0xff)
		if algorithm != 1 {
			body = append(body, 0, 8, 0xff)
		}
		return append([]byte{0x89, 0, byte(len(body))}, body...)
	}
	for name, c := range map[string]struct {
		content []byte
		want    Signature
		err     error
	}{
		"RSA, fingerprint": {signature(1, fingerprint...), Signature{"0102030405060708", true}, nil},
		"RSA, key id":      {signature(1, keyID...), Signature{"0102030405060708", true}, nil},
		"elliptic curve":   {signature(22, fingerprint...), Signature{"0102030405060708", false}, nil},
		"DSA":              {signature(17, fingerprint...), Signature{"0102030405060708", false}, nil},
		"armored":          {[]byte("-----BEGIN PGP SIGNATURE-----\n\n"), Signature{}, errArmored},
		"no key named":     {signature(1), Signature{}, errPacket},
		"a user id":        {[]byte{0xb4, 1, 'x'}, Signature{}, errPacket},
		"version 3":        {[]byte{0x89, 0, 6, 3, 5, 0, 0, 0, 0}, Signature{}, errPacket},
		"cut":              {signature(1, fingerprint...)[:20], Signature{}, errPacket},
		"empty":            {nil, Signature{}, errPacket},
		"text":             {[]byte("signature"), Signature{}, errPacket},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parseSignature(c.content)
			if got != c.want || !errors.Is(err, c.err) {
				t.Errorf("got %+v, %v, want %+v, %v", got, err, c.want, c.err)
			}
		})
	}
}

// FuzzParseSums: what is read, written again, reads the same.
func FuzzParseSums(f *testing.F) {
	f.Add([]byte(Sum(nil) + "  a.zip\n" + Sum([]byte("b")) + "  b.json\n"))
	f.Add([]byte(Sum(nil) + "  a.zip\n" + Sum(nil) + "  a.zip\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		first, err := parseSums(content)
		if err != nil {
			return
		}
		var again strings.Builder
		for file, sum := range first {
			again.WriteString(sum + "  " + file + "\n")
		}
		second, err := parseSums([]byte(again.String()))
		if err != nil || len(second) != len(first) {
			t.Fatalf("%d lines became %d: %v", len(first), len(second), err)
		}
		for file, sum := range first {
			if second[file] != sum {
				t.Errorf("%q: %s became %s", file, sum, second[file])
			}
		}
	})
}
