package volume

import (
	"context"
	"encoding/json"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// wish is an order that is about to be placed, with what is to be kept of the
// volume. It is in the store until the order is, so that a volume has its name
// even if the process ends in between: who lists volumes next finds the order.
type wish struct {
	Kept   kept
	Kind   keep.Kind // of the id
	Prices []int
	Since  time.Time
	Tried  time.Time // when somebody looked for the order
	Along  bool      `json:",omitempty"` // with a server, and whoever looks after that looks after it
}

const (
	wishRecord = "softlayer_volume_order"
	wishAge    = 24 * time.Hour
)

// intend keeps a wish, and with it room in the store for what is to be kept
// of the volume, before that costs anything.
func (d *Volumes) intend(ctx context.Context, w wish) (owner string, free func(), err error) {
	text, err := json.Marshal(w)
	if err != nil {
		return "", nil, jumpgate.Internal.Wrap(err, "")
	}
	owner = jumpgate.NewUUID()
	free, err = d.putAside(ctx, jumpgate.Record{StoreKey: keyOf(ctx, wishRecord, owner), Value: text, Expires: d.Opts.Now().Add(wishAge)})
	return owner, free, err
}

// reserve makes sure that the store has room for what is to be kept of
// something, before that costs anything.
func (d *Volumes) reserve(ctx context.Context) (free func(), err error) {
	key := keyOf(ctx, "softlayer_volume_room", jumpgate.NewUUID())
	return d.putAside(ctx, jumpgate.Record{StoreKey: key, Value: []byte("{}"), Expires: d.Opts.Now().Add(2 * d.Opts.Timeout)})
}

func (d *Volumes) putAside(ctx context.Context, r jumpgate.Record) (free func(), err error) {
	key := r.StoreKey
	if _, err := d.Opts.Store.Put(ctx, r); err != nil {
		return nil, full(err)
	}
	return func() { _ = d.Opts.Store.Delete(context.WithoutCancel(ctx), key, 0) }, nil
}

// comeTrue looks for the orders of wishes that nobody cares for any more: those
// who had them were cut off, or heard nothing in all the time that a call may
// take. What is found is kept as if it had been told.
func (d *Volumes) comeTrue(ctx context.Context) error {
	var open []*jumpgate.Record
	for r, err := range d.Opts.Store.List(ctx, keep.Account(ctx), wishRecord) {
		if err != nil {
			return err
		}
		open = append(open, r)
	}
	for _, r := range open {
		var w wish
		if err := json.Unmarshal(r.Value, &w); err != nil {
			return jumpgate.Internal.Wrap(err, "")
		}
		now := d.Opts.Now()
		if w.Along || d.young(&w) {
			continue
		}
		w.Tried = now
		text, err := json.Marshal(w)
		if err != nil {
			return jumpgate.Internal.Wrap(err, "")
		}
		if _, err := d.Opts.Store.Put(ctx, jumpgate.Record{StoreKey: r.StoreKey, Value: text, Version: r.Version, Expires: r.Expires}); err != nil {
			continue // another one looks
		}
		number, err := d.PlacedSince(ctx, w.Prices, w.Since, r.ID)
		if err != nil {
			return err
		}
		if number != 0 {
			w.Kept.Order.Number = number
			_ = d.put(context.WithoutCancel(ctx), volumeRecord, keep.IDOf(w.Kind, number), &w.Kept)
		}
		d.drop(ctx, wishRecord, r.ID)
	}
	return nil
}

// young tells whether somebody may be at w.
func (d *Volumes) young(w *wish) bool {
	now := d.Opts.Now()
	return now.Sub(w.Since) <= d.Opts.Timeout || now.Sub(w.Tried) <= d.Opts.Timeout
}

// wishOf is the wish for an order.
func (d *Volumes) wishOf(p *plan) wish {
	return wish{Kept: *p.kept, Kind: p.kind, Prices: core.PricesOf(p.order), Since: d.Opts.Now()}
}
