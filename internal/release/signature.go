package release

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
)

// Signature is what a detached OpenPGP signature tells of the key that made it. It is not verified here: that takes
// the public key, and Terraform does it at each installation.
type Signature struct {
	KeyID string // the last eight bytes of the key's fingerprint, in upper-case hexadecimal digits
	RSA   bool
}

var (
	errArmored = errors.New("it is armored; registries take the binary form alone")
	errPacket  = errors.New("it is no OpenPGP signature of version 4")
)

const (
	signatureTag = 2 // RFC 4880, 4.3
	algorithmRSA = 1 // RFC 4880, 9.1; the registry takes RSA and DSA, and we sign with RSA
	issuerKeyID  = 16
	issuerPrint  = 33
)

func (r *Release) readSignature() error {
	content, err := os.ReadFile(r.Path(r.SignatureFile()))
	if err != nil {
		return err
	}
	if r.Signature, err = parseSignature(content); err != nil {
		return fmt.Errorf("read %s: %w", r.SignatureFile(), err)
	}
	return nil
}

// parseSignature reads the first packet of a detached signature.
func parseSignature(content []byte) (Signature, error) {
	if strings.HasPrefix(string(content), "-----BEGIN") {
		return Signature{}, errArmored
	}
	body, err := packet(content, signatureTag)
	if err != nil {
		return Signature{}, err
	}
	// version, type, algorithm of the key, of the hash; then twice a length and subpackets
	if len(body) < 4 || body[0] != 4 {
		return Signature{}, errPacket
	}
	found := Signature{RSA: body[2] == algorithmRSA}
	rest := body[4:]
	for range 2 { // hashed and not
		if len(rest) < 2 {
			return Signature{}, errPacket
		}
		length := int(binary.BigEndian.Uint16(rest))
		if len(rest) < 2+length {
			return Signature{}, errPacket
		}
		id, err := issuer(rest[2 : 2+length])
		if err != nil {
			return Signature{}, err
		}
		if id != "" {
			found.KeyID = id
			return found, nil
		}
		rest = rest[2+length:]
	}
	return Signature{}, fmt.Errorf("%w: it does not name its key", errPacket)
}

// packet returns the body of the packet that content starts with, which must have the tag.
func packet(content []byte, tag byte) ([]byte, error) {
	if len(content) < 2 || content[0]&0x80 == 0 {
		return nil, errPacket
	}
	if content[0]&0x40 != 0 { // the new format
		if content[0]&0x3f != tag {
			return nil, errPacket
		}
		body, _, err := measured(content[1:])
		return body, err
	}
	if content[0]>>2&0x0f != tag || content[0]&3 == 3 { // the last is a packet without a length
		return nil, errPacket
	}
	width := 1 << (content[0] & 3)
	if len(content) < 1+width {
		return nil, errPacket
	}
	length := uint64(0)
	for _, digit := range content[1 : 1+width] {
		length = length<<8 | uint64(digit)
	}
	if rest := content[1+width:]; uint64(len(rest)) >= length {
		return rest[:length], nil
	}
	return nil, errPacket
}

// measured reads a length of the new format, which packets and subpackets share, and what it measures.
func measured(content []byte) (body, rest []byte, err error) {
	if len(content) == 0 {
		return nil, nil, errPacket
	}
	width, length := 1, uint64(content[0])
	switch {
	case length == 255 && len(content) >= 5:
		width, length = 5, uint64(binary.BigEndian.Uint32(content[1:]))
	case length >= 192 && length < 224 && len(content) >= 2:
		width, length = 2, (length-192)<<8+uint64(content[1])+192
	case length >= 192:
		return nil, nil, errPacket
	}
	if rest = content[width:]; uint64(len(rest)) < length {
		return nil, nil, errPacket
	}
	return rest[:length], rest[length:], nil
}

// issuer looks for the key's id among subpackets; empty where none tells it.
func issuer(subpackets []byte) (string, error) {
	for len(subpackets) > 0 {
		body, rest, err := measured(subpackets)
		if err != nil || len(body) == 0 {
			return "", errPacket
		}
		kind, value := body[0]&0x7f, body[1:]
		// the fingerprint follows a byte with the version of the key
		if kind == issuerKeyID && len(value) == 8 || kind == issuerPrint && len(value) == 21 {
			return strings.ToUpper(hex.EncodeToString(value[len(value)-8:])), nil
		}
		subpackets = rest
	}
	return "", nil
}
