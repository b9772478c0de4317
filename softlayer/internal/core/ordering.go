package core

import (
	"context"

	"github.com/softlayer/jumpgate/openstack/baremetal"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// Ordering are the rules of the program about orders; see softlayer.Ordering.
type Ordering struct {
	Server  func(ctx context.Context, order *compute.ServerCreate, flavor compute.Flavor) error
	Resize  func(ctx context.Context, serverID string, order *compute.ServerResize, flavor compute.Flavor) error
	Volume  func(ctx context.Context, order *volume.Create) error
	Change  func(ctx context.Context, volumeID string, change *VolumeChange) error
	Address func(ctx context.Context, pool string) error
	Network func(ctx context.Context, order *network.Network) error
	Subnet  func(ctx context.Context, order *network.Subnet) error
	Node    func(ctx context.Context, order *baremetal.Node) error
}

// VolumeChange is what is ordered for a volume that there is; see
// softlayer.VolumeChange.
type VolumeChange struct {
	Size          int
	Type          string
	SnapshotSpace int
}
