package report

import (
	"encoding/json"
	"io"
)

// Figure is a figure to draw: lines where its series have points, bars where it has groups.
type Figure struct {
	File   string   `json:"file"`
	Title  string   `json:"title"`
	X      string   `json:"x"`
	Y      string   `json:"y"`
	Log    bool     `json:"log,omitempty"`    // both axes
	Groups []string `json:"groups,omitempty"` // of bars
	Series []Series `json:"series"`
}

// Series is one line, or one bar in each group.
type Series struct {
	Name   string       `json:"name"`
	Other  bool         `json:"other,omitempty"` // not measured by this bench
	Points [][2]float64 `json:"points,omitempty"`
	Values []float64    `json:"values,omitempty"`
}

// WriteFigures writes the figures as JSON.
func (r Results) WriteFigures(out io.Writer) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode([]Figure{r.sizes(), r.waits()})
}

// sizes shows calls against the number of things a set-up manages, scopes in a map, no limit.
func (r Results) sizes() Figure {
	figure := Figure{
		File: "calls.svg", Title: "Calls of the Management API", Log: true,
		X: "APIs, scopes, clients and grants that a set-up manages", Y: "calls",
	}
	plain := func(s SetUp, c Conditions) bool { return !s.Single && s.Foreign == 0 && c == Conditions{} }
	for _, name := range []string{Create, Refresh} {
		ours := Series{Name: "timesheets, " + name}
		for _, run := range r.Runs {
			if o, found := run.Operation(name); found && plain(run.SetUp, run.Conditions) {
				ours.Points = append(ours.Points, [2]float64{float64(run.SetUp.Things()), float64(o.Calls.Management())})
			}
		}
		theirs := Series{Name: Incumbent + ", " + name, Other: true}
		for _, m := range incumbent() {
			if calls, known := m.calls[name]; known && plain(m.setUp, m.conditions) {
				theirs.Points = append(theirs.Points, [2]float64{float64(m.setUp.Things()), float64(calls)})
			}
		}
		figure.Series = append(figure.Series, ours, theirs)
	}
	return figure
}

// waits shows the seconds of one set-up under each limit.
func (r Results) waits() Figure {
	setUp := SetUp{APIs: 10, Scopes: 5, Clients: 10, Grants: 10}
	figure := Figure{
		File: "limits.svg", Title: "Seconds under each limit", X: setUp.String(), Y: "seconds", Groups: Operations(),
	}
	for _, run := range r.Runs {
		if run.SetUp != setUp {
			continue
		}
		bars := Series{Name: "timesheets, " + run.Conditions.String()}
		for _, name := range Operations() {
			o, _ := run.Operation(name) // what was not run has no bar
			bars.Values = append(bars.Values, o.Seconds)
		}
		figure.Series = append(figure.Series, bars)
	}
	for _, m := range incumbent() {
		if m.setUp != setUp {
			continue
		}
		bars := Series{Name: Incumbent + ", " + m.conditions.String() + " (create alone)", Other: true}
		for _, name := range Operations() {
			bars.Values = append(bars.Values, m.seconds[name]) // what nobody measured has no bar
		}
		figure.Series = append(figure.Series, bars)
	}
	return figure
}
