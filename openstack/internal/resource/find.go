package resource

import (
	"context"
	"iter"

	"github.com/softlayer/jumpgate"
)

// Lister lists things; Q is what a service's lists are asked for.
type Lister[T, Q any] interface {
	List(ctx context.Context, q Q) iter.Seq2[*T, error]
}

// Find gets a thing from a lister that also has Get, else from the list that q
// asks for. What is not there is a bare jumpgate.NotFound.
func Find[T, Q any](ctx context.Context, from Lister[T, Q], id string, q Q, is func(*T) bool) (*T, error) {
	if g, ok := from.(interface {
		Get(ctx context.Context, id string) (*T, error)
	}); ok {
		return g.Get(ctx, id)
	}
	for item, err := range from.List(ctx, q) {
		if err != nil {
			return nil, err
		}
		if is(item) {
			return item, nil
		}
	}
	return nil, jumpgate.NotFound
}

// Missing words a bare jumpgate.NotFound about the thing called id. Other
// errors, and nil, stay as they are.
func Missing(err error, id string, notFound func(id string) error) error {
	if e := jumpgate.AsError(err); err != nil && e.Kind == jumpgate.NotFound && e.Message == "" {
		return notFound(id)
	}
	return err
}
