package emulator

import (
	"crypto/sha1" // the fingerprint is defined as SHA-1
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

func keyRoutes() []route {
	const all = "/api/v2/keys/signing"
	return []route{
		{method: "GET", path: all, scopes: []string{"read:signing_keys"}, serve: listKeys},
		{method: "GET", path: all + "/{kid}", scopes: []string{"read:signing_keys"}, serve: getKey},
		{method: "POST", path: all + "/rotate", scopes: []string{"create:signing_keys"}, serve: rotateKeys},
		{method: "PUT", path: all + "/{kid}/revoke", scopes: []string{"update:signing_keys"}, serve: revokeKey},
	}
}

// keyView returns a signing key as the API returns it: its certificate and its use, never its private key (KS001).
func keyView(key signingKey) store.Object {
	row := key.row
	print := sha1.Sum(key.cert.Raw)
	hex := strings.ToUpper(fmt.Sprintf("%x", print))
	pairs := make([]string, 0, len(print))
	for i := 0; i < len(hex); i += 2 {
		pairs = append(pairs, hex[i:i+2])
	}
	view := store.Object{
		{Name: "kid", Value: row.ID},
		{Name: "cert", Value: row.Certificate},
		{Name: "pkcs7", Value: strings.ReplaceAll(row.Certificate, "CERTIFICATE", "PKCS7")},
		{Name: "current", Value: row.State == keyCurrent},
		{Name: "next", Value: row.State == keyNext},
		{Name: "previous", Value: row.State == keyPrevious},
	}
	if row.CurrentAt != "" {
		view.Set("current_since", row.CurrentAt)
	}
	if row.PreviousAt != "" {
		view.Set("current_until", row.PreviousAt)
	}
	view.Set("fingerprint", strings.Join(pairs, ":"))
	view.Set("thumbprint", hex)
	view.Set("revoked", row.State == keyRevoked)
	if row.RevokedAt != "" {
		view.Set("revoked_at", row.RevokedAt)
	}
	return view
}

func listKeys(c *call) (reply, error) {
	views := []store.Object{}
	for _, key := range c.server.keys.all() {
		views = append(views, keyView(key))
	}
	return ok(views), nil
}

func getKey(c *call) (reply, error) {
	for _, key := range c.server.keys.all() {
		if key.row.ID == c.params[0] {
			return ok(keyView(key)), nil
		}
	}
	return reply{}, keyNotFound()
}

func keyNotFound() error { return notFound("Signing key not found.", "inexistent_signing_key") } // KS004

// rotateKeys makes the next key the current one and the current key the previous one, and generates a new next key (KS002).
func rotateKeys(c *call) (reply, error) {
	if !c.token.any("update:signing_keys") {
		return reply{}, insufficientScope([]string{"create:signing_keys", "update:signing_keys"})
	}
	fresh, err := c.server.newKey(keyNext)
	if err != nil {
		return reply{}, err
	}
	now := stamp(c.server.now())
	var current signingKey
	err = c.server.keys.change(c.server.store, &fresh, func(row *store.Key) {
		switch row.State {
		case keyNext:
			row.State, row.CurrentAt = keyCurrent, now
		case keyCurrent:
			row.State, row.PreviousAt = keyPrevious, now
		}
	})
	if err == nil {
		current = c.server.keys.current()
	}
	return created(keyViewOrNothing(current)), err
}

func keyViewOrNothing(key signingKey) any {
	if key.row == nil {
		return nil
	}
	return keyView(key)
}

// revokeKey revokes a previous key: tokens signed with it are no longer valid. The current and the next key cannot be
// revoked (KS003).
func revokeKey(c *call) (reply, error) {
	kid := c.params[0]
	keys := c.server.keys.all()
	i := slices.IndexFunc(keys, func(k signingKey) bool { return k.row.ID == kid })
	if i < 0 {
		return reply{}, keyNotFound()
	}
	if state := keys[i].row.State; state == keyCurrent || state == keyNext {
		return reply{}, badRequest("validation_error", "Only a previous signing key can be revoked.")
	}
	now := stamp(c.server.now())
	err := c.server.keys.change(c.server.store, nil, func(row *store.Key) {
		if row.ID == kid && row.State != keyRevoked {
			row.State, row.RevokedAt = keyRevoked, now
		}
	})
	if err != nil {
		return reply{}, err
	}
	return ok(keyView(c.server.keys.all()[i])), nil
}

// change applies edit to a copy of every key, adds fresh unless it is nil, and saves the keys before they are used.
func (k *keyring) change(state *store.Store, fresh *signingKey, edit func(*store.Key)) error {
	k.changing.Lock()
	defer k.changing.Unlock()
	after := slices.Clone(k.all())
	for i := range after {
		row := *after[i].row
		edit(&row)
		after[i].row = &row
	}
	if fresh != nil {
		after = append(after, *fresh)
	}
	err := state.Write(func(tx *store.Tx) error {
		var errs error
		for _, key := range after {
			errs = errors.Join(errs, tx.PutKey(key.row))
		}
		return errs
	})
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys = after
	return nil
}
