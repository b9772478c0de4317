package compute

import "context"

// FloatingIPAssociator moves floating addresses.
type FloatingIPAssociator interface {
	// AssociateFloatingIP moves an address to a server, even from another
	// server. It MUST check in this order: an error of FixedAddress, then
	// FloatingIPNotFound, then FloatingIPFailed.
	AssociateFloatingIP(ctx context.Context, serverID, address, fixed string) error

	// DisassociateFloatingIP takes an address away from its server.
	DisassociateFloatingIP(ctx context.Context, id string) error
}

// ServerSecurityGrouper adds security groups to servers and removes them. A
// group is identified by its id or, if that is unique, its name.
type ServerSecurityGrouper interface {
	// AddServerSecurityGroup returns NoSecurityGroup or ManySecurityGroups
	// where those are the reason, SecurityGroupAdded for a group that the
	// server has already, and NoAddressYet for a server that is still being
	// built.
	AddServerSecurityGroup(ctx context.Context, id, group string) error

	// RemoveServerSecurityGroup returns NoSecurityGroup, ManySecurityGroups or,
	// for a group that the server does not have, SecurityGroupNotAdded.
	RemoveServerSecurityGroup(ctx context.Context, id, group string) error
}

// ServerVolumeLister lists the volumes attached to servers.
type ServerVolumeLister interface {
	// ServerVolumes returns the volumes attached to a server, in a stable
	// order.
	ServerVolumes(ctx context.Context, id string) ([]VolumeAttachment, error)
}

// ServerVolumeAttacher attaches volumes to servers.
type ServerVolumeAttacher interface {
	// AttachVolume attaches a volume, or has the cloud begin with it. It MUST
	// first check that the server exists and that MayDo allows
	// ActionAttachVolume. Then it MUST return VolumeNotFound for an unknown
	// volume, VolumeInUse for one that is attached already, NoMultiattach and
	// NoTaggedAttach where that is the reason, and InvalidVolume for any other
	// misfit. It chooses the device itself.
	AttachVolume(ctx context.Context, id string, a VolumeAttach) (*VolumeAttachment, error)

	// DetachVolume detaches a volume. It MUST return VolumeNotFound for an
	// unknown volume and VolumeNotAttached for one that is not attached to this
	// server before it asks MayDo for ActionDetachVolume, and RootVolume for
	// the volume that the server boots from.
	DetachVolume(ctx context.Context, id, volumeID string) error
}

// ServerVolumeChanger changes how volumes are attached.
type ServerVolumeChanger interface {
	// ChangeServerVolume calls change once with a volume's attachment and
	// stores the DeleteOnTermination that change leaves in it, in any state of
	// the server. An error of change ends the call. It returns
	// VolumeNotAttached for a volume that is not attached.
	ChangeServerVolume(ctx context.Context, id, volumeID string, change func(*VolumeAttachment) error) error
}

// ServerVolumeSwapper replaces attached volumes by others. It is optional:
// without it volumes can't be swapped.
type ServerVolumeSwapper interface {
	// SwapServerVolume copies an attached volume to another volume and attaches
	// that instead. It MUST check the volumes before the server: it returns
	// VolumeNotFound for an unknown volume, InvalidVolume for a new one that is
	// attached or smaller, and VolumeNotAttached for an old one that is not
	// attached to the server. It MUST ask MayDo for ActionSwapVolume.
	SwapServerVolume(ctx context.Context, id, oldVolumeID, newVolumeID string) error
}

// ActionLister tells what was done to servers.
type ActionLister interface {
	// ServerActions returns what was done to a server, as far as the cloud
	// remembers, in any order. It MUST return jumpgate.NotFound for an
	// unknown server, and MAY still know deleted ones.
	ServerActions(ctx context.Context, id string) ([]ServerAction, error)
}

// ServerGroupLister lists server groups. Servers join one when they are
// created (ServerCreate.ServerGroup).
type ServerGroupLister interface {
	// ServerGroups returns the groups of the principal's project, oldest
	// first. Deleted servers MUST NOT be members.
	ServerGroups(ctx context.Context) ([]*ServerGroup, error)
}

// ServerGroupCreator makes server groups.
type ServerGroupCreator interface {
	// CreateServerGroup makes a group by Name, Policy and MaxPerHost. It
	// returns UnsupportedPolicy for a policy that the cloud does not have.
	CreateServerGroup(ctx context.Context, g ServerGroup) (*ServerGroup, error)
}

// ServerGroupDeleter deletes server groups; the servers in them stay.
type ServerGroupDeleter interface {
	DeleteServerGroup(ctx context.Context, id string) error
}
