package core

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// Candidate is a thing that a call may have made.
type Candidate struct {
	Number  int
	Created time.Time
}

// Once makes a thing of a kind by a call that is sent once, and returns its
// number. If SoftLayer does not say what came of it, it is the first of those
// that look finds which was made since, and of which nobody else was told. An
// error after which it may have been made is an upstream.Unsure.
func (d *Core) Once(ctx context.Context, kind string, call func() (int, error), look func(context.Context) ([]Candidate, error)) (int, error) {
	since, owner := d.Opts.Now(), jumpgate.NewUUID()
	number, err := call()
	var unsure *upstream.Unsure
	switch {
	case err != nil && !errors.As(err, &unsure):
		return 0, err
	case number != 0:
		d.take(ctx, madeRecord, kind+"/"+strconv.Itoa(number), owner)
		return number, nil
	}
	ctx = context.WithoutCancel(ctx)
	all, _ := look(ctx)
	for _, c := range all {
		if !c.Created.Before(since.Add(-orderSkew)) && d.take(ctx, madeRecord, kind+"/"+strconv.Itoa(c.Number), owner) {
			return c.Number, nil
		}
	}
	if err == nil {
		err = upstream.NotTold(errors.New(kind + ": nothing was said to be made"))
	}
	return 0, jumpgate.AsError(err).Kind.Wrap(err, "The cloud did not say whether it makes the %s. Please look at what there is before trying again.", kind)
}

// madeRecord is the kind of the claims of what Once made.
const madeRecord = "softlayer_made"

// Gone is err, of a call that was to delete something, unless that is gone: look
// says so, by jumpgate.NotFound, whatever SoftLayer answered to the call.
func (d *Core) Gone(ctx context.Context, err error, look func(context.Context) error) error {
	if err != nil && !errors.Is(err, jumpgate.NotFound) && errors.Is(look(context.WithoutCancel(ctx)), jumpgate.NotFound) {
		return nil
	}
	return err
}
