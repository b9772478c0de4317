package compute

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// doomed are the volumes that go with g, but for its own disk.
func doomed(g holder) []attached {
	_, kept := keep.Split(g.Text())
	return slices.DeleteFunc(attachedOf(g, &kept), func(a attached) bool { return !a.DeleteOnTermination || a.boot })
}

// cancelVolumes ends the bills of volumes that went with a server. It tries
// all of them, and names those that stay.
func (d *Servers) cancelVolumes(ctx context.Context, id string, list []attached) error {
	var (
		stay   []string
		faults []error
	)
	ctx = context.WithoutCancel(ctx)
	for _, a := range list {
		end := func() error { return d.Cancel(ctx, a.bill) }
		if a.key == "" {
			end = func() error { return d.volumes.Abandon(ctx, a.VolumeID, strings.ToLower(id)) }
		}
		if err := end(); err != nil {
			stay, faults = append(stay, a.VolumeID), append(faults, err)
		}
	}
	if stay == nil {
		return nil
	}
	return jumpgate.BadGateway.Wrap(errors.Join(faults...), "Instance %s is deleted, but not yet what was to go with it: %s.", id, strings.Join(stay, ", "))
}

// leftBehind are the volumes that were to go with a guest that is gone. A
// volume that another server has since is none of them. With an error the list
// lacks those of which that is not known.
func (d *Servers) leftBehind(ctx context.Context, g holder) (list []attached, err error) {
	server := strings.ToLower(g.Self().GlobalIdentifier)
	for _, a := range doomed(g) {
		v, volumeErr := d.volumes.Volume(ctx, a.VolumeID)
		switch {
		case errors.Is(volumeErr, jumpgate.NotFound):
		case volumeErr != nil:
			err = errors.Join(err, volumeErr)
		case !slices.ContainsFunc(v.Attachments, func(other volume.Attachment) bool { return other.ServerID != server }):
			list = append(list, a)
		}
	}
	return list, err
}

// finishDelete cancels the volumes that were to go with a guest that is gone,
// and deletes the image of one that was shelved, for whoever deleted it may not have come to that. It is tried once in a
// while: the user may not be allowed to.
func (d *Servers) finishDelete(ctx context.Context, g holder) {
	id := g.Self().GlobalIdentifier
	if len(doomed(g)) == 0 && !keep.MarkersOf(g.Tags()).Shelved && !making(g) || !d.attempts.begin(ctx, id, d.Opts.Now()) {
		return
	}
	if making(g) {
		d.tryLater(ctx, id)
		return
	}
	ctx = context.WithoutCancel(ctx)
	list, _ := d.leftBehind(ctx, g)
	_ = d.dropShelf(ctx, id, g)
	_ = d.cancelVolumes(ctx, id, list) // who sees the guest next tries again
}

// attempts remember when somebody tried to finish a delete.
type attempts struct {
	mu sync.Mutex
	at *keep.LRU[time.Time] // by account, and user and guest
}

const (
	attemptPause = time.Minute
	maxAttempts  = 10_000
	attemptsEach = 1_000
)

func newAttempts() *attempts {
	return &attempts{at: keep.NewLRU[time.Time](attemptsEach, maxAttempts)}
}

// begin tells whether it is time for an attempt of ctx's principal.
func (a *attempts) begin(ctx context.Context, id string, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	key := keep.AccountKey(ctx) + "/" + id
	if last, ok := a.at.Get(keep.Account(ctx), key); ok && now.Sub(last) < attemptPause {
		return false
	}
	a.at.Put(keep.Account(ctx), key, now)
	return true
}
