// Package mixed shows bare metal servers among virtual ones, where the
// configuration says so: compute.Servers, with hardware in whatever is about
// servers. It is not used otherwise.
package mixed

import (
	"context"
	"errors"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/baremetal"
	"github.com/softlayer/jumpgate/openstack/compute"
	slbaremetal "github.com/softlayer/jumpgate/softlayer/internal/baremetal"
	slcompute "github.com/softlayer/jumpgate/softlayer/internal/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// Servers are virtual guests and bare metal servers. What has an id is looked
// for among the guests first, so that it costs them nothing.
type Servers struct {
	*slcompute.Servers
	hardware *slbaremetal.Hardware
	nodes    nodes
}

// nodes is what Ironic can do to hardware.
type nodes interface {
	baremetal.PowerSetter
	baremetal.Provisioner
	baremetal.Historian
}

// New returns servers of both kinds.
func New(servers *slcompute.Servers, hardware *slbaremetal.Hardware) *Servers {
	return &Servers{Servers: servers, hardware: hardware, nodes: hardware.Nodes().(nodes)}
}

// machine is the hardware called id, if err says that there is no such guest,
// or else err.
func (d *Servers) machine(ctx context.Context, id string, err error) (*records.Hardware, error) {
	if !errors.Is(err, jumpgate.NotFound) || !keep.GUID.MatchString(id) {
		return nil, err
	}
	h, hardwareErr := d.hardware.Server(ctx, id)
	switch {
	case errors.Is(hardwareErr, jumpgate.NotFound), hardwareErr == nil && gone(h):
		return nil, err
	case hardwareErr != nil:
		return nil, hardwareErr
	}
	return h, nil
}

// instead does something to the hardware called id if there is no such guest,
// which err says, and if its state allows it.
func (d *Servers) instead(ctx context.Context, id string, err error, doing compute.Action, do func(*records.Hardware) error) error {
	h, err := d.machine(ctx, id, err)
	if h == nil {
		return err
	}
	power := baremetal.Power("")
	if doing == compute.ActionStart || doing == compute.ActionStop || doing == compute.ActionReboot {
		power = d.hardware.Power(ctx, id)
	}
	if err := compute.MayDo(doing, d.server(ctx, h, power)); err != nil {
		return err
	}
	if err := do(h); err != nil {
		if jumpgate.AsError(err).Kind == jumpgate.Conflict {
			return jumpgate.Conflict.Wrap(err, "The cloud is still busy with instance %s. Please try again later.", id)
		}
		return err
	}
	return nil
}

// Server implements compute.ServerGetter. A further call asks for the power of
// hardware that rests.
func (d *Servers) Server(ctx context.Context, id string) (*compute.Server, error) {
	s, err := d.Servers.Server(ctx, id)
	if err == nil {
		return s, nil
	}
	return d.shown(ctx, id, err)
}

func (d *Servers) shown(ctx context.Context, id string, err error) (*compute.Server, error) {
	h, err := d.machine(ctx, id, err)
	if h == nil {
		return nil, err
	}
	power := baremetal.Power("")
	if h.Transaction == nil {
		power = d.hardware.Power(ctx, id)
	}
	return d.server(ctx, h, power), nil
}

// ServerMarker implements compute.ServerMarker.
func (d *Servers) ServerMarker(ctx context.Context, id string) (*compute.Server, error) {
	s, err := d.Servers.ServerMarker(ctx, id)
	if err == nil {
		return s, nil
	}
	h, err := d.machine(ctx, id, err)
	if h == nil {
		return nil, err
	}
	return d.server(ctx, h, ""), nil
}
