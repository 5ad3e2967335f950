package management

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"

	"github.com/auth0/go-auth0/v3/management/core"
	"github.com/auth0/go-auth0/v3/management/option"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
)

// pageOf requests a page. If the SDK cannot decode the response, it decodes it again without the undecodable objects; unread is their
// number. member is the name of the list in the response.
func pageOf[Answer any, Cursor comparable, Object any](
	ctx context.Context, way transport.Doer, operation, member string,
	ask func(context.Context, option.RequestOption) (*core.Page[Cursor, *Object, Answer], error),
) (answer Answer, unread int, err error) {
	answer, err = read(ctx, transport.Call{Operation: operation}, func(ctx context.Context) (answer Answer, err error) {
		kept := &bodyRecorder{way: way}
		got, err := ask(ctx, option.WithHTTPClient(kept))
		if err != nil && kept.body != nil {
			if kept.body, unread = dropUndecodable[Object](kept.body, member); unread > 0 {
				kept.way = nil
				got, err = ask(ctx, option.WithHTTPClient(kept))
			}
		}
		if err != nil {
			return answer, err
		}
		return got.Response, nil
	})
	return answer, unread, err
}

// bodyRecorder sends a request and records the response. Without a connection it returns the recorded one.
type bodyRecorder struct {
	way    transport.Doer
	answer http.Response
	body   []byte
}

// Do implements transport.Doer.
func (k *bodyRecorder) Do(r *http.Request) (*http.Response, error) {
	if k.way != nil {
		answer, err := k.way.Do(r)
		if err != nil {
			return nil, err
		}
		defer func() { _ = answer.Body.Close() }()
		if k.body, err = io.ReadAll(answer.Body); err != nil {
			return nil, err
		}
		k.answer = *answer
	}
	again := k.answer
	again.Body = io.NopCloser(bytes.NewReader(k.body))
	return &again, nil
}

// dropUndecodable removes the objects from a list that cannot be decoded as a T.
func dropUndecodable[T any](body []byte, member string) (readable []byte, unread int) {
	var answer map[string]json.RawMessage
	var objects, good []json.RawMessage
	if json.Unmarshal(body, &answer) != nil || json.Unmarshal(answer[member], &objects) != nil {
		return nil, 0
	}
	for _, object := range objects {
		if json.Unmarshal(object, new(T)) == nil {
			good = append(good, object)
		}
	}
	list, err := json.Marshal(append([]json.RawMessage{}, good...))
	if err != nil {
		return nil, 0
	}
	answer[member] = list
	if readable, err = json.Marshal(answer); err != nil {
		return nil, 0
	}
	return readable, len(objects) - len(good)
}
