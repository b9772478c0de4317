package identity

import (
	"context"
	"errors"
	"iter"

	"github.com/softlayer/jumpgate"
)

// owned is a collection of what belongs to users: it counts for its user's
// bound in the store, and is found by its id alone as well.
type owned[T any] struct {
	values shelf[T]
	owners shelf[string] // each id's owner, under the id: no user's record counts for another's bound
}

func newOwned[T any](store jumpgate.Store, kind string) owned[T] {
	return owned[T]{shelf[T]{store, kind}, shelf[string]{store, kind + "_user"}}
}

// ofUser and ofID are owners of records, apart from projects.
func ofUser(userID string) string { return "user:" + userID }
func ofID(id string) string       { return "id:" + id }

// find returns a value with its user and version, or a jumpgate.NotFound error.
func (o owned[T]) find(ctx context.Context, id string) (v *T, userID string, version uint64, err error) {
	owner, _, err := o.owners.get(ctx, ofID(id), id)
	if err != nil {
		return nil, "", 0, err
	}
	v, version, err = o.values.get(ctx, ofUser(*owner), id)
	return v, *owner, version, err
}

// create keeps a new value, or returns a jumpgate.Conflict error. Cut off it
// leaves an owner without a value, which the next one of that id takes over.
func (o owned[T]) create(ctx context.Context, userID, id string, v *T) error {
	err := o.owners.put(ctx, ofID(id), id, &userID, 0)
	if errors.Is(err, jumpgate.Conflict) {
		if _, _, _, err := o.find(ctx, id); !errors.Is(err, jumpgate.NotFound) {
			return orConflict(err)
		}
		_, version, err := o.owners.get(ctx, ofID(id), id)
		if err == nil {
			err = o.owners.put(ctx, ofID(id), id, &userID, version)
		}
		if err != nil {
			return err
		}
		return o.values.put(ctx, ofUser(userID), id, v, 0)
	}
	if err == nil {
		err = o.values.put(ctx, ofUser(userID), id, v, 0)
		if err != nil && !errors.Is(err, jumpgate.Conflict) {
			err = errors.Join(err, ignoreMissing(o.owners.delete(ctx, ofID(id), id)))
		}
	}
	return err
}

func orConflict(err error) error {
	if err != nil {
		return err
	}
	return jumpgate.Conflict
}

func ignoreMissing(err error) error {
	if errors.Is(err, jumpgate.NotFound) {
		return nil
	}
	return err
}

// delete forgets a value, or returns a jumpgate.NotFound error.
func (o owned[T]) delete(ctx context.Context, userID, id string) error {
	if err := o.values.delete(ctx, ofUser(userID), id); err != nil {
		return err
	}
	return ignoreMissing(o.owners.delete(ctx, ofID(id), id))
}

// of yields the values of a user.
func (o owned[T]) of(ctx context.Context, userID string) iter.Seq2[*T, error] {
	return o.values.list(ctx, ofUser(userID))
}
