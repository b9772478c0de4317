package softlayer

import (
	"net/http"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/baremetal/v1/allocations"
	"github.com/gophercloud/gophercloud/v2/openstack/baremetal/v1/nodes"
	"github.com/gophercloud/gophercloud/v2/openstack/baremetal/v1/ports"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestIronicGophercloud orders, looks after and cancels a server as a program
// does.
func TestIronicGophercloud(t *testing.T) {
	w := newWorld(t, setup{driver: Options{OrderHardware: true}})
	c, err := openstack.NewBareMetalV1(w.client(simulator.DemoUser), gophercloud.EndpointOpts{Region: "RegionOne"})
	if err != nil {
		t.Fatal(err)
	}
	c.Microversion = "1.82"
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	made, err := nodes.Create(ctx, c, nodes.CreateOpts{
		Driver: "softlayer", Name: "web", ResourceClass: "baremetal-4x32", Extra: map[string]any{"team": "web"},
		Properties: map[string]any{"image_source": "DEBIAN_12_64"},
	}).Extract()
	must(err)
	if made.ProvisionState != string(nodes.Deploying) || made.TargetProvisionState != "active" || made.Reservation == "" {
		t.Errorf("ordered %+v", made)
	}
	if err := nodes.ChangePowerState(ctx, c, made.UUID, nodes.PowerStateOpts{Target: nodes.PowerOff}).ExtractErr(); !gophercloud.ResponseCodeIs(err, http.StatusConflict) {
		t.Errorf("switched while it is made: %v", err)
	}
	w.clock.Advance(10 * step)
	n, err := nodes.Get(ctx, c, "web").Extract()
	must(err)
	if n.ProvisionState != string(nodes.Active) || n.PowerState != "power on" || n.Extra["team"] != "web" {
		t.Errorf("then %+v", n)
	}
	valid, err := nodes.Validate(ctx, c, n.UUID).Extract()
	must(err)
	if !valid.Power.Result || valid.RAID.Result {
		t.Errorf("valid %+v", valid)
	}
	inventory, err := nodes.GetInventory(ctx, c, n.UUID).Extract()
	must(err)
	if inventory.Inventory.CPU.Count != 4 || inventory.Inventory.Memory.PhysicalMb != 32768 || len(inventory.Inventory.Interfaces) != 2 || len(inventory.Inventory.Disks) != 1 ||
		inventory.Inventory.Disks[0].Serial == "" || inventory.Inventory.SystemVendor.SerialNumber == "" {
		t.Errorf("inventory %+v", inventory.Inventory)
	}
	if _, err := nodes.GetBootDevice(ctx, c, n.UUID).Extract(); !gophercloud.ResponseCodeIs(err, http.StatusForbidden) {
		t.Errorf("a member's look at the boot device: %v", err)
	}
	pages, err := ports.ListDetail(c, ports.ListOpts{NodeUUID: n.UUID}).AllPages(ctx)
	must(err)
	if list, err := ports.ExtractPorts(pages); err != nil || len(list) != 2 {
		t.Errorf("ports %+v, %v", list, err)
	}
	must(nodes.SetMaintenance(ctx, c, n.UUID, nodes.MaintenanceOpts{Reason: "broken"}).ExtractErr())
	pages, err = nodes.ListDetail(c, nodes.ListOpts{Maintenance: true}).AllPages(ctx)
	must(err)
	if list, err := nodes.ExtractNodes(pages); err != nil || len(list) != 1 || list[0].MaintenanceReason != "broken" {
		t.Errorf("in maintenance %+v, %v", list, err)
	}
	must(nodes.UnsetMaintenance(ctx, c, n.UUID).ExtractErr())
	if _, err := allocations.Create(ctx, c, allocations.CreateOpts{ResourceClass: "x"}).Extract(); !gophercloud.ResponseCodeIs(err, http.StatusBadRequest) {
		t.Errorf("an allocation: %v", err)
	}
	must(nodes.ChangeProvisionState(ctx, c, n.UUID, nodes.ProvisionStateOpts{Target: nodes.TargetDeleted}).ExtractErr())
	w.clock.Advance(10 * step)
	if _, err := nodes.Get(ctx, c, n.UUID).Extract(); !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		t.Errorf("cancelled: %v", err)
	}
}
