package identity

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// This file keeps what means nothing to the cloud behind, in the store: values
// of one kind, each the JSON of a T, by owner and id. The owner's bound counts
// it; the operators' own is "".

type shelf[T any] struct {
	store jumpgate.Store
	kind  string
}

func (k shelf[T]) key(owner, id string) jumpgate.StoreKey {
	return jumpgate.StoreKey{Project: owner, Kind: k.kind, ID: id}
}

// get returns a value and the version of it, or a jumpgate.NotFound error.
func (k shelf[T]) get(ctx context.Context, owner, id string) (*T, uint64, error) {
	if k.store == nil || id == "" {
		return nil, 0, jumpgate.NotFound
	}
	r, err := k.store.Get(ctx, k.key(owner, id))
	if err != nil {
		return nil, 0, kept(err)
	}
	v, err := k.decode(r)
	return v, r.Version, err
}

func (k shelf[T]) decode(r *jumpgate.Record) (*T, error) {
	v := new(T)
	if err := json.Unmarshal(r.Value, v); err != nil {
		return nil, fmt.Errorf("identity: read %s %s: %w", r.Kind, r.ID, err)
	}
	return v, nil
}

// put keeps a value: a new one with version 0, else in the place of the one
// with that version.
func (k shelf[T]) put(ctx context.Context, owner, id string, v *T, version uint64) error {
	_, err := k.replace(ctx, owner, id, v, version)
	return err
}

// replace is put, and returns the new version.
func (k shelf[T]) replace(ctx context.Context, owner, id string, v *T, version uint64) (uint64, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return 0, err
	}
	version, err = k.store.Put(ctx, jumpgate.Record{StoreKey: k.key(owner, id), Value: text, Version: version})
	return version, kept(err)
}

// update changes a value until nobody comes between.
func (k shelf[T]) update(ctx context.Context, owner, id string, change func(*T) error) (*T, error) {
	for {
		v, version, err := k.get(ctx, owner, id)
		if err == nil {
			err = change(v)
		}
		if err != nil {
			return nil, err
		}
		if err = k.put(ctx, owner, id, v, version); !errors.Is(err, jumpgate.Conflict) {
			return v, err
		}
	}
}

func (k shelf[T]) delete(ctx context.Context, owner, id string) error {
	if k.store == nil {
		return jumpgate.NotFound
	}
	return kept(k.store.Delete(ctx, k.key(owner, id), 0))
}

func (k shelf[T]) list(ctx context.Context, owner string) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		if k.store == nil {
			return
		}
		for r, err := range k.store.List(ctx, owner, k.kind) {
			var v *T
			if err == nil {
				v, err = k.decode(r)
			}
			if !yield(v, kept(err)) || err != nil {
				return
			}
		}
	}
}

// kept is an error of the store for clients. What it has no kind for is
// trouble of its own, and at an owner's bound nothing new is taken.
func kept(err error) error {
	var full *jumpgate.StoreFullError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &full):
		return jumpgate.Forbidden.Wrap(err, "The number of what is kept here has reached the limit of %d.", full.Limit)
	}
	switch jumpgate.AsError(err).Kind {
	case jumpgate.Internal, jumpgate.Timeout:
		return jumpgate.Unavailable.Wrap(err, "")
	}
	return err
}

// record is a JSON object that keeps its order.
type record struct{ schema.Object }

// MarshalJSON implements json.Marshaler.
func (o record) MarshalJSON() ([]byte, error) {
	var buf bytes.Buffer
	err := jumpgate.EncodeJSON(&buf, append(jumpgate.Object{}, o.Object...))
	return buf.Bytes(), err
}

// UnmarshalJSON implements json.Unmarshaler.
func (o *record) UnmarshalJSON(text []byte) error {
	v, err := schema.Parse(text)
	if err == nil {
		o.Object, _ = v.(schema.Object)
	}
	return err
}

// set gives a member a value, in its place or at the end.
func (o *record) set(name string, value any) {
	for i := range o.Object {
		if o.Object[i].Name == name {
			o.Object[i].Value = value
			return
		}
	}
	o.Object = append(o.Object, schema.Member{Name: name, Value: value})
}
