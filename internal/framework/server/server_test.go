package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
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

const canary = "canary-in-a-panic"

// broken panics in each of its requests, because it has no server; list and action only while they are read.
type broken struct{ server.Server }

func (broken) ListResource(context.Context, *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	return &tfprotov6.ListResourceServerStream{Results: func(yield func(tfprotov6.ListResourceResult) bool) {
		yield(tfprotov6.ListResourceResult{DisplayName: "first"})
		panic(canary)
	}}, nil
}

func (broken) InvokeAction(context.Context, *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	return &tfprotov6.InvokeActionServerStream{Events: func(func(tfprotov6.InvokeActionEvent) bool) { panic(fmt.Errorf("wrapped %s", canary)) }}, nil
}

func (broken) ReadResource(context.Context, *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	panic(canary)
}

func (broken) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	panic(canary)
}

// TestEveryRequest asks for everything there is of a server that panics, by reflection, so that a request added later
// cannot be forgotten.
func TestEveryRequest(t *testing.T) {
	guarded := reflect.ValueOf(server.Recover(broken{}))
	requests := reflect.TypeFor[server.Server]()
	if requests.NumMethod() < 25 {
		t.Fatalf("only %d requests", requests.NumMethod())
	}
	for i := range requests.NumMethod() {
		method := requests.Method(i)
		t.Run(method.Name, func(t *testing.T) {
			request := reflect.New(method.Type.In(1).Elem())
			answers := guarded.MethodByName(method.Name).Call([]reflect.Value{reflect.ValueOf(t.Context()), request})
			if err := answers[1].Interface(); err != nil {
				t.Fatalf("error %v", err)
			}
			said := read(t, answers[0].Interface())
			if !strings.Contains(said, "Please report the defect with this ID") {
				t.Errorf("it does not say what to do: %s", said)
			}
			if strings.Contains(said, canary) {
				t.Errorf("it shows a value: %s", said)
			}
		})
	}
}

// read returns all texts of a response.
func read(t *testing.T, answer any) string {
	t.Helper()
	switch streamed := answer.(type) {
	case *tfprotov6.ListResourceServerStream:
		var said strings.Builder
		for result := range streamed.Results {
			said.WriteString(result.DisplayName)
			for _, d := range result.Diagnostics {
				said.WriteString(d.Detail)
			}
		}
		if !strings.HasPrefix(said.String(), "first") {
			t.Errorf("what came before is lost: %s", said.String())
		}
		return said.String()
	case *tfprotov6.InvokeActionServerStream:
		var said strings.Builder
		for event := range streamed.Events {
			if completed, ok := event.Type.(tfprotov6.CompletedInvokeActionEventType); ok {
				said.WriteString(completed.Diagnostics[0].Detail)
			}
		}
		return said.String()
	}
	said, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	return string(said)
}

// TestStateStays shows that a read or a change that panics leaves the state as it was.
func TestStateStays(t *testing.T) {
	server := server.Recover(broken{})
	before := &tfprotov6.DynamicValue{JSON: []byte(`{"id":"1"}`)}
	read, err := server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{CurrentState: before, Private: []byte("kept")})
	if err != nil || read.NewState != before || string(read.Private) != "kept" {
		t.Errorf("after a read: %v, %v", read, err)
	}
	changed, err := server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{PriorState: before})
	if err != nil || changed.NewState != before {
		t.Errorf("after a change: %v, %v", changed, err)
	}
}

// TestPlace shows that the error names the function that panicked, and the runtime's own words alone.
func TestPlace(t *testing.T) {
	answer, err := server.Recover(broken{}).ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{})
	if err != nil || !strings.Contains(answer.Diagnostics[0].Detail, "broken.ReadResource, server_test.go:") {
		t.Errorf("%v, %v", answer, err)
	}
	planned, err := server.Recover(broken{}).PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{})
	if err != nil || !strings.Contains(planned.Diagnostics[0].Detail, "nil pointer dereference") {
		t.Errorf("%v, %v", planned, err)
	}
}

// TestReader expects that a panic of the reader of a list is not recovered.
func TestReader(t *testing.T) {
	stream, err := server.Recover(broken{}).ListResource(t.Context(), &tfprotov6.ListResourceRequest{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if recover() != "reader" {
			t.Error("the reader's own panic is swallowed")
		}
	}()
	for range stream.Results {
		panic("reader")
	}
}
