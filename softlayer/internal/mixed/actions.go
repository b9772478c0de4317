package mixed

import (
	"context"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/baremetal"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// What can be done to hardware is done as Ironic does it.

// DeleteServer implements compute.ServerDeleter: it cancels a server.
func (d *Servers) DeleteServer(ctx context.Context, id string) error {
	return d.instead(ctx, id, d.Servers.DeleteServer(ctx, id), compute.ActionDelete, func(*records.Hardware) error {
		return d.nodes.Provision(ctx, id, baremetal.Provision{Verb: baremetal.Delete})
	})
}

// power switches hardware.
func (d *Servers) power(ctx context.Context, id string, err error, doing compute.Action, target baremetal.Power) error {
	return d.instead(ctx, id, err, doing, func(*records.Hardware) error { return d.nodes.SetPower(ctx, id, target, 0) })
}

// StartServer implements compute.ServerStarter.
func (d *Servers) StartServer(ctx context.Context, id string) error {
	return d.power(ctx, id, d.Servers.StartServer(ctx, id), compute.ActionStart, baremetal.PowerOn)
}

// StopServer implements compute.ServerStopper. SoftLayer can't ask the system
// of hardware to shut down.
func (d *Servers) StopServer(ctx context.Context, id string) error {
	return d.power(ctx, id, d.Servers.StopServer(ctx, id), compute.ActionStop, baremetal.PowerOff)
}

// RebootServer implements compute.ServerRebooter.
func (d *Servers) RebootServer(ctx context.Context, id string, how compute.RebootType) error {
	err := d.Servers.RebootServer(ctx, id, how)
	if how == compute.HardReboot {
		return d.power(ctx, id, err, compute.ActionHardReboot, baremetal.Reboot)
	}
	return d.power(ctx, id, err, compute.ActionReboot, baremetal.SoftReboot)
}

// RescueServer implements compute.ServerRescuer.
func (d *Servers) RescueServer(ctx context.Context, id string, r compute.ServerRescue) (string, error) {
	password, err := d.Servers.RescueServer(ctx, id, r)
	return password, d.instead(ctx, id, err, compute.ActionRescue, func(*records.Hardware) error {
		if r.ImageRef != "" {
			return compute.RescueImageUnusable(r.ImageRef, "this cloud has a rescue system of its own")
		}
		return d.nodes.Provision(ctx, id, baremetal.Provision{Verb: baremetal.EnterRescue})
	})
}

// UnrescueServer implements compute.ServerRescuer.
func (d *Servers) UnrescueServer(ctx context.Context, id string) error {
	return d.instead(ctx, id, d.Servers.UnrescueServer(ctx, id), compute.ActionUnrescue, func(*records.Hardware) error {
		return d.nodes.Provision(ctx, id, baremetal.Provision{Verb: baremetal.Unrescue})
	})
}

// RebuildServer implements compute.ServerRebuilder: it reloads the operating
// system that hardware has.
func (d *Servers) RebuildServer(ctx context.Context, id string, r compute.ServerRebuild) (*compute.Server, error) {
	s, err := d.Servers.RebuildServer(ctx, id, r)
	if err == nil {
		return s, nil
	}
	err = d.instead(ctx, id, err, compute.ActionRebuild, func(h *records.Hardware) error {
		switch has := d.server(ctx, h, ""); {
		case r.ImageRef != has.ImageID:
			return jumpgate.BadRequest.New("A bare metal server of this cloud is rebuilt from the image that it has, %s.", has.ImageID)
		case r.KeyName != nil || r.UserData != nil && len(*r.UserData) > 0 || r.AdminPassword != "" || len(r.Files) > 0:
			return jumpgate.BadRequest.New("A bare metal server of this cloud is rebuilt as it is: without another key, user data, password or files.")
		}
		if err := d.nodes.Provision(ctx, id, baremetal.Provision{Verb: baremetal.Rebuild}); err != nil {
			return err
		}
		h, err := d.edit(ctx, id, compute.ServerUpdate{
			Name: r.Name, Description: r.Description, Hostname: r.Hostname, AccessIPv4: r.AccessIPv4, AccessIPv6: r.AccessIPv6, AutoDisk: r.AutoDisk,
		}, r.Metadata)
		if err == nil {
			s = d.server(ctx, h, "")
			set(s, state{"REBUILD", "active", "rebuilding", compute.PowerRunning})
		}
		return err
	})
	return s, err
}
