package keep

import (
	"sync"
	"time"
)

// Sightings remember for a moment which guests were seen without markers: to
// such a guest an action is one call, and SoftLayer itself refuses what its
// state or the user's permissions forbid. A marker that another replica sets
// is obeyed after SightAge at the latest; those of this process at once.
type Sightings struct {
	mu   sync.Mutex
	seen *LRU[sighting] // by account and the guest's id
}

type sighting struct {
	at     time.Time
	marked bool
}

const (
	// SightAge covers a client that looks at a server and then acts.
	SightAge = 10 * time.Second

	// maxSightings and sightingsEach bound the memory, of all accounts and of
	// each.
	maxSightings  = 20_000
	sightingsEach = 4_000
)

// NewSightings returns Sightings of nothing.
func NewSightings() *Sightings {
	return &Sightings{seen: NewLRU[sighting](sightingsEach, maxSightings)}
}

// Note keeps what a call that began at a time tells of a guest, unless
// something later is known.
func (s *Sightings) Note(account, id string, marked bool, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := s.seen.At(account, id); !last.at.After(at) {
		*last = sighting{at, marked}
	}
}

// Recent tells whether a guest was seen without markers a moment ago.
func (s *Sightings) Recent(account, id string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	last, ok := s.seen.Get(account, id)
	return ok && !last.marked && now.Sub(last.at) < SightAge
}
