package softlayer

import (
	"strings"
	"sync"
	"time"
)

// sightings remember for a moment which guests were seen without markers: to
// such a guest an action is one call, and SoftLayer itself refuses what its
// state or the user's permissions forbid. A marker that another replica sets
// is obeyed after sightAge at the latest; those of this process at once. The
// zero value is ready.
type sightings struct {
	mu   sync.Mutex
	seen map[string]sighting // by the guest's id
}

type sighting struct {
	at     time.Time
	marked bool
}

const (
	// sightAge covers a client that looks at a server and then acts.
	sightAge = 10 * time.Second
	// maxSightings bounds the memory; beyond it all are forgotten.
	maxSightings = 20_000
)

// note keeps what a call that began at a time tells of a guest, unless
// something later is known.
func (s *sightings) note(id string, marked bool, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen[id].at.After(at) {
		return
	}
	if s.seen == nil || len(s.seen) >= maxSightings {
		s.seen = make(map[string]sighting)
	}
	s.seen[id] = sighting{at, marked}
}

// recent tells whether a guest was seen without markers a moment ago.
func (s *sightings) recent(id string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	last, ok := s.seen[id]
	return ok && !last.marked && now.Sub(last.at) < sightAge
}

// sighted notes a guest that a call which began at a time fetched with its
// tags and notes. One that may have volumes which go with it counts as marked.
func (d *Driver) sighted(g *guest, at time.Time) {
	marked := markersOf(g.TagReferences) != markers{} || keepsVolumes(g.Notes)
	d.sightings.note(strings.ToLower(g.GlobalIdentifier), marked, at)
}
