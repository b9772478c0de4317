package compute

import (
	"context"

	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// notesOf are the notes of guests. Their text is people's.
func notesOf(d *Servers) *core.Notes {
	return &core.Notes{Core: d.Core, Kind: "softlayer_server_overflow", Naming: d.naming}
}

// naming are the notes of guests that name records of the store.
func (d *Servers) naming(ctx context.Context) (notes []string, err error) {
	s := everything()
	s.where["notes"] = upstream.Contains(keep.Overflows)
	for g, err := range guestsAs(ctx, d, memberForm, s, new(place)) {
		if err != nil {
			return nil, err
		}
		notes = append(notes, g.Notes)
	}
	return notes, nil
}
