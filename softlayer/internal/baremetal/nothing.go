package baremetal

import (
	"context"
	"iter"
	"reflect"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/baremetal"
)

// nothing is the list of what SoftLayer's hardware has none of.
type nothing[T any] struct{}

// List implements baremetal.Lister.
func (nothing[T]) List(context.Context, baremetal.Query) iter.Seq2[*T, error] {
	return func(func(*T, error) bool) {}
}

// Get implements baremetal.Getter.
func (nothing[T]) Get(context.Context, string) (*T, error) { return nil, jumpgate.NotFound }

// Create implements baremetal.Creator.
func (nothing[T]) Create(context.Context, *T) (*T, error) {
	return nil, unable("create_" + strings.ToLower(reflect.TypeFor[T]().Name()))
}

// Update implements baremetal.Updater.
func (nothing[T]) Update(context.Context, string, baremetal.Update[T]) (*T, error) {
	return nil, jumpgate.NotFound
}

// Delete implements baremetal.Deleter.
func (nothing[T]) Delete(context.Context, string) error { return jumpgate.NotFound }

// Chassis implements baremetal.ChassisDriver.
func (d *Hardware) Chassis() baremetal.Lister[baremetal.Chassis] { return nothing[baremetal.Chassis]{} }

// Portgroups implements baremetal.PortgroupDriver.
func (d *Hardware) Portgroups() baremetal.Lister[baremetal.Portgroup] {
	return nothing[baremetal.Portgroup]{}
}

// VolumeConnectors implements baremetal.VolumeConnectorDriver.
func (d *Hardware) VolumeConnectors() baremetal.Lister[baremetal.VolumeConnector] {
	return nothing[baremetal.VolumeConnector]{}
}

// VolumeTargets implements baremetal.VolumeTargetDriver.
func (d *Hardware) VolumeTargets() baremetal.Lister[baremetal.VolumeTarget] {
	return nothing[baremetal.VolumeTarget]{}
}

// Allocations implements baremetal.AllocationDriver: a server is somebody's
// from the start.
func (d *Hardware) Allocations() baremetal.Lister[baremetal.Allocation] {
	return nothing[baremetal.Allocation]{}
}

// DeployTemplates implements baremetal.DeployTemplateDriver.
func (d *Hardware) DeployTemplates() baremetal.Lister[baremetal.DeployTemplate] {
	return nothing[baremetal.DeployTemplate]{}
}
