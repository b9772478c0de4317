package records

import (
	"context"
	"slices"
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// bought says where things are found that are ordered and billed one by one.
type bought[T any] struct {
	service          string    // of one
	getter, property string    // of an Account's
	fields           string    // for a mask
	own, ordered     keep.Kind // of ids made of its own number, and of its order's
	id               func(*T) string
	there            func(*T) bool
}

// Find finds what id names, with one call.
func (b *bought[T]) Find(ctx context.Context, a *upstream.API, id string) (*T, error) {
	if number, ok := keep.NumberOf(b.own, id); ok {
		one := new(T)
		_, err := a.Do(ctx, upstream.Call{Service: b.service, ID: strconv.Itoa(number), Method: "getObject", Mask: "mask" + b.fields}, one)
		if err == nil && !b.there(one) {
			err = jumpgate.NotFound
		}
		return one, err
	}
	number, ok := keep.NumberOf(b.ordered, id)
	if !ok {
		return nil, jumpgate.NotFound
	}
	var all []T
	_, err := a.Do(ctx, upstream.Call{
		Service: "Account", Method: b.getter, Mask: "mask" + b.fields, Filter: upstream.Filter{b.property: ordered(number)},
	}, &all)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if one := &all[i]; b.there(one) && b.id(one) == keep.Canonical(id) {
			return one, nil
		}
	}
	return nil, jumpgate.NotFound
}

// List asks for all of them, with one call. where narrows the list down; nil
// does not.
func (b *bought[T]) List(ctx context.Context, a *upstream.API, fields string, where upstream.Filter) ([]T, error) {
	call := upstream.Call{Service: "Account", Method: b.getter, Mask: "mask" + fields}
	if where != nil {
		call.Filter = upstream.Filter{b.property: where}
	}
	var all []T
	_, err := a.Do(ctx, call, &all)
	return slices.DeleteFunc(all, func(one T) bool { return !b.there(&one) }), err
}

// ordered filters what came of an order.
func ordered(number int) upstream.Filter {
	return upstream.Filter{"billingItem": upstream.Filter{"orderItem": upstream.Filter{"order": upstream.Filter{"id": upstream.Filter{"operation": number}}}}}
}
