package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/release"
)

// name is the provider's in the registry: its source there is app.terraform.io/ORGANIZATION/timesheets.
const name = "timesheets"

// publisher brings a release into a private registry, step by step: provider, key, version with its two files, platforms
// with an archive each. A step looks first, and acts only on what is missing.
type publisher struct {
	api          *api
	organization string
	release      release.Release
	key          string // armored; may be empty
	dry          bool
	out          io.Writer
}

type providerAttributes struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Registry  string `json:"registry-name"`
}

type keyAttributes struct {
	Namespace string `json:"namespace"`
	Armor     string `json:"ascii-armor"`
	KeyID     string `json:"key-id,omitempty"`
}

type versionAttributes struct {
	Version           string   `json:"version"`
	KeyID             string   `json:"key-id"`
	Protocols         []string `json:"protocols"`
	SumsUploaded      bool     `json:"shasums-uploaded,omitempty"`
	SignatureUploaded bool     `json:"shasums-sig-uploaded,omitempty"`
}

type platformAttributes struct {
	OS       string `json:"os"`
	Arch     string `json:"arch"`
	Sum      string `json:"shasum"`
	File     string `json:"filename"`
	Uploaded bool   `json:"provider-binary-uploaded,omitempty"`
}

func (p publisher) publish(ctx context.Context) error {
	for _, step := range []func(context.Context) error{p.provider, p.publicKey, p.version, p.platforms} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// do acts, unless this is a dry run; either way it says what.
func (p publisher) do(act func() error, what string, args ...any) error {
	fmt.Fprintf(p.out, what+"\n", args...)
	if p.dry {
		return nil
	}
	return act()
}

func (p publisher) provider(ctx context.Context) error {
	_, err := get[providerAttributes](ctx, p.api, p.path())
	if !errors.Is(err, errMissing) {
		return err
	}
	return p.do(func() error {
		_, err := create(ctx, p.api, "/api/v2/organizations/"+url.PathEscape(p.organization)+"/registry-providers", "registry-providers",
			providerAttributes{Name: name, Namespace: p.organization, Registry: "private"})
		return err
	}, "create provider %s/%s", p.organization, name)
}

// publicKey makes the registry know the key of the release's signature.
func (p publisher) publicKey(ctx context.Context) error {
	const path = "/api/registry/private/v2/gpg-keys"
	id := p.release.Signature.KeyID
	_, err := get[keyAttributes](ctx, p.api, path+"/"+url.PathEscape(p.organization)+"/"+id)
	if !errors.Is(err, errMissing) {
		return err
	}
	if p.key == "" {
		return fmt.Errorf("the registry does not know the key %s, which signed the release: name the file of its public half with -key", id)
	}
	return p.do(func() error {
		added, err := create(ctx, p.api, path, "gpg-keys", keyAttributes{Namespace: p.organization, Armor: p.key})
		if err == nil && added.Attributes.KeyID != id {
			return fmt.Errorf("the file of -key holds the key %s, and the release is signed by %s", added.Attributes.KeyID, id)
		}
		return err
	}, "add key %s", id)
}

// version makes the version and uploads its checksums and their signature.
func (p publisher) version(ctx context.Context) error {
	want := versionAttributes{Version: p.release.Version, KeyID: p.release.Signature.KeyID, Protocols: p.release.Protocols}
	found, err := get[versionAttributes](ctx, p.api, p.versionPath())
	if errors.Is(err, errMissing) {
		err = p.do(func() error {
			found, err = create(ctx, p.api, p.path()+"/versions", "registry-provider-versions", want)
			return err
		}, "create version %s", want.Version)
	} else if err == nil && (found.Attributes.KeyID != want.KeyID || !slices.Equal(found.Attributes.Protocols, want.Protocols)) {
		return fmt.Errorf("version %s is there with key %s and protocols %v, not %s and %v: what was published is never replaced, make a new version",
			want.Version, found.Attributes.KeyID, found.Attributes.Protocols, want.KeyID, want.Protocols)
	}
	if err != nil {
		return err
	}
	if err := p.file(ctx, found.Attributes.SumsUploaded, found.Links.Sums, p.release.SumsFile()); err != nil {
		return err
	}
	return p.file(ctx, found.Attributes.SignatureUploaded, found.Links.Signature, p.release.SignatureFile())
}

// platforms makes each platform that is missing and uploads its archive.
func (p publisher) platforms(ctx context.Context) error {
	there, err := list[platformAttributes](ctx, p.api, p.versionPath()+"/platforms")
	if err != nil && (!p.dry || !errors.Is(err, errMissing)) { // before a dry run's version there are none
		return err
	}
	for _, platform := range p.release.Platforms {
		at := slices.IndexFunc(there, func(o object[platformAttributes]) bool {
			return o.Attributes.OS == platform.OS && o.Attributes.Arch == platform.Arch
		})
		var found object[platformAttributes]
		if at >= 0 {
			found = there[at]
		}
		if err := p.platform(ctx, platform, found, at >= 0); err != nil {
			return err
		}
	}
	return nil
}

func (p publisher) platform(ctx context.Context, platform release.Platform, found object[platformAttributes], there bool) error {
	want := platformAttributes{OS: platform.OS, Arch: platform.Arch, Sum: platform.Sum, File: platform.File}
	switch {
	case !there:
		err := p.do(func() (err error) {
			found, err = create(ctx, p.api, p.versionPath()+"/platforms", "registry-provider-platforms", want)
			return err
		}, "create platform %s", platform)
		if err != nil {
			return err
		}
	case found.Attributes.Sum != want.Sum || found.Attributes.File != want.File:
		return fmt.Errorf("platform %s is there with %s, %s, not %s, %s: what was published is never replaced, make a new version",
			platform, found.Attributes.File, found.Attributes.Sum, want.File, want.Sum)
	}
	return p.file(ctx, found.Attributes.Uploaded, found.Links.Archive, platform.File)
}

// file uploads a file of the release, unless it was uploaded before.
func (p publisher) file(ctx context.Context, uploaded bool, link, file string) error {
	if uploaded {
		return nil
	}
	return p.do(func() error {
		if err := p.api.upload(ctx, link, p.release.Path(file)); err != nil {
			return fmt.Errorf("upload %s: %w", file, err)
		}
		return nil
	}, "upload %s", file)
}

func (p publisher) path() string {
	organization := url.PathEscape(p.organization)
	return "/api/v2/organizations/" + organization + "/registry-providers/private/" + organization + "/" + name
}

func (p publisher) versionPath() string { return p.path() + "/versions/" + p.release.Version }
