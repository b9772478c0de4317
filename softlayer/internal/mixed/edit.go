package mixed

import (
	"context"
	"errors"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	slbaremetal "github.com/softlayer/jumpgate/softlayer/internal/baremetal"
	slcompute "github.com/softlayer/jumpgate/softlayer/internal/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// change edits the hardware called id if there is no such guest, which err
// says, and if its state allows what is being done.
func (d *Servers) change(ctx context.Context, id string, err error, doing compute.Action, do func(*slbaremetal.Edit) error) (*records.Hardware, error) {
	if !errors.Is(err, jumpgate.NotFound) || !keep.GUID.MatchString(id) {
		return nil, err
	}
	h, editErr := d.hardware.Edit(ctx, id, func(h *records.Hardware, e *slbaremetal.Edit) error {
		if gone(h) {
			return jumpgate.NotFound
		}
		if doing != 0 {
			if err := compute.MayDo(doing, d.server(ctx, h, "")); err != nil {
				return err
			}
		}
		return do(e)
	})
	if errors.Is(editErr, jumpgate.NotFound) {
		return nil, err
	}
	return h, editErr
}

// UpdateServer implements compute.ServerUpdater.
func (d *Servers) UpdateServer(ctx context.Context, id string, u compute.ServerUpdate) (*compute.Server, error) {
	s, err := d.Servers.UpdateServer(ctx, id, u)
	if err == nil {
		return s, nil
	}
	h, err := d.change(ctx, id, err, 0, func(e *slbaremetal.Edit) error { return update(e, u) })
	if h == nil || err != nil {
		return nil, err
	}
	return d.shown(ctx, id, jumpgate.NotFound)
}

// edit is UpdateServer for hardware, with metadata, which nil leaves as it is.
func (d *Servers) edit(ctx context.Context, id string, u compute.ServerUpdate, metadata map[string]string) (*records.Hardware, error) {
	return d.change(ctx, id, jumpgate.NotFound, 0, func(e *slbaremetal.Edit) error {
		if metadata != nil {
			e.Kept.Metadata = metadata
		}
		return update(e, u)
	})
}

func update(e *slbaremetal.Edit, u compute.ServerUpdate) error {
	name := e.Kept.NameFor(e.Hostname)
	if u.Name != nil && *u.Name != name {
		name = *u.Name
		e.Hostname = slcompute.HostnameFor(name)
	}
	if u.Hostname != nil {
		if *u.Hostname != slcompute.HostnameFor(*u.Hostname) {
			return jumpgate.BadRequest.New("Hostname %s can't be had: that of a bare metal server of this cloud is up to 63 letters, digits and hyphens.", *u.Hostname)
		}
		e.Hostname = *u.Hostname
	}
	e.Kept.SetName(name, e.Hostname)
	for _, f := range []struct{ to, from *string }{
		{&e.Kept.Description, u.Description}, {&e.Kept.AccessIPv4, u.AccessIPv4}, {&e.Kept.AccessIPv6, u.AccessIPv6},
	} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	if u.AutoDisk != nil {
		e.Kept.AutoDisk = *u.AutoDisk
	}
	return nil
}

// ChangeServerMetadata implements compute.ServerMetadataChanger.
func (d *Servers) ChangeServerMetadata(ctx context.Context, id string, doing compute.Action, change func(map[string]string) (map[string]string, error)) (map[string]string, error) {
	all, err := d.Servers.ChangeServerMetadata(ctx, id, doing, change)
	if err == nil {
		return all, nil
	}
	_, err = d.change(ctx, id, err, doing, func(e *slbaremetal.Edit) (err error) {
		all, err = change(e.Kept.Metadata)
		if err == nil && len(all) > slcompute.MaxMetadata {
			err = compute.TooMuchMetadata(slcompute.MaxMetadata)
		}
		e.Kept.Metadata = all
		return err
	})
	return all, err
}

// ChangeServerTags implements compute.ServerTagger.
func (d *Servers) ChangeServerTags(ctx context.Context, id string, doing compute.Action, change func([]string) ([]string, error)) ([]string, error) {
	all, err := d.Servers.ChangeServerTags(ctx, id, doing, change)
	if err == nil {
		return all, nil
	}
	_, err = d.change(ctx, id, err, doing, func(e *slbaremetal.Edit) (err error) {
		if all, err = change(slices.Concat(e.Tags, e.Kept.Tags)); err != nil {
			return err
		}
		e.Tags, e.Kept.Tags = keep.PartTags(all, e.Tags)
		return keep.DistinctTags(all)
	})
	return all, err
}

// LockServer implements compute.ServerLocker.
func (d *Servers) LockServer(ctx context.Context, id, reason string) error {
	_, err := d.change(ctx, id, d.Servers.LockServer(ctx, id, reason), compute.ActionLock, func(e *slbaremetal.Edit) error {
		e.Kept.LockReason, e.Marks.Locked = reason, true
		return nil
	})
	return err
}

// UnlockServer implements compute.ServerLocker.
func (d *Servers) UnlockServer(ctx context.Context, id string) error {
	_, err := d.change(ctx, id, d.Servers.UnlockServer(ctx, id), compute.ActionUnlock, func(e *slbaremetal.Edit) error {
		e.Kept.LockReason, e.Marks.Locked = "", false
		return nil
	})
	return err
}
