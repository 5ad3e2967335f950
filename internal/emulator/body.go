package emulator

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"time"
)

// Limits of request bodies. An API with a thousand of the longest scopes is below 5 MB.
const (
	bodyLimit      = 8 << 20  // bytes; a longer body is rejected
	discardLimit   = 32 << 20 // bytes of a rejected body that are read, so that the caller receives the response
	smallBody      = 64 << 10 // bytes; a longer body waits until one of the slots for large bodies is free
	largeBodySlots = 4
)

// bodyReader reads request bodies in bounded time and memory.
type bodyReader struct {
	timeout time.Duration
	slots   chan struct{} // one element for each large body that is in memory
}

func newBodyReader(timeout time.Duration) *bodyReader {
	return &bodyReader{timeout: timeout, slots: make(chan struct{}, largeBodySlots)}
}

// read returns the body. The caller calls release when it no longer uses the body and what was decoded from it.
func (b *bodyReader) read(w http.ResponseWriter, r *http.Request) (body []byte, release func(), err error) {
	release = func() {}
	var data bytes.Buffer
	read := func(limit int64) error {
		b.setDeadline(w, r)
		_, err := io.CopyN(&data, r.Body, limit-int64(data.Len()))
		return err
	}
	err = read(smallBody + 1)
	if err == nil {
		b.slots <- struct{}{}
		release = func() { <-b.slots }
		err = read(bodyLimit + 1)
	}
	switch {
	case errors.Is(err, io.EOF):
		_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
		return data.Bytes(), release, nil
	case err == nil:
		_, _ = io.CopyN(io.Discard, r.Body, discardLimit)
		return nil, release, refuse(http.StatusRequestEntityTooLarge, "", "Payload content length greater than maximum allowed")
	default:
		return nil, release, badRequest("", "Invalid request payload")
	}
}

// setDeadline limits how long reading the body can take, both in read and in the server, which reads the rest of an
// unread body before it responds. Without a connection, as in tests, there is no deadline.
func (b *bodyReader) setDeadline(w http.ResponseWriter, r *http.Request) {
	if r.Body != http.NoBody {
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(b.timeout))
	}
}
