// Package baremetal speaks OpenStack's Bare Metal API (Ironic, version 1) for
// a driver: it reads and checks requests, asks the policy, holds the state
// machine of nodes, filters, sorts and pages lists, applies patches, and shows
// resources and faults as Ironic does. A driver never sees JSON.
//
// Its rules were read from Ironic's code and checked against recordings of a
// real one (21.4, API 1.1 to 1.82).
package baremetal

import (
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

//go:embed policy.tsv
var policyTable string

// defaultPolicy is policyTable, read once.
var defaultPolicy = sync.OnceValue(func() *jumpgate.Policy { return jumpgate.MustPolicy(policyTable) })

// Options configure the service. The zero value is Ironic's default policy.
type Options struct {
	// Policy replaces rules of the default policy by name:
	// "baremetal:node:create". See policy.tsv for their names.
	Policy map[string]string

	// Logger gets a line when a driver breaks the contract of an interface.
	// Default: slog.Default().
	Logger *slog.Logger
}

// service is what the handlers of one Dispatcher share.
type service struct {
	disp     *jumpgate.Dispatcher
	policy   *jumpgate.Policy
	log      *slog.Logger
	handlers map[string]jumpgate.Methods
	faults   []error // of the lists that the driver has

	nodes *kind[Node] // what others belong to
	// The following are nil where the driver has none.
	chassis    *kind[Chassis]
	ports      *kind[Port]
	portgroups *kind[Portgroup]
}

// Register gives disp a handler for everything that driver can do and leaves
// the rest unused. A driver that has no nodes, or a method that is called as one
// of this package's interfaces and has another signature, is an error.
func Register(disp *jumpgate.Dispatcher, driver any, opts Options) error {
	if disp.Service() != jumpgate.Baremetal {
		return fmt.Errorf("baremetal: can't serve %s", disp.Service())
	}
	if err := rest.CheckDriver("baremetal", driver, driverInterfaces...); err != nil {
		return err
	}
	policy, err := disp.OverridePolicy(defaultPolicy(), opts.Policy)
	if err != nil {
		return fmt.Errorf("baremetal: %w", err)
	}
	nodes, ok := driver.(NodeDriver)
	if !ok {
		return errors.New("baremetal: the driver has no nodes (NodeDriver)")
	}
	s := &service{disp: disp, policy: policy, log: opts.Logger, handlers: make(map[string]jumpgate.Methods)}
	if s.log == nil {
		s.log = slog.Default()
	}
	s.discovery()
	s.serveNodes(nodes.Nodes())
	s.serveMore(driver)
	if err := errors.Join(s.faults...); err != nil {
		return err
	}
	disp.SetPolicy(policy.Worded(denied))
	faults := []error{s.serveAbsent()}
	for name, methods := range s.handlers {
		faults = append(faults, disp.SetHandler(name, methods))
	}
	return errors.Join(faults...)
}

// serveMore serves what else driver has.
func (s *service) serveMore(driver any) {
	if d, ok := driver.(ChassisDriver); ok {
		s.serveChassis(d.Chassis())
	}
	if d, ok := driver.(PortDriver); ok {
		s.servePorts(d.Ports())
	}
	if d, ok := driver.(PortgroupDriver); ok {
		s.servePortgroups(d.Portgroups())
	}
	var connectors Lister[VolumeConnector]
	var targets Lister[VolumeTarget]
	if d, ok := driver.(VolumeConnectorDriver); ok {
		connectors = d.VolumeConnectors()
	}
	if d, ok := driver.(VolumeTargetDriver); ok {
		targets = d.VolumeTargets()
	}
	s.serveVolume(connectors, targets)
	if d, ok := driver.(AllocationDriver); ok {
		s.serveAllocations(d.Allocations())
	}
	if d, ok := driver.(DeployTemplateDriver); ok {
		s.serveTemplates(d.DeployTemplates())
	}
	if d, ok := driver.(ConductorLister); ok {
		s.serveConductors(d)
	}
	if d, ok := driver.(DriverLister); ok {
		s.serveDrivers(d)
	}
	if d, ok := driver.(EventTaker); ok {
		s.serveEvents(d)
	}
	ramdisk, _ := driver.(Ramdisk)
	s.serveRamdisk(ramdisk)
	s.serveShards()
}
