package records

import (
	"context"
	"slices"
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// volume is what is ordered and billed one by one.
type volume[T any] interface {
	*T
	VolumeID() string
	There() bool
}

// bought is a form for such things, and where they are found.
type bought[T any, P volume[T]] struct {
	Form[T]
	service          string    // of one
	getter, property string    // of an Account's
	own, ordered     keep.Kind // of ids made of its own number, and of its order's
}

// Find finds what id names, with one call.
func (b *bought[T, P]) Find(ctx context.Context, a *upstream.API, id string) (*T, error) {
	if number, ok := keep.NumberOf(b.own, id); ok {
		one, err := b.Get(ctx, a, b.service, strconv.Itoa(number))
		if err == nil && !P(one).There() {
			err = jumpgate.NotFound
		}
		return one, err
	}
	number, ok := keep.NumberOf(b.ordered, id)
	if !ok {
		return nil, jumpgate.NotFound
	}
	all, err := b.All(ctx, a, upstream.Call{Service: "Account", Method: b.getter, Filter: upstream.Filter{b.property: ordered(number)}})
	if err != nil {
		return nil, err
	}
	for i := range all {
		if one := P(&all[i]); one.There() && one.VolumeID() == keep.Canonical(id) {
			return one, nil
		}
	}
	return nil, jumpgate.NotFound
}

// List asks for all of them, with one call. where narrows the list down; nil
// does not.
func (b *bought[T, P]) List(ctx context.Context, a *upstream.API, where upstream.Filter) ([]T, error) {
	call := upstream.Call{Service: "Account", Method: b.getter}
	if where != nil {
		call.Filter = upstream.Filter{b.property: where}
	}
	all, err := b.All(ctx, a, call)
	return slices.DeleteFunc(all, func(one T) bool { return !P(&one).There() }), err
}

// ordered filters what came of an order.
func ordered(number int) upstream.Filter {
	return upstream.Filter{"billingItem": upstream.Filter{"orderItem": upstream.Filter{"order": upstream.Filter{"id": upstream.Filter{"operation": number}}}}}
}
