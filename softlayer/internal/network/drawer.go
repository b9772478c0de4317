package network

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// drawer is what the program's store has of one kind for the principal's
// project.
type drawer[T any] struct {
	store jumpgate.Store
	kind  string
	quota string // Neutron's resource, for which a full store is over quota
}

func (d *drawer[T]) key(ctx context.Context, id string) jumpgate.StoreKey {
	return jumpgate.StoreKey{Project: keep.Account(ctx), Kind: d.kind, ID: id}
}

// all are all of them by their ids.
func (d *drawer[T]) all(ctx context.Context) (map[string]*T, error) {
	list := make(map[string]*T)
	for r, err := range d.store.List(ctx, keep.Account(ctx), d.kind) {
		if err != nil {
			return nil, err
		}
		v := new(T)
		if err := json.Unmarshal(r.Value, v); err != nil {
			return nil, jumpgate.Internal.Wrap(err, "")
		}
		list[r.ID] = v
	}
	return list, nil
}

// get is one of them, or a jumpgate.NotFound.
func (d *drawer[T]) get(ctx context.Context, id string) (*T, error) {
	v, _, err := d.read(ctx, id)
	return v, err
}

func (d *drawer[T]) read(ctx context.Context, id string) (*T, uint64, error) {
	r, err := d.store.Get(ctx, d.key(ctx, id))
	if err != nil {
		return nil, 0, err
	}
	v := new(T)
	if err := json.Unmarshal(r.Value, v); err != nil {
		return nil, 0, jumpgate.Internal.Wrap(err, "")
	}
	return v, r.Version, nil
}

// put adds a new one.
func (d *drawer[T]) put(ctx context.Context, id string, v *T) error {
	return d.write(ctx, id, v, 0)
}

func (d *drawer[T]) write(ctx context.Context, id string, v *T, version uint64) error {
	text, err := json.Marshal(v)
	if err != nil {
		return jumpgate.Internal.Wrap(err, "")
	}
	_, err = d.store.Put(ctx, jumpgate.Record{StoreKey: d.key(ctx, id), Value: text, Version: version})
	var full *jumpgate.StoreFullError
	if errors.As(err, &full) {
		return network.OverQuota(d.quota)
	}
	return err
}

// edits is how often a change is tried that others get ahead of.
const edits = 10

// edit changes one, after whatever others change meanwhile. One that is not
// there is new to change.
func (d *drawer[T]) edit(ctx context.Context, id string, change func(*T) error) (v *T, err error) {
	for range edits {
		var version uint64
		v, version, err = d.read(ctx, id)
		if errors.Is(err, jumpgate.NotFound) {
			v, version, err = new(T), 0, nil
		}
		if err != nil {
			return nil, err
		}
		if err := change(v); err != nil {
			return nil, err
		}
		if err = d.write(ctx, id, v, version); !errors.Is(err, jumpgate.Conflict) || isOverQuota(err) {
			return v, err
		}
	}
	return nil, err
}

func isOverQuota(err error) bool {
	e := jumpgate.AsError(err)
	return err != nil && e.Type == "OverQuota"
}

// drop forgets one. If it can't be, that only takes room.
func (d *drawer[T]) drop(ctx context.Context, id string) {
	_ = d.store.Delete(context.WithoutCancel(ctx), d.key(ctx, id), 0)
}
