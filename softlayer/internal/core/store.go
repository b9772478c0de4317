package core

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// storeTries is how often a change of a record is tried that others get ahead
// of.
const storeTries = 10

// Recall reads a record of the principal's project into v, and tells whether
// there is one.
func (d *Core) Recall(ctx context.Context, kind, id string, v any) (found bool, err error) {
	r, err := d.Opts.Store.Get(ctx, jumpgate.StoreKey{Project: keep.Account(ctx), Kind: kind, ID: id})
	if errors.Is(err, jumpgate.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, json.Unmarshal(r.Value, v)
}

// RecallAll returns all records of a kind of the principal's project, by their
// ids.
func RecallAll[T any](ctx context.Context, d *Core, kind string) (map[string]T, error) {
	all := make(map[string]T)
	for r, err := range d.Opts.Store.List(ctx, keep.Account(ctx), kind) {
		if err != nil {
			return nil, err
		}
		var value T
		if err := json.Unmarshal(r.Value, &value); err != nil {
			return nil, err
		}
		all[r.ID] = value
	}
	return all, nil
}

// Amend changes a record of ctx's project, a new one if there is none, after
// whatever others change meanwhile; it is gone when it expires, if that is not
// zero. It goes on when the client leaves.
func Amend[T any](ctx context.Context, d *Core, kind, id string, expires time.Time, change func(*T)) error {
	ctx = context.WithoutCancel(ctx)
	key := jumpgate.StoreKey{Project: keep.Account(ctx), Kind: kind, ID: id}
	var err error
	for range storeTries {
		var value T
		record := jumpgate.Record{StoreKey: key, Expires: expires}
		switch r, getErr := d.Opts.Store.Get(ctx, key); {
		case errors.Is(getErr, jumpgate.NotFound):
		case getErr != nil:
			return getErr
		default:
			if err := json.Unmarshal(r.Value, &value); err != nil {
				return err
			}
			record.Version = r.Version
		}
		change(&value)
		if record.Value, err = json.Marshal(value); err != nil {
			return err
		}
		if _, err = d.Opts.Store.Put(ctx, record); !errors.Is(err, jumpgate.Conflict) {
			return err
		}
	}
	return err
}

// Drop forgets a record. If it can't be, that only takes room.
func (d *Core) Drop(ctx context.Context, kind, id string) {
	_ = d.Opts.Store.Delete(context.WithoutCancel(ctx), jumpgate.StoreKey{Project: keep.Account(ctx), Kind: kind, ID: id}, 0)
}
