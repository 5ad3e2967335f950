package management

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// deepest is how many objects of a list that has checkpoints its numbered pages reach (GE019).
const deepest = 1000

var errDeep = errors.New("numbered pages reach the first " + strconv.Itoa(deepest) + " objects of a list")

// checkpoint asks for the objects after a position, where the SDK knows numbered pages alone. The number and size that it
// adds are taken out again, so that no tenant has two ways to choose from. Filters stay.
type checkpoint struct {
	way  transport.Doer
	from string // opaque; empty: the beginning
}

// Do implements transport.Doer.
func (c checkpoint) Do(r *http.Request) (*http.Response, error) {
	query := r.URL.Query()
	for _, numbered := range []string{"page", "per_page", "include_totals"} {
		query.Del(numbered)
	}
	query.Set("take", strconv.Itoa(pageSize))
	if c.from != "" {
		query.Set("from", c.from)
	}
	r = r.Clone(r.Context())
	r.URL.RawQuery = query.Encode()
	return c.way.Do(r)
}

// nextOf is where the page after an answer to a checkpoint begins; empty where it was the last. Of a list that the SDK
// takes for numbered it is among the members that the SDK does not know.
func nextOf(unknown map[string]any) string {
	next, _ := unknown["next"].(string)
	return next
}

// shallowNumber is the number of the page that starts at from, where numbers do not reach all of the list. What is beyond
// is not asked for: a refusal would cost a request, and teach nobody anything.
func shallowNumber(operation, from string) (int, error) {
	number, err := pageNumber(operation, from)
	if err == nil && number >= deepest/pageSize {
		err = &tenant.Unavailable{Reply: tenant.Reply{Operation: operation}, Cause: errDeep}
	}
	return number, err
}

// shallow ends a list of numbered pages where numbers reach no further.
func (p page[T]) shallow(number int) page[T] {
	if number+1 >= deepest/pageSize {
		p.Next = ""
	}
	return p
}
