package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

const (
	contentType = "application/vnd.api+json" // of JSON:API documents
	callTimeout = 5 * time.Minute            // an archive has some megabytes
	answerLimit = 1 << 20
)

var errMissing = errors.New("it is not there, or the token may not manage the private registry")

// api speaks to HCP Terraform.
type api struct {
	base  *url.URL
	token secret.Value
	http  *http.Client
}

func newAPI(address string, token secret.Value) (*api, error) {
	base, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	if err := protected(base); err != nil {
		return nil, err
	}
	return &api{base: base, token: token, http: &http.Client{
		Timeout: callTimeout,
		CheckRedirect: func(r *http.Request, _ []*http.Request) error {
			return fmt.Errorf("a redirect to %s, which is not followed", r.URL.Host)
		},
	}}, nil
}

// protected refuses what others could read on the way.
func protected(address *url.URL) error {
	host := address.Hostname()
	if address.Scheme == "https" && host != "" {
		return nil
	}
	if ip := net.ParseIP(host); address.Scheme == "http" && ip != nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("%s://%s is not reached over https", address.Scheme, host)
}

// object is a JSON:API resource object with attributes of one kind.
type object[T any] struct {
	Type       string `json:"type"`
	Attributes T      `json:"attributes"`
	Links      links  `json:"links,omitzero"`
}

// links are where files of an object are uploaded to; empty once they are.
type links struct {
	Sums      string `json:"shasums-upload,omitempty"`
	Signature string `json:"shasums-sig-upload,omitempty"`
	Archive   string `json:"provider-binary-upload,omitempty"`
}

type document[T any] struct {
	Data T    `json:"data"`
	Meta meta `json:"meta,omitzero"`
}

type meta struct {
	Pagination struct {
		Next int `json:"next-page"` // 0 on the last page
	} `json:"pagination"`
}

// get reads an object; the error is errMissing where there is none.
func get[T any](ctx context.Context, a *api, path string) (object[T], error) {
	var answer document[object[T]]
	err := a.call(ctx, http.MethodGet, path, nil, &answer)
	return answer.Data, err
}

// list reads all pages of objects.
func list[T any](ctx context.Context, a *api, path string) ([]object[T], error) {
	var all []object[T]
	for page := 1; page > 0; {
		var answer document[[]object[T]]
		query := fmt.Sprintf("?page%%5Bnumber%%5D=%d&page%%5Bsize%%5D=100", page)
		if err := a.call(ctx, http.MethodGet, path+query, nil, &answer); err != nil {
			return nil, err
		}
		all = append(all, answer.Data...)
		page = answer.Meta.Pagination.Next
	}
	return all, nil
}

// create makes an object and returns it as the service has it.
func create[T any](ctx context.Context, a *api, path, kind string, attributes T) (object[T], error) {
	body, err := json.Marshal(document[object[T]]{Data: object[T]{Type: kind, Attributes: attributes}})
	if err != nil {
		return object[T]{}, err
	}
	var answer document[object[T]]
	err = a.call(ctx, http.MethodPost, path, body, &answer)
	return answer.Data, err
}

func (a *api) call(ctx context.Context, method, path string, body []byte, answer any) error {
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(a.base.String(), "/")+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+a.token.Reveal())
	request.Header.Set("Content-Type", contentType)
	content, err := a.send(request)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, request.URL.Path, err)
	}
	return json.Unmarshal(content, answer)
}

// upload puts a file where a link says, without the token: the link is the right to do so.
func (a *api) upload(ctx context.Context, link, path string) error {
	target, err := url.Parse(link)
	if err != nil || link == "" {
		return errors.New("the registry gave no link to upload to") // a link is a secret: it is not told
	}
	if err := protected(target); err != nil {
		return err
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, link, bytes.NewReader(content))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/octet-stream")
	_, err = a.send(request)
	var failed *url.Error
	if errors.As(err, &failed) { // it would print the link
		err = failed.Err
	}
	return err
}

// send returns the body of an answer that is a success.
func (a *api) send(request *http.Request) ([]byte, error) {
	response, err := a.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }() // what was read is whole or an error
	content, err := io.ReadAll(io.LimitReader(response.Body, answerLimit))
	switch {
	case err != nil:
		return nil, err
	case response.StatusCode == http.StatusNotFound:
		return nil, errMissing
	case response.StatusCode/100 != 2:
		return nil, fmt.Errorf("%s%s", response.Status, reasons(content))
	}
	return content, nil
}

// reasons are what a JSON:API error document says.
func reasons(content []byte) string {
	var said struct {
		Errors []struct {
			Title  string `json:"title"`
			Detail string `json:"detail"`
		} `json:"errors"`
	}
	if json.Unmarshal(content, &said) != nil {
		return ""
	}
	var text strings.Builder
	for _, e := range said.Errors {
		fmt.Fprintf(&text, "; %s: %s", e.Title, e.Detail)
	}
	return text.String()
}
