package compute

import "context"

// FloatingIPAssociator moves floating addresses.
type FloatingIPAssociator interface {
	// AssociateFloatingIP moves an address to a server, from another one too.
	// What FixedAddress says of the server goes before FloatingIPNotFound, and
	// that before FloatingIPFailed.
	AssociateFloatingIP(ctx context.Context, serverID, address, fixed string) error

	// DisassociateFloatingIP takes an address away from where it is.
	DisassociateFloatingIP(ctx context.Context, id string) error
}

// ServerSecurityGrouper puts servers behind security groups and takes them
// away from there. A group is told by its id or, where it is the only one of
// that, by its name.
type ServerSecurityGrouper interface {
	// AddServerSecurityGroup returns NoSecurityGroup or ManySecurityGroups
	// where those are the reason, SecurityGroupAdded for one that the server
	// has already, and NoAddressYet for a server that is still being built.
	AddServerSecurityGroup(ctx context.Context, id, group string) error

	// RemoveServerSecurityGroup returns NoSecurityGroup, ManySecurityGroups or,
	// for a group that the server has not, SecurityGroupNotAdded.
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
	// look at the server before the volume: whether there is one, and whether
	// MayDo allows ActionAttachVolume. Of the volume it MUST return
	// VolumeNotFound, VolumeInUse where it is attached already, NoMultiattach
	// and NoTaggedAttach where that is the reason; what else does not fit is
	// InvalidVolume. It chooses the device itself.
	AttachVolume(ctx context.Context, id string, a VolumeAttach) (*VolumeAttachment, error)

	// DetachVolume is the inverse. It MUST return VolumeNotFound or, for one
	// that is not attached to this server, VolumeNotAttached before it asks
	// MayDo for ActionDetachVolume, and RootVolume for the one that the
	// server boots from.
	DetachVolume(ctx context.Context, id, volumeID string) error
}

// ServerVolumeChanger changes how volumes are attached.
type ServerVolumeChanger interface {
	// ChangeServerVolume calls change once with how a volume is attached and
	// keeps what that makes of DeleteOnTermination, whatever the state of the
	// server. An error of change ends the call; a volume that is not attached
	// is VolumeNotAttached.
	ChangeServerVolume(ctx context.Context, id, volumeID string, change func(*VolumeAttachment) error) error
}

// ServerVolumeSwapper puts volumes in the places of others. Optional: without
// it nobody does.
type ServerVolumeSwapper interface {
	// SwapServerVolume copies what is on a volume that is attached to a server
	// to another one, and attaches that instead. It MUST look at both volumes
	// before the server: for the old one VolumeNotFound, for the new one
	// InvalidVolume if it is attached or smaller. The old one is not attached
	// to the server: VolumeNotAttached. It MUST ask MayDo for
	// ActionSwapVolume.
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
	// CreateServerGroup makes a group by Name, Policy and MaxPerHost. A policy
	// that the cloud has not is UnsupportedPolicy.
	CreateServerGroup(ctx context.Context, g ServerGroup) (*ServerGroup, error)
}

// ServerGroupDeleter deletes server groups; the servers in them stay.
type ServerGroupDeleter interface {
	DeleteServerGroup(ctx context.Context, id string) error
}
