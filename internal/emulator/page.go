package emulator

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// paging contains the paging parameters of a request (GE012).
type paging struct {
	page, size int
	explicit   bool   // page or per_page was sent
	totals     bool   // include_totals=true
	checkpoint bool   // take or from was sent; they take precedence
	after      string // position in the list, from the parameter from
}

const (
	defaultPage, largestPage = 50, 100
	maxOffset                = 1000 // records of a list that numbered pages reach (GE019)
)

func (c *call) paging(smallest int64, checkpoints bool) (paging, error) {
	p := paging{size: defaultPage}
	var err error
	read := func(name string, lowest, highest int64, fallback int) int {
		value, bad := c.number(name, lowest, highest, fallback)
		if err == nil && bad != nil {
			err = bad
		}
		return value
	}
	if checkpoints && (c.query.Has("take") || c.query.Has("from")) {
		p.checkpoint = true
		p.size = read("take", 1, largestPage, defaultPage)
		if after, bad := base64.RawURLEncoding.DecodeString(c.query.Get("from")); bad == nil {
			p.after = string(after)
		} else if err == nil {
			err = invalidQuery(violationf("from", "Object didn't pass validation for format checkpoint-id: %s", c.query.Get("from")))
		}
		return p, err
	}
	p.explicit = c.query.Has("page") || c.query.Has("per_page")
	p.page = read("page", 0, -1, 0)
	p.size = read("per_page", smallest, largestPage, defaultPage)
	totals, bad := c.flag("include_totals", false)
	if err == nil && bad != nil {
		err = bad
	}
	p.totals = totals
	if err == nil && checkpoints && !c.server.options.Switches.DeepPages {
		err = p.checkOffset()
	}
	return p, err
}

// checkOffset rejects a numbered page that ends beyond what such pages reach (GE019).
func (p paging) checkOffset() error {
	if p.size == 0 || p.page < maxOffset/p.size {
		return nil
	}
	return invalidQuery(violationf("page", "Pages reach the first %d records, use take and from for those beyond", maxOffset))
}

// number reads a query parameter that is an integer.
func (c *call) number(name string, lowest, highest int64, fallback int) (int, error) {
	if !c.query.Has(name) {
		return fallback, nil
	}
	sent := c.query.Get(name)
	n, err := strconv.Atoi(sent)
	if err != nil {
		return 0, invalidQuery(violationf(name, "Expected type integer but found type string"))
	}
	if f := integerRange(lowest, highest)(json.Number(sent), name); f != nil {
		return 0, invalidQuery(f)
	}
	return n, nil
}

// flag reads a query parameter that is true or false.
func (c *call) flag(name string, fallback bool) (bool, error) {
	switch c.query.Get(name) {
	case "":
		return fallback, nil
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, invalidQuery(violationf(name, "Expected type boolean but found type string"))
}

// oneOf checks that a query parameter, if it was sent, has one of the values.
func (c *call) oneOf(name string, values ...string) *violation {
	if !c.query.Has(name) {
		return nil
	}
	return oneOf(values...)(c.query.Get(name), name)
}

func query[R any](p paging, match func(*R) bool) store.Query[R] {
	return store.Query[R]{Match: match, Offset: p.page * p.size, After: p.after, Limit: p.size}
}

// rowWriter writes a list row by row, so that a page of large objects is not in memory twice.
type rowWriter struct {
	before, after []byte
	count         int
	row           func(i int) []byte
}

func (rw *rowWriter) write(w io.Writer) {
	_, err := w.Write(rw.before)
	for i := 0; i < rw.count && err == nil; i++ {
		if i > 0 {
			_, err = w.Write([]byte{','})
		}
		if err == nil {
			_, err = w.Write(rw.row(i))
		}
	}
	if err == nil {
		_, _ = w.Write(rw.after)
	}
}

// listing returns a page of rows in the requested form: an array, an object with totals, or one with a checkpoint (GE012).
func listing[R any](c *call, p paging, name string, page store.Page[R], row func(*R) []byte) reply {
	rows := &rowWriter{count: len(page.Rows), row: func(i int) []byte { return row(page.Rows[i]) }}
	answer := reply{status: http.StatusOK, rows: rows}
	switch {
	case p.checkpoint:
		rows.before, rows.after = fmt.Appendf(nil, `{%q:[`, name), []byte("]}")
		if page.More {
			rows.after = fmt.Appendf(nil, `],"next":%q}`, base64.RawURLEncoding.EncodeToString([]byte(page.Last)))
		}
	case p.totals:
		rows.before = fmt.Appendf(nil, `{"total":%d,"start":%d,"limit":%d,%q:[`, page.Total, p.page*p.size, p.size, name)
		rows.after = []byte("]}")
	default:
		rows.before, rows.after = []byte{'['}, []byte{']'}
		if p.explicit || name == "client_grants" {
			answer.header = http.Header{"Link": {c.links(p, page.Total)}}
		}
	}
	return answer
}

// links returns the Link header of a plain array (GE013).
func (c *call) links(p paging, total int) string {
	last := 0
	if p.size > 0 && total > 0 {
		last = (total - 1) / p.size
	}
	pages := []struct {
		rel  string
		page int
	}{{"first", 0}, {"next", p.page + 1}, {"last", last}}
	var links []string
	for _, l := range pages {
		query := url.Values{}
		for name, values := range c.query {
			query[name] = values
		}
		query.Set("page", strconv.Itoa(l.page))
		query.Set("per_page", strconv.Itoa(p.size))
		links = append(links, fmt.Sprintf(`<%s%s?%s>; rel=%q`, c.server.URL(), c.entry.Path, query.Encode(), l.rel))
	}
	return strings.Join(links, ", ")
}
