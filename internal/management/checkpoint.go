package management

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// maxOffset is the number of objects that numbered pages reach in a list with checkpoints (GE019).
const maxOffset = 1000

var errDeep = errors.New("numbered pages reach the first " + strconv.Itoa(maxOffset) + " objects of a list")

// checkpoint requests the objects after a position, for lists for which the SDK knows only numbered pages. It removes the page number
// and size that the SDK adds, and keeps filters.
type checkpoint struct {
	way  transport.Doer
	from string // opaque; empty at the beginning
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

// nextOf returns the position of the next page, or "" after the last one. For lists that the SDK considers numbered, it is among the
// members that the SDK does not know.
func nextOf(unknown map[string]any) string {
	next, _ := unknown["next"].(string)
	return next
}

// pageNumberWithin returns the number of the page at a position, if numbers reach it. Pages beyond are not requested, because the tenant
// rejects them.
func pageNumberWithin(operation, from string) (int, error) {
	number, err := pageNumber(operation, from)
	if err == nil && number >= maxOffset/pageSize {
		err = &tenant.Unavailable{Reply: tenant.Reply{Operation: operation}, Cause: errDeep}
	}
	return number, err
}

// capOffset ends a list of numbered pages where numbers do not reach further.
func (p page[T]) capOffset(number int) page[T] {
	if number+1 >= maxOffset/pageSize {
		p.Next = ""
	}
	return p
}
