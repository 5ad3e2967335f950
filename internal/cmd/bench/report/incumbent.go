package report

import "strconv"

// Incumbent is the provider whose numbers stand beside ours, in the version they were measured with.
const Incumbent = "auth0/auth0 1.54.1"

// measured is what was measured of one of the incumbent's runs, by operation. Nobody measured the change of one object.
type measured struct {
	setUp      SetUp
	conditions Conditions
	calls      map[string]int
	refused    map[string]int
	seconds    map[string]float64
}

// incumbent are the incumbent's numbers: measured once, with Terraform 1.11.4 on a machine of two cores, against a
// stand-in for the Management API that counts. Its scopes in a map are one resource for all scopes of an API. Seconds
// are of single runs, those under a limit the median of three.
func incumbent() []measured {
	by := func(create, refresh, change, destroy int) map[string]int {
		return map[string]int{Create: create, Refresh: refresh, ChangeAll: change, Destroy: destroy}
	}
	job := SetUp{APIs: 1, Scopes: 5, Clients: 1, Grants: 1}
	library := SetUp{APIs: 1, Scopes: 20, Clients: 1, Grants: 1, Single: true}
	team := SetUp{APIs: 3, Scopes: 10, Clients: 4, Grants: 12}
	single := func(s SetUp) SetUp {
		s.Single = true
		return s
	}
	far := Conditions{Latency: 310}
	return []measured{
		{setUp: job, calls: by(10, 4, 12, 8)},
		{setUp: single(job), calls: by(22, 8, 29, 21)},
		{setUp: library, calls: by(67, 23, 89, 66)},
		{setUp: team, calls: by(59, 22, 66, 44)},
		{setUp: single(team), calls: by(140, 49, 177, 128)},
		{
			setUp:   SetUp{APIs: 100, Scopes: 5, Clients: 100, Grants: 100},
			calls:   map[string]int{Create: 1000, Refresh: 400},
			seconds: map[string]float64{Create: 16.2, Refresh: 4.6},
		},
		{setUp: job, conditions: far, seconds: map[string]float64{Create: 2.98, Refresh: 1.3, Destroy: 2.45}},
		{setUp: single(job), conditions: far, seconds: map[string]float64{Create: 6.6}},
		{setUp: library, conditions: far, seconds: map[string]float64{Create: 20.7, Destroy: 14.9}},
		{
			setUp:      SetUp{APIs: 10, Scopes: 5, Clients: 10, Grants: 10},
			conditions: Conditions{Rate: 2, Burst: 10},
			calls:      map[string]int{Create: 100},
			refused:    map[string]int{Create: 271},
			seconds:    map[string]float64{Create: 46.9},
		},
	}
}

// compared are the operations that the incumbent has numbers of.
func compared() []string { return []string{Create, Refresh, ChangeAll, Destroy} }

// beside tables our runs and the incumbent's of equal shape: what number tells of each operation, where both or only
// ours are known.
func (r Results) beside(of func(measured) bool, ours func(Operation) string, theirs func(measured, string) string) string {
	rows := [][]string{append([]string{"Set-up", "Conditions", "Provider"}, compared()...)}
	for _, m := range incumbent() {
		run, found := r.Run(m.setUp, m.conditions)
		if !found || !of(m) {
			continue
		}
		own := []string{m.setUp.String(), m.conditions.String(), "timesheets"}
		other := []string{"", "", Incumbent}
		for _, name := range compared() {
			operation, _ := run.Operation(name)
			own, other = append(own, ours(operation)), append(other, theirs(m, name))
		}
		rows = append(rows, own, other)
	}
	return table(3, rows)
}

func (r Results) besideCalls() string {
	return r.beside(
		func(m measured) bool { return m.calls != nil },
		func(o Operation) string { return strconv.Itoa(o.Calls.Management()) },
		func(m measured, operation string) string {
			n, known := m.calls[operation]
			if !known {
				return "–"
			}
			return strconv.Itoa(n)
		})
}

func (r Results) besideSeconds() string {
	return r.beside(
		func(m measured) bool { return m.seconds != nil },
		func(o Operation) string { return withRefused(o.Seconds, o.Calls.Refused) },
		func(m measured, operation string) string {
			s, known := m.seconds[operation]
			if !known {
				return "–"
			}
			return withRefused(s, m.refused[operation])
		})
}

// withRefused has no more digits than the incumbent's numbers have.
func withRefused(s float64, refused int) string {
	text := strconv.FormatFloat(s, 'f', 1, 64)
	if refused > 0 {
		text += ", " + strconv.Itoa(refused) + " × 429"
	}
	return text
}
