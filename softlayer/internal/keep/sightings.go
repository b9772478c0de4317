package keep

import (
	"sync"
	"time"
)

// Sightings remember for a moment which guests were seen without markers: to
// such a guest an action is one call, and SoftLayer itself refuses what its
// state or the user's permissions forbid. A marker that another replica sets
// is obeyed after sightAge at the latest; those of this process at once. The
// zero value is ready.
type Sightings struct {
	mu   sync.Mutex
	Seen map[string]sighting // by the guest's id
}

type sighting struct {
	at     time.Time
	marked bool
}

const (
	// sightAge covers a client that looks at a server and then acts.
	SightAge = 10 * time.Second
	// maxSightings bounds the memory; beyond it all are forgotten.
	MaxSightings = 20_000
)

// Note keeps what a call that began at a time tells of a guest, unless
// something later is known.
func (s *Sightings) Note(id string, marked bool, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Seen[id].at.After(at) {
		return
	}
	if s.Seen == nil || len(s.Seen) >= MaxSightings {
		s.Seen = make(map[string]sighting)
	}
	s.Seen[id] = sighting{at, marked}
}

// Recent tells whether a guest was seen without markers a moment ago.
func (s *Sightings) Recent(id string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	last, ok := s.Seen[id]
	return ok && !last.marked && now.Sub(last.at) < SightAge
}
