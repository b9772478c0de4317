package baremetal

import (
	"context"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/baremetal"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// methods are SoftLayer's for what a client wants of the power.
var methods = map[baremetal.Power]string{
	baremetal.PowerOn: "powerOn", baremetal.PowerOff: "powerOff", baremetal.Reboot: "rebootHard", baremetal.SoftReboot: "rebootSoft",
}

// SetPower implements baremetal.PowerSetter. SoftLayer can't ask a system to
// shut down.
func (d nodes) SetPower(ctx context.Context, uuid string, target baremetal.Power, _ int) error {
	method := methods[target]
	if method == "" {
		return jumpgate.BadRequest.New("%s can't be done to nodes of this cloud.", target)
	}
	if err := d.order(ctx, uuid, method); err != nil || !d.Opts.HardwareServers {
		return err
	}
	// Lists of servers show it, which can't ask each for its power.
	return d.mark(ctx, uuid, func(m *keep.Markers) { m.Off = target == baremetal.PowerOff })
}

// order makes a call that changes a server.
func (d *Hardware) order(ctx context.Context, uuid, method string, args ...any) error {
	return d.locked(ctx, uuid, d.API.Order(ctx, upstream.Call{Service: "Hardware_Server", ID: uuid, Method: method, Args: args}))
}

// locked words what SoftLayer says of a server that it works on.
func (d *Hardware) locked(ctx context.Context, uuid string, err error) error {
	if err == nil || jumpgate.AsError(err).Kind == jumpgate.NotFound {
		return err
	}
	if h, lookErr := d.Server(context.WithoutCancel(ctx), uuid); lookErr == nil && h.Transaction != nil {
		return baremetal.NodeLocked(uuid, conductor)
	}
	return err
}

// Provision implements baremetal.Provisioner: rebuild reloads the operating
// system, deleted cancels the server and with it the bill, and rescue boots
// SoftLayer's rescue system, which has the password of the server's own. What
// else there is belongs to the owner of the hardware.
func (d nodes) Provision(ctx context.Context, uuid string, p baremetal.Provision) error {
	if p.ConfigDrive != nil || len(p.DeploySteps) > 0 {
		return jumpgate.BadRequest.New("Nodes of this cloud take no config drive and no deploy steps.")
	}
	switch p.Verb {
	case baremetal.Rebuild:
		call := upstream.Call{Service: "Hardware_Server", ID: uuid, Method: "reloadOperatingSystem", Args: []any{"FORCE", map[string]any{}}}
		var transaction any // its number, as text
		_, err := d.API.Do(ctx, call, &transaction)
		if err = d.locked(ctx, uuid, err); err != nil {
			return err
		}
		return d.mark(ctx, uuid, func(m *keep.Markers) { m.Rescue, m.Off = false, false })
	case baremetal.Delete:
		return d.cancel(ctx, uuid)
	case baremetal.EnterRescue:
		if err := d.order(ctx, uuid, "bootToRescueLayer", nil); err != nil {
			return err
		}
		return d.mark(ctx, uuid, func(m *keep.Markers) { m.Rescue = true })
	case baremetal.Unrescue:
		if err := d.order(ctx, uuid, "powerCycle"); err != nil {
			return err
		}
		return d.mark(ctx, uuid, func(m *keep.Markers) { m.Rescue, m.Off = false, false })
	}
	return jumpgate.BadRequest.New("The requested action \"%s\" can't be done to nodes of this cloud.", p.Verb)
}

// cancel ends a server: one by the hour is deleted, the bill of another is
// cancelled at once.
func (d *Hardware) cancel(ctx context.Context, uuid string) error {
	h, err := d.Server(ctx, uuid)
	switch {
	case err != nil:
		return err
	case h.Transaction != nil:
		return baremetal.NodeLocked(uuid, conductor)
	case h.BillingItem == nil:
		return jumpgate.Conflict.New("Node %s is cancelled already.", uuid)
	case h.Hourly:
		err = d.order(ctx, uuid, "deleteObject")
	default:
		err = d.Core.Cancel(ctx, h.BillingItem.ID)
	}
	if err == nil {
		d.forgetNode(ctx, uuid)
		d.notes.Expire(ctx, h.Notes, d.Opts.Now().Add(goneAge))
	}
	return err
}

// mark changes the markers of a server, with a call to change its tags only
// where that changes anything.
func (d *Hardware) mark(ctx context.Context, uuid string, change func(*keep.Markers)) error {
	unlock, err := d.Locks.Lock(ctx, keep.AccountKey(ctx)+"/"+uuid)
	if err != nil {
		return err
	}
	defer unlock()
	h, err := taggedServers.Get(ctx, d.API, records.HardwareServer, uuid)
	if err != nil {
		return err
	}
	tags, m := keep.SplitTags(h.TagReferences)
	old := m
	if change(&m); m == old {
		return nil
	}
	return d.setTags(ctx, uuid, tags, m)
}

var taggedServers = records.FormOf[struct {
	ID            int                 `json:"id"`
	TagReferences []keep.TagReference `json:"tagReferences"`
}]()
