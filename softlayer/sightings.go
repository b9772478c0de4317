package softlayer

import (
	"context"
	"strings"
	"sync"
	"time"
)

// sightings remember for a moment which guests were seen without markers: to
// such a guest an action is one call, and SoftLayer itself refuses what its
// state forbids. A marker that another replica sets is obeyed after sightAge
// at the latest; those of this process at once. The zero value is ready.
type sightings struct {
	mu   sync.Mutex
	seen map[string]time.Time
}

const (
	// sightAge covers a client that looks at a server and then acts.
	sightAge = 10 * time.Second
	// maxSightings bounds the memory; beyond it all are forgotten.
	maxSightings = 20_000
)

// note keeps what was seen of a guest.
func (s *sightings) note(key string, marked bool, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if marked {
		delete(s.seen, key)
		return
	}
	if s.seen == nil || len(s.seen) >= maxSightings {
		s.seen = make(map[string]time.Time)
	}
	s.seen[key] = now
}

// recent tells whether a guest was seen without markers a moment ago.
func (s *sightings) recent(key string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.seen[key]
	return ok && now.Sub(at) < sightAge
}

// forget makes the next action look again.
func (s *sightings) forget(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.seen, key)
}

// sighted notes a guest that was fetched with its tags.
func (d *Driver) sighted(ctx context.Context, g *guest) {
	d.sightings.note(guestKey(ctx, g.GlobalIdentifier), markersOf(g.TagReferences) != markers{}, d.opts.Now())
}

// guestKey names a guest among those of all users.
func guestKey(ctx context.Context, id string) string {
	return accountKey(ctx) + "/" + strings.ToLower(id)
}
