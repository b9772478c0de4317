package core

import (
	"context"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// Ordering are the rules of the program about orders; see softlayer.Ordering.
type Ordering struct {
	Server  func(ctx context.Context, order *compute.ServerCreate, flavor compute.Flavor) error
	Resize  func(ctx context.Context, serverID string, order *compute.ServerResize, flavor compute.Flavor) error
	Volume  func(ctx context.Context, order *volume.Create) error
	Address func(ctx context.Context, pool string) error
}
