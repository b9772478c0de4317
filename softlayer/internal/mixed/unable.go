package mixed

import (
	"context"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// What can't be done to hardware is refused once it is known to be that.

func (d *Servers) refuse(ctx context.Context, id string, err error, doing compute.Action, what string) error {
	return d.instead(ctx, id, err, doing, func(*records.Hardware) error { return unable(what) })
}

func unable(what string) error {
	return jumpgate.BadRequest.New("A bare metal server of this cloud can't %s.", what)
}

// PauseServer implements compute.ServerPauser.
func (d *Servers) PauseServer(ctx context.Context, id string) error {
	return d.refuse(ctx, id, d.Servers.PauseServer(ctx, id), compute.ActionPause, "be paused")
}

// UnpauseServer implements compute.ServerPauser.
func (d *Servers) UnpauseServer(ctx context.Context, id string) error {
	return d.refuse(ctx, id, d.Servers.UnpauseServer(ctx, id), compute.ActionUnpause, "be paused")
}

// SuspendServer implements compute.ServerSuspender.
func (d *Servers) SuspendServer(ctx context.Context, id string) error {
	return d.refuse(ctx, id, d.Servers.SuspendServer(ctx, id), compute.ActionSuspend, "be suspended")
}

// ResumeServer implements compute.ServerSuspender.
func (d *Servers) ResumeServer(ctx context.Context, id string) error {
	return d.refuse(ctx, id, d.Servers.ResumeServer(ctx, id), compute.ActionResume, "be suspended")
}

// ShelveServer implements compute.ServerShelver.
func (d *Servers) ShelveServer(ctx context.Context, id string) error {
	return d.refuse(ctx, id, d.Servers.ShelveServer(ctx, id), compute.ActionShelve, "be shelved")
}

// UnshelveServer implements compute.ServerShelver.
func (d *Servers) UnshelveServer(ctx context.Context, id string, u compute.Unshelving) error {
	return d.refuse(ctx, id, d.Servers.UnshelveServer(ctx, id, u), compute.ActionUnshelve, "be shelved")
}

// ResizeServer implements compute.ServerResizer.
func (d *Servers) ResizeServer(ctx context.Context, id string, r compute.ServerResize) error {
	return d.refuse(ctx, id, d.Servers.ResizeServer(ctx, id, r), compute.ActionResize, "be resized")
}

// ConfirmResize implements compute.ServerResizer.
func (d *Servers) ConfirmResize(ctx context.Context, id string) error {
	return d.refuse(ctx, id, d.Servers.ConfirmResize(ctx, id), compute.ActionConfirmResize, "be resized")
}

// RevertResize implements compute.ServerResizer.
func (d *Servers) RevertResize(ctx context.Context, id string) error {
	return d.refuse(ctx, id, d.Servers.RevertResize(ctx, id), compute.ActionRevertResize, "be resized")
}

// CreateServerImage implements compute.ServerImager.
func (d *Servers) CreateServerImage(ctx context.Context, id string, i compute.ServerImage) (string, error) {
	image, err := d.Servers.CreateServerImage(ctx, id, i)
	return image, d.refuse(ctx, id, err, compute.ActionCreateImage, "be made into an image")
}

// BackUpServer implements compute.ServerBackuper.
func (d *Servers) BackUpServer(ctx context.Context, id string, b compute.ServerBackup) (string, error) {
	image, err := d.Servers.BackUpServer(ctx, id, b)
	return image, d.refuse(ctx, id, err, compute.ActionCreateBackup, "be made into an image")
}

// ServerConsole implements compute.ServerConsoler: Ironic has the way to the
// management controller.
func (d *Servers) ServerConsole(ctx context.Context, id, protocol, kind string) (string, error) {
	url, err := d.Servers.ServerConsole(ctx, id, protocol, kind)
	h, err := d.machine(ctx, id, err)
	if h != nil {
		return "", compute.ConsoleUnavailable(kind)
	}
	return url, err
}

// ServerVolumes implements compute.ServerVolumeLister.
func (d *Servers) ServerVolumes(ctx context.Context, id string) ([]compute.VolumeAttachment, error) {
	list, err := d.Servers.ServerVolumes(ctx, id)
	h, err := d.machine(ctx, id, err)
	if h != nil {
		return nil, nil
	}
	return list, err
}

// AttachVolume implements compute.ServerVolumeAttacher.
func (d *Servers) AttachVolume(ctx context.Context, id string, a compute.VolumeAttach) (*compute.VolumeAttachment, error) {
	attached, err := d.Servers.AttachVolume(ctx, id, a)
	return attached, d.refuse(ctx, id, err, compute.ActionAttachVolume, "have volumes of the cloud attached")
}

// DetachVolume implements compute.ServerVolumeAttacher.
func (d *Servers) DetachVolume(ctx context.Context, id, volumeID string) error {
	err := d.Servers.DetachVolume(ctx, id, volumeID)
	h, err := d.machine(ctx, id, err)
	if h != nil {
		return compute.VolumeNotAttached(id, volumeID)
	}
	return err
}

// ChangeServerVolume implements compute.ServerVolumeChanger.
func (d *Servers) ChangeServerVolume(ctx context.Context, id, volumeID string, change func(*compute.VolumeAttachment) error) error {
	err := d.Servers.ChangeServerVolume(ctx, id, volumeID, change)
	h, err := d.machine(ctx, id, err)
	if h != nil {
		return compute.VolumeNotAttached(id, volumeID)
	}
	return err
}

// AddServerSecurityGroup implements compute.ServerSecurityGrouper.
func (d *Servers) AddServerSecurityGroup(ctx context.Context, id, group string) error {
	return d.refuse(ctx, id, d.Servers.AddServerSecurityGroup(ctx, id, group), compute.ActionAddSecurityGroup, "be in security groups")
}

// RemoveServerSecurityGroup implements compute.ServerSecurityGrouper.
func (d *Servers) RemoveServerSecurityGroup(ctx context.Context, id, group string) error {
	return d.refuse(ctx, id, d.Servers.RemoveServerSecurityGroup(ctx, id, group), compute.ActionRemoveSecurityGroup, "be in security groups")
}

// AssociateFloatingIP implements compute.FloatingIPAssociator.
func (d *Servers) AssociateFloatingIP(ctx context.Context, id, address, fixed string) error {
	return d.refuse(ctx, id, d.Servers.AssociateFloatingIP(ctx, id, address, fixed), compute.ActionAddFloatingIP, "have floating addresses")
}
