package release

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

func TestParseSignature(t *testing.T) {
	id := []byte{1, 2, 3, 4, 5, 6, 7, 8}
	fingerprint := append(append([]byte{22, issuerPrint, 4}, make([]byte, 12)...), id...)
	keyID := append([]byte{9, issuerKeyID}, id...)
	critical := append([]byte{9, issuerKeyID | 0x80}, id...)
	long := append([]byte{255, 0, 0, 0, 9, issuerKeyID}, id...)
	time := []byte{5, 2, 0, 0, 0, 1}
	for name, c := range map[string]struct {
		content []byte
		want    Signature
		err     error
	}{
		"old format, fingerprint":      {old(body(1, fingerprint, nil)), Signature{"0102030405060708", true}, nil},
		"new format":                   {fresh(body(1, fingerprint, nil)), Signature{"0102030405060708", true}, nil},
		"id, not hashed":               {old(body(1, time, keyID)), Signature{"0102030405060708", true}, nil},
		"critical id":                  {old(body(1, critical, nil)), Signature{"0102030405060708", true}, nil},
		"length of five bytes":         {old(body(1, long, nil)), Signature{"0102030405060708", true}, nil},
		"elliptic curve":               {old(body(22, fingerprint, nil)), Signature{"0102030405060708", false}, nil},
		"DSA":                          {old(body(17, fingerprint, nil)), Signature{"0102030405060708", false}, nil},
		"armored":                      {[]byte("-----BEGIN PGP SIGNATURE-----\n\n"), Signature{}, errArmored},
		"no key named":                 {old(body(1, time, nil)), Signature{}, errPacket},
		"a public key":                 {append([]byte{0x99, 0, 1}, 4), Signature{}, errPacket},
		"version 3":                    {old([]byte{3, 5, 0, 0, 0, 0}), Signature{}, errPacket},
		"cut":                          {old(body(1, fingerprint, nil))[:20], Signature{}, errPacket},
		"empty":                        {nil, Signature{}, errPacket},
		"text":                         {[]byte("signature"), Signature{}, errPacket},
		"subpacket longer than itself": {old(body(1, []byte{200, 1, 16}, nil)), Signature{}, errPacket},
		"subpacket of no length":       {old(body(1, []byte{0, 0}, nil)), Signature{}, errPacket},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parseSignature(c.content)
			if got != c.want || !errors.Is(err, c.err) {
				t.Errorf("got %+v, %v, want %+v, %v", got, err, c.want, c.err)
			}
		})
	}
}

func body(algorithm byte, hashed, rest []byte) []byte {
	content := append([]byte{4, 0, algorithm, 8, 0, byte(len(hashed))}, hashed...)
	return append(append(content, 0, byte(len(rest))), append(rest, 0xab, 0xcd)...)
}

func old(body []byte) []byte { return append([]byte{0x89, 0, byte(len(body))}, body...) }

func fresh(body []byte) []byte { return append([]byte{0xc2, byte(len(body))}, body...) }

// FuzzParseSignature: whatever is read as a signature names its key in sixteen digits that the content holds as bytes.
func FuzzParseSignature(f *testing.F) {
	f.Add(old(body(1, append([]byte{9, issuerKeyID}, make([]byte, 8)...), nil)))
	f.Add(fresh(body(22, nil, append([]byte{22, issuerPrint, 4}, make([]byte, 20)...))))
	f.Add([]byte("-----BEGIN PGP SIGNATURE-----"))
	f.Fuzz(func(t *testing.T, content []byte) {
		found, err := parseSignature(content)
		if err != nil {
			if found != (Signature{}) {
				t.Errorf("%+v along with %v", found, err)
			}
			return
		}
		id, err := hex.DecodeString(found.KeyID)
		if err != nil || len(id) != 8 || !bytes.Contains(content, id) || found.KeyID != strings.ToUpper(found.KeyID) {
			t.Errorf("key %q of %x", found.KeyID, content)
		}
	})
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
