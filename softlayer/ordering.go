package softlayer

import (
	"context"

	"github.com/softlayer/jumpgate/openstack/baremetal"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
)

// Ordering are rules for orders. Each function sees an order as the service
// package has decoded it, before the driver asks SoftLayer to carry it out. It
// may change the order, or refuse it with an error, which should be a
// jumpgate.Error. A nil function lets all orders pass. The request is
// jumpgate.RequestFrom(ctx), unless the program calls the driver by itself.
type Ordering struct {
	// Server sees an order of new servers, all of one flavor. If it changes
	// order.FlavorRef it must itself check the new flavor.
	Server func(ctx context.Context, order *compute.ServerCreate, flavor compute.Flavor) error

	// Resize sees an order of another flavor for a server.
	Resize func(ctx context.Context, serverID string, order *compute.ServerResize, flavor compute.Flavor) error

	// Volume sees an order of a volume, before the driver chooses a type, a
	// zone and a size on sale.
	Volume func(ctx context.Context, order *volume.Create) error

	// Change sees an order that makes a volume larger, gives it another type, or
	// adds space for its snapshots.
	Change func(ctx context.Context, volumeID string, change *VolumeChange) error

	// Address sees an order of a floating IP address from a pool.
	Address func(ctx context.Context, pool string) error

	// Network and Subnet see orders of networks and of subnets, if
	// Options.OrderNetworks allows them.
	Network func(ctx context.Context, order *network.Network) error
	Subnet  func(ctx context.Context, order *network.Subnet) error

	// Node sees an order of a bare metal server, if Options.OrderHardware
	// allows it: its name, resource_class, properties and instance_info.
	Node func(ctx context.Context, order *baremetal.Node) error
}

// VolumeChange is an order for an existing volume; one field is set: a Size in
// GiB, the name of a Type, or a SnapshotSpace in GB. The others are zero.
type VolumeChange = core.VolumeChange
