package keep

import (
	"strconv"
	"testing"
	"time"
)

func TestSightingsAreBounded(t *testing.T) {
	s := NewSightings()
	now := time.Now()
	s.Note("other", "a", false, now)
	for i := range maxSightings + 10 {
		s.Note("busy", strconv.Itoa(i), false, now)
	}
	if n := s.seen.Len(); n != sightingsEach+1 || !s.Recent("busy", strconv.Itoa(maxSightings+9), now) || !s.Recent("other", "a", now) {
		t.Errorf("%d sightings", n)
	}
	s.Note("busy", "1", true, now)
	s.Note("busy", "1", false, now.Add(-1))
	if s.Recent("busy", "1", now) {
		t.Error("a marked guest is remembered")
	}
}
