package softlayer

import (
	"context"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
)

// bought says where things are found that are ordered and billed one by one.
type bought[T any] struct {
	service          string // of one
	getter, property string // of an Account's
	fields           string // for a mask
	own, ordered     kind   // of ids made of its own number, and of its order's
	id               func(*T) string
	there            func(*T) bool
}

// find finds what id names, with one call.
func (b *bought[T]) find(ctx context.Context, a *api, id string) (*T, error) {
	if number, ok := numberOf(b.own, id); ok {
		one := new(T)
		_, err := a.do(ctx, call{service: b.service, id: strconv.Itoa(number), method: "getObject", mask: "mask" + b.fields}, one)
		if err == nil && !b.there(one) {
			err = jumpgate.NotFound
		}
		return one, err
	}
	number, ok := numberOf(b.ordered, id)
	if !ok {
		return nil, jumpgate.NotFound
	}
	var all []T
	_, err := a.do(ctx, call{
		service: "Account", method: b.getter, mask: "mask" + b.fields, filter: filter{b.property: ordered(number)},
	}, &all)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if one := &all[i]; b.there(one) && b.id(one) == strings.ToLower(id) {
			return one, nil
		}
	}
	return nil, jumpgate.NotFound
}

// ordered filters what came of an order.
func ordered(number int) filter {
	return filter{"billingItem": filter{"orderItem": filter{"order": filter{"id": filter{"operation": number}}}}}
}
