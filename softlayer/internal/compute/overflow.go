package compute

import (
	"context"
	"iter"

	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// notesOf are the notes of guests. Their text is people's.
func notesOf(d *Servers) *core.Notes {
	return &core.Notes{Core: d.Core, Kind: "softlayer_server_overflow", Naming: d.naming}
}

// naming yields the notes of guests that name records of the store.
func (d *Servers) naming(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		s := everything()
		s.where["notes"] = upstream.Contains(keep.Overflows)
		for g, err := range guestsAs(ctx, d, memberForm, s, new(place)) {
			if err != nil {
				yield("", err)
				return
			}
			if !yield(g.Notes, nil) {
				return
			}
		}
	}
}
