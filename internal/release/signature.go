package release

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// Signature is what a detached OpenPGP signature says about the key that made it. It is not verified here, because that
// needs the public key. Terraform verifies it at each installation.
type Signature struct {
	KeyID string // the last eight bytes of the key's fingerprint, in upper-case hexadecimal digits
	RSA   bool
}

var (
	errArmored = errors.New("it is armored, but registries accept only the binary form")
	errPacket  = errors.New("it is not an OpenPGP signature of version 4 that names its key")
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
	if bytes.HasPrefix(content, []byte("-----BEGIN")) {
		return Signature{}, errArmored
	}
	first, err := packet.Read(bytes.NewReader(content))
	if err != nil {
		return Signature{}, fmt.Errorf("%w: %w", errPacket, err)
	}
	signature, ok := first.(*packet.Signature)
	if !ok || signature.Version != 4 || signature.IssuerKeyId == nil {
		return Signature{}, errPacket
	}
	return Signature{KeyID: fmt.Sprintf("%016X", *signature.IssuerKeyId), RSA: signature.PubKeyAlgo == packet.PubKeyAlgoRSA}, nil
}
