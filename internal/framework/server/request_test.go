package server_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
)

// hoarder keeps the context of each request that it serves, as the framework does.
type hoarder struct {
	server.Server

	kept []context.Context
}

type key struct{}

// ballast is what comes with a request.
type ballast struct {
	name string
	_    [1 << 16]byte
}

func (h *hoarder) ReadResource(ctx context.Context, _ *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	own, cancel := context.WithCancel(ctx)
	_ = cancel // the framework calls it when it is stopped
	h.kept = append(h.kept, own)
	if ctx.Err() != nil || ctx.Value(key{}) == nil {
		return nil, errors.New("the request has ended before it was answered")
	}
	return &tfprotov6.ReadResourceResponse{}, nil
}

// served serves a request that ends when the returned function is called, and returns what came with it.
func served(t *testing.T, server server.Server, name string) (weak.Pointer[ballast], context.CancelFunc) {
	t.Helper()
	load := &ballast{name: name}
	ctx, cancel := context.WithDeadline(context.WithValue(t.Context(), key{}, load), time.Now().Add(time.Hour))
	if _, err := server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{}); err != nil {
		t.Fatal(err)
	}
	return weak.Make(load), cancel
}

// TestRequest_released expects that the values of a request are released after the response, except those of the first request, with
// which work in the context of a later request is logged.
func TestRequest_released(t *testing.T) {
	h := &hoarder{}
	server := server.Recover(h)
	first, endFirst := served(t, server, "first")
	second, endSecond := served(t, server, "second")
	if h.kept[1].Err() != nil {
		t.Errorf("answered, but not ended: %v", h.kept[1].Err())
	}
	endFirst()
	endSecond()
	for i, kept := range h.kept {
		select {
		case <-kept.Done():
		case <-time.After(time.Minute):
			t.Fatal("the context continues after the end of the request")
		}
		if load, _ := kept.Value(key{}).(*ballast); !errors.Is(kept.Err(), context.Canceled) || load == nil || load.name != "first" {
			t.Errorf("context %d: error %v, value %v", i, kept.Err(), load != nil)
		}
	}
	runtime.GC()
	runtime.GC()
	if first.Value() == nil || second.Value() != nil {
		t.Errorf("values exist: of the first request %v, of the second %v", first.Value() != nil, second.Value() != nil)
	}
	runtime.KeepAlive(h)
}
