package volume

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// kept is what the store keeps of a volume or of a snapshot: what SoftLayer has
// no place for, or not yet. Losing it costs words, and money only where the
// server is lost, too, with which a doomed volume went.
type kept struct {
	Said   *said     `json:",omitempty"` // not yet in SoftLayer, or too long for it
	Order  *ordered  `json:",omitempty"` // until SoftLayer shows what was ordered
	Change *change   `json:",omitempty"` // until SoftLayer shows it
	Room   time.Time `json:",omitzero"`  // when space for snapshots was ordered
	Doomed bool      `json:",omitempty"` // see Abandon
	Boot   int       `json:",omitempty"` // GB of a disk that a server boots from

	// Status is shown in place of Over, which SoftLayer's facts amount to. Once
	// they amount to something else it means nothing any more.
	Status, Over string `json:",omitempty"`
	Progress     string `json:",omitempty"` // of a snapshot

	Bootable      bool                `json:",omitempty"`
	ReadOnly      bool                `json:",omitempty"`
	ReadOnlySet   bool                `json:",omitempty"`
	ImageMetadata map[string]string   `json:",omitempty"`
	Attachments   []volume.Attachment `json:",omitempty"`
	Connected     []string            `json:",omitempty"` // servers by ConnectVolume alone
	SnapshotID    string              `json:",omitempty"` // what it was made of
	SourceID      string              `json:",omitempty"`
	Updated       time.Time           `json:",omitzero"`

	version uint64
	expires time.Time // when the record goes; zero: never
}

// said is what users say about a thing.
type said struct {
	Name, Description string            `json:",omitempty"`
	Metadata          map[string]string `json:",omitempty"`
}

// ordered is an order that was placed.
type ordered struct {
	Number     int
	Size       int
	Type, Zone string
	User       string    `json:",omitempty"`
	Request    string    `json:",omitempty"` // its id
	Placed     time.Time // when
	Named      bool      `json:",omitempty"` // it said what the volume is called
	Refused    bool      `json:",omitempty"` // and the user was told
}

// change is an order for a volume that there is.
type change struct {
	Number int
	Placed time.Time
	Size   int    `json:",omitempty"` // which it will have
	Type   string `json:",omitempty"`
}

// The kinds of records.
const (
	volumeRecord   = "softlayer_volume"
	snapshotRecord = "softlayer_snapshot"
)

// empty tells whether there is nothing that has to be kept.
func (k *kept) empty() bool {
	return !k.Doomed && k.Boot == 0 && k.Said == nil && k.Order == nil && k.Change == nil && k.Room.IsZero() && k.Status == "" && k.Progress == "" && !k.Bootable && !k.ReadOnlySet && !k.ReadOnly &&
		len(k.ImageMetadata) == 0 && len(k.Attachments) == 0 && len(k.Connected) == 0 && k.SnapshotID == "" && k.SourceID == ""
}

func (k *kept) clone() *kept {
	c := *k
	c.ImageMetadata, c.Attachments, c.Connected = maps.Clone(k.ImageMetadata), slices.Clone(k.Attachments), slices.Clone(k.Connected)
	return &c
}

func keyOf(ctx context.Context, kind, id string) jumpgate.StoreKey {
	return jumpgate.StoreKey{Project: keep.Account(ctx), Kind: kind, ID: id}
}

// kept reads what the store has of a thing, which is nothing most often.
func (d *Volumes) kept(ctx context.Context, kind, id string) (*kept, error) {
	r, err := d.Opts.Store.Get(ctx, keyOf(ctx, kind, id))
	if errors.Is(err, jumpgate.NotFound) {
		return new(kept), nil
	}
	if err != nil {
		return nil, err
	}
	return readKept(r)
}

func readKept(r *jumpgate.Record) (*kept, error) {
	k := &kept{version: r.Version, expires: r.Expires}
	if err := json.Unmarshal(r.Value, k); err != nil {
		return nil, jumpgate.Internal.Wrap(err, "")
	}
	return k, nil
}

// allKept reads what the store has of all things of a kind, by their ids.
func (d *Volumes) allKept(ctx context.Context, kind string) (map[string]*kept, error) {
	all := make(map[string]*kept)
	for r, err := range d.Opts.Store.List(ctx, keep.Account(ctx), kind) {
		if err != nil {
			return nil, err
		}
		k, err := readKept(r)
		if err != nil {
			return nil, err
		}
		all[r.ID] = k
	}
	return all, nil
}

// put writes k if nobody else has written since it was read, else it is a
// Conflict.
func (d *Volumes) put(ctx context.Context, kind, id string, k *kept) error {
	key := keyOf(ctx, kind, id)
	if k.empty() {
		if k.version == 0 {
			return nil
		}
		err := d.Opts.Store.Delete(ctx, key, k.version)
		if errors.Is(err, jumpgate.NotFound) {
			err = nil
		}
		k.version = 0
		return err
	}
	text, err := json.Marshal(k)
	if err != nil {
		return jumpgate.Internal.Wrap(err, "")
	}
	k.version, err = d.Opts.Store.Put(ctx, jumpgate.Record{StoreKey: key, Value: text, Version: k.version})
	return full(err)
}

// full words a store that takes no more as Cinder does a quota.
func full(err error) error {
	var f *jumpgate.StoreFullError
	if errors.As(err, &f) {
		return fmt.Errorf("%w: %w", volume.TooManyVolumes(f.Limit, "volumes"), err)
	}
	return err
}

// attempts is how often a change is tried that others get ahead of.
const attempts = 10

// amend changes what the store has of a thing, after whatever others change
// meanwhile. It goes on when the client leaves.
func (d *Volumes) amend(ctx context.Context, kind, id string, change func(*kept)) (k *kept, err error) {
	ctx = context.WithoutCancel(ctx)
	for range attempts {
		if k, err = d.kept(ctx, kind, id); err != nil {
			return nil, err
		}
		change(k)
		if err = d.put(ctx, kind, id, k); !errors.Is(err, jumpgate.Conflict) {
			return k, err
		}
	}
	return nil, err
}

// meet lets records go of things that a list does not have: they were cancelled
// elsewhere, unless this user may not see them. Those that are listed stay.
func (d *Volumes) meet(ctx context.Context, kind string, all map[string]*kept, here map[string]bool) {
	if !mayWrite(ctx) {
		return
	}
	for id, k := range all {
		switch {
		case here[id] && !k.expires.IsZero():
			_ = d.put(ctx, kind, id, k) // else the next list does
		case !here[id] && k.Order == nil && k.expires.IsZero():
			if text, err := json.Marshal(k); err == nil {
				_, _ = d.Opts.Store.Put(ctx, jumpgate.Record{
					StoreKey: keyOf(ctx, kind, id), Value: text, Version: k.version, Expires: d.Opts.Now().Add(core.MissedAge),
				})
			}
		}
	}
}

// drop forgets a thing that is gone. If it can't be, that only takes room.
func (d *Volumes) drop(ctx context.Context, kind, id string) {
	_ = d.Opts.Store.Delete(context.WithoutCancel(ctx), keyOf(ctx, kind, id), 0)
}
