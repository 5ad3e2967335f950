package transport

import (
	"net/http"
	"sync"
	"time"
)

// manyBuckets is how many limits are kept apart. A tenant that tells more of them than that tells nonsense.
const manyBuckets = 16

// buckets are the limits that one side of a tenant has: one for all, or several for kinds of requests, depending on its
// plan. An answer does not name its bucket, but it tells its size: kinds of requests whose answers tell different sizes
// have different buckets. Until a kind has been answered it goes by the first one.
type buckets struct {
	share float64
	first *pace

	mu     sync.Mutex
	ofKind map[string]*pace
	ofSize map[float64]*pace
}

func newBuckets(share float64) *buckets {
	return &buckets{share: share, first: newPace(share), ofKind: map[string]*pace{}, ofSize: map[float64]*pace{}}
}

func (b *buckets) of(kind string) *pace {
	b.mu.Lock()
	defer b.mu.Unlock()
	if known, ok := b.ofKind[kind]; ok {
		return known
	}
	return b.first
}

// arrive is how a request of a kind ended that went by a pace. It returns for how long that closed a
// gate, if it did.
func (b *buckets) arrive(kind string, went *pace, through pass, end ending) (shut time.Duration) {
	belongs := b.sort(kind, went, parseHints(end.header, end.at).limit)
	if belongs != went {
		went.giveBack()
		through = belongs.join()
	}
	return belongs.arrive(through, end)
}

// sort is the pace that a kind belongs to, now that an answer has told the size of its bucket; 0 where it told none.
func (b *buckets) sort(kind string, went *pace, size float64) *pace {
	b.mu.Lock()
	defer b.mu.Unlock()
	if size == 0 {
		return went
	}
	belongs, ok := b.ofSize[size]
	switch {
	case !ok && len(b.ofSize) == 0:
		belongs = b.first
	case !ok && len(b.ofSize) == manyBuckets:
		return went
	case !ok:
		belongs = newPace(b.share)
	}
	b.ofSize[size], b.ofKind[kind] = belongs, belongs
	return belongs
}

// ending is how a request ended.
type ending struct {
	sent, at time.Time
	status   int         // 0 where no answer came
	header   http.Header // nil where no answer came
	quota    bool        // it was turned away for so long that nobody waits for it
}

func endingOf(sent time.Time, answer *http.Response, err error) ending {
	end := ending{sent: sent, at: time.Now()}
	if failed, ok := asFailure(err); ok {
		end.status, end.header = failed.status, failed.header
		end.quota = failed.final && failed.status == http.StatusTooManyRequests
	} else if err == nil {
		end.status, end.header = answer.StatusCode, answer.Header
	}
	return end
}
