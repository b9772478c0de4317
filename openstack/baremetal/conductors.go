package baremetal

import (
	"context"
	"iter"
	"time"

	"github.com/softlayer/jumpgate"
)

// conductorAttributes are those of conductors, which have names instead of
// UUIDs.
func conductorAttributes() []attribute[conductorRecord] {
	type r = conductorRecord
	return []attribute[r]{
		ofMoment("created_at", 0, 0, func(t *r) *time.Time { return &t.Record.Created }),
		ofMoment("updated_at", 0, 0, func(t *r) *time.Time { return &t.Record.Updated }),
		ofText("hostname", 0, brief, func(t *r) *string { return &t.UUID }),
		blank(ofText("conductor_group", 0, brief, func(t *r) *string { return &t.Group })),
		ofTexts("drivers", 0, 0, func(t *r) *[]string { return &t.Drivers }),
		itself("conductors", func(t *r) *Record { return &t.Record }),
		ofFlag("alive", 0, brief, func(t *r) *bool { return &t.Alive }).with(func(a *attribute[r]) { a.does |= unsortable }),
	}
}

// serveConductors serves conductors.
func (s *service) serveConductors(d ConductorLister) {
	type r = conductorRecord
	k := &kind[r]{
		s: s, one: "conductor", many: "conductors", path: "conductors", id: "hostname", since: 49, attrs: conductorAttributes(),
		from:     conductorList{d},
		record:   func(t *r) *Record { return &t.Record },
		named:    func(t *r) string { return t.UUID },
		notFound: func(id string) error { return jumpgate.NotFound.New("Conductor %s could not be found.", id) },
		byName:   true,
	}
	k.serve("v1_conductors", "v1_conductor")
}

// conductorRecord is a conductor whose name is its key.
type conductorRecord struct {
	Record
	Conductor
}

// conductorList makes a Lister of a driver's conductors.
type conductorList struct{ d ConductorLister }

func (l conductorList) List(ctx context.Context, _ Query) iter.Seq2[*conductorRecord, error] {
	return func(yield func(*conductorRecord, error) bool) {
		all, err := l.d.Conductors(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, one := range all {
			if !yield(&conductorRecord{Record{one.Hostname, one.Created, one.Updated}, *one}, nil) {
				return
			}
		}
	}
}
