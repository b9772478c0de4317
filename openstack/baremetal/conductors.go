package baremetal

import (
	"context"
	"iter"
)

// conductorAttributes are those of conductors, which have names instead of
// UUIDs.
func conductorAttributes() []attribute[conductorRecord] {
	type r = conductorRecord
	return []attribute[r]{
		{Name: "created_at", At: func(t *r) any { return &t.Record.Created }},
		{Name: "updated_at", At: func(t *r) any { return &t.Record.Updated }},
		{Name: "hostname", At: func(t *r) any { return &t.UUID }, Does: brief},
		{Name: "conductor_group", At: func(t *r) any { return &t.Group }, Does: brief | blank},
		{Name: "drivers", At: func(t *r) any { return &t.Drivers }},
		itself[r]("conductors"),
		{Name: "alive", At: func(t *r) any { return &t.Alive }, Does: brief | unsortable},
	}
}

// serveConductors serves conductors.
func (s *service) serveConductors(d ConductorLister) {
	type r = conductorRecord
	k := &kind[r]{
		s: s, one: "conductor", many: "conductors", path: "conductors", id: "hostname", since: 49, attrs: conductorAttributes(),
		from:   conductorList{d},
		named:  func(t *r) string { return t.UUID },
		title:  "Conductor",
		byName: true,
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
