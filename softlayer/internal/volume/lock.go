package volume

import (
	"context"
	"errors"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

const claimRecord = "softlayer_volume_claim"

// Lock waits until nobody else attaches or changes a volume, in this process or
// in another one with the same store: SoftLayer lets two guests mount one, and
// notes be written over each other. A replica that dies with the lock holds it
// for twice the time of a call.
func (d *Volumes) Lock(ctx context.Context, id string) (unlock func(), err error) {
	id = keep.Canonical(id)
	release, err := d.Locks.Lock(ctx, "volume/"+id)
	if err != nil || !isVolume(id) {
		return release, err
	}
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 500*time.Millisecond) {
		claim := jumpgate.Record{StoreKey: keyOf(ctx, claimRecord, id), Value: []byte("{}"), Expires: d.Opts.Now().Add(2 * d.Opts.Timeout)}
		version, err := d.Opts.Store.Put(ctx, claim)
		var full *jumpgate.StoreFullError
		switch {
		case errors.As(err, &full): // then this process has to do
			return release, nil
		case err == nil:
			return func() {
				_ = d.Opts.Store.Delete(context.WithoutCancel(ctx), claim.StoreKey, version) // else it expires
				release()
			}, nil
		case !errors.Is(err, jumpgate.Conflict):
			release()
			return nil, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			release()
			return nil, keep.Abandoned(ctx)
		}
	}
}

// isVolume tells whether id may name a volume.
func isVolume(id string) bool {
	for _, kind := range []keep.Kind{keep.StorageKind, keep.StorageOrderKind, keep.DiskKind, keep.DiskOrderKind, keep.BootDiskKind} {
		if _, ok := keep.NumberOf(kind, id); ok {
			return true
		}
	}
	return false
}
