package baremetal_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/baremetal/v1/allocations"
	"github.com/gophercloud/gophercloud/v2/openstack/baremetal/v1/conductors"
	"github.com/gophercloud/gophercloud/v2/openstack/baremetal/v1/drivers"
	"github.com/gophercloud/gophercloud/v2/openstack/baremetal/v1/nodes"
	"github.com/gophercloud/gophercloud/v2/openstack/baremetal/v1/ports"
	"github.com/softlayer/jumpgate/jumpgatetest"
)

// client is gophercloud's for a user of a cloud.
func client(t *testing.T, cloud *jumpgatetest.Cloud, name, version string) *gophercloud.ServiceClient {
	t.Helper()
	user := cloud.User(name)
	provider, err := openstack.AuthenticatedClient(t.Context(), gophercloud.AuthOptions{
		IdentityEndpoint: cloud.AuthURL, Username: user.Name, Password: user.Password, DomainName: "Default", TenantName: user.ProjectName,
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := openstack.NewBareMetalV1(provider, gophercloud.EndpointOpts{Region: jumpgatetest.Region})
	if err != nil {
		t.Fatal(err)
	}
	c.Microversion = version
	return c
}

func no(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused tells whether err is an answer with that status.
func refused(err error, status int) bool { return gophercloud.ResponseCodeIs(err, status) }

func names(t *testing.T, c *gophercloud.ServiceClient, opts nodes.ListOptsBuilder) (all []string) {
	t.Helper()
	page, err := nodes.ListDetail(c, opts).AllPages(t.Context())
	no(t, err)
	list, err := nodes.ExtractNodes(page)
	no(t, err)
	for _, n := range list {
		all = append(all, n.Name)
	}
	return all
}

// TestGophercloud leads a node through its life.
func TestGophercloud(t *testing.T) {
	cloud := jumpgatetest.New(t, jumpgatetest.Options{ActionTime: time.Minute})
	admin, demo := client(t, cloud, "admin", "1.82"), client(t, cloud, "demo", "1.82")
	ctx := t.Context()

	made, err := nodes.Create(ctx, admin, nodes.CreateOpts{
		Name: "fresh", Driver: "fake-hardware", ResourceClass: "big", DriverInfo: map[string]any{"ipmi_password": "x"}, Properties: map[string]any{"cpus": 4},
	}).Extract()
	no(t, err)
	if made.ProvisionState != "enroll" || made.DriverInfo["ipmi_password"] != "******" || made.Properties["cpus"] != float64(4) {
		t.Errorf("made %+v", made)
	}
	if made.Owner != cloud.User("admin").ProjectID {
		t.Errorf("the owner is %q", made.Owner)
	}

	// Each step locks the node until it is done.
	step := func(target nodes.TargetProvisionState, through, ends nodes.ProvisionState) {
		t.Helper()
		no(t, nodes.ChangeProvisionState(ctx, admin, "fresh", nodes.ProvisionStateOpts{Target: target}).ExtractErr())
		n, err := nodes.Get(ctx, admin, "fresh").Extract()
		no(t, err)
		if n.ProvisionState != string(through) || n.TargetProvisionState != string(ends) || n.Reservation == "" {
			t.Errorf("%s: %s to %s, locked by %q", target, n.ProvisionState, n.TargetProvisionState, n.Reservation)
		}
		if _, err := nodes.Update(ctx, admin, "fresh", nodes.UpdateOpts{
			nodes.UpdateOperation{Op: nodes.AddOp, Path: "/extra/x", Value: 1},
		}).Extract(); !refused(err, http.StatusConflict) {
			t.Errorf("%s: a locked node is changed: %v", target, err)
		}
		cloud.Clock.Advance(3 * time.Minute)
		n, err = nodes.Get(ctx, admin, "fresh").Extract()
		no(t, err)
		if n.ProvisionState != string(ends) || n.TargetProvisionState != "" || n.Reservation != "" {
			t.Errorf("%s: then %s to %q, locked by %q", target, n.ProvisionState, n.TargetProvisionState, n.Reservation)
		}
	}
	if err := nodes.ChangeProvisionState(ctx, admin, "fresh", nodes.ProvisionStateOpts{Target: nodes.TargetActive}).ExtractErr(); !refused(err, 400) {
		t.Errorf("an enrolled node is deployed: %v", err)
	}
	step(nodes.TargetManage, nodes.Verifying, nodes.Manageable)
	step(nodes.TargetProvide, nodes.Cleaning, nodes.Available)
	step(nodes.TargetActive, nodes.Deploying, nodes.Active)
	if err := nodes.Delete(ctx, admin, "fresh").ExtractErr(); !refused(err, http.StatusConflict) {
		t.Errorf("an active node is deleted: %v", err)
	}

	// Power, traits, validation, boot device.
	no(t, nodes.ChangePowerState(ctx, admin, made.UUID, nodes.PowerStateOpts{Target: nodes.PowerOn}).ExtractErr())
	cloud.Clock.Advance(time.Minute)
	patched, err := nodes.Update(ctx, admin, made.UUID, nodes.UpdateOpts{
		nodes.UpdateOperation{Op: nodes.AddOp, Path: "/extra/rack", Value: 7}, nodes.UpdateOperation{Op: nodes.ReplaceOp, Path: "/name", Value: "old"},
	}).Extract()
	no(t, err)
	if patched.PowerState != "power on" || patched.Name != "old" || patched.Extra["rack"] != float64(7) {
		t.Errorf("patched %+v", patched)
	}
	valid, err := nodes.Validate(ctx, admin, made.UUID).Extract()
	no(t, err)
	if !valid.Power.Result {
		t.Errorf("power is not valid: %+v", valid)
	}
	boot, err := nodes.GetBootDevice(ctx, admin, made.UUID).Extract()
	no(t, err)
	if boot.BootDevice != "pxe" {
		t.Errorf("boots from %q", boot.BootDevice)
	}
	no(t, nodes.SetMaintenance(ctx, admin, made.UUID, nodes.MaintenanceOpts{Reason: "broken"}).ExtractErr())
	n, err := nodes.Get(ctx, admin, made.UUID).Extract()
	no(t, err)
	if !n.Maintenance || n.MaintenanceReason != "broken" {
		t.Errorf("maintenance %v %q", n.Maintenance, n.MaintenanceReason)
	}

	// A member sees what is his project's, by owner or lease.
	if got := names(t, demo, nodes.ListOpts{}); len(got) != 2 || got[0] != "bm-demo" || got[1] != "bm-leased" {
		t.Errorf("a member sees %v", got)
	}
	if _, err := nodes.Get(ctx, demo, "old").Extract(); !refused(err, http.StatusNotFound) {
		t.Errorf("a member sees another's node: %v", err)
	}
	if err := nodes.Delete(ctx, demo, "bm-demo").ExtractErr(); !refused(err, http.StatusForbidden) {
		t.Errorf("a member deletes a node: %v", err)
	}
	if got := names(t, admin, nodes.ListOpts{SortKey: "name", SortDir: "desc"}); len(got) != 5 || got[0] != "old" {
		t.Errorf("an administrator sees %v", got)
	}
	no(t, nodes.Delete(ctx, admin, made.UUID).ExtractErr()) // in maintenance it goes whatever its state
}

// TestGophercloudMore reads and makes what else there is.
func TestGophercloudMore(t *testing.T) {
	cloud := jumpgatetest.New(t, jumpgatetest.Options{})
	admin, demo := client(t, cloud, "admin", "1.82"), client(t, cloud, "demo", "1.82")
	ctx := context.Background()

	node, err := nodes.Get(ctx, admin, "bm-free").Extract()
	no(t, err)
	port, err := ports.Create(ctx, admin, ports.CreateOpts{NodeUUID: node.UUID, Address: "52:54:00:AA:BB:CC"}).Extract()
	no(t, err)
	if port.Address != "52:54:00:aa:bb:cc" || !port.PXEEnabled {
		t.Errorf("port %+v", port)
	}
	if _, err := ports.Create(ctx, admin, ports.CreateOpts{NodeUUID: node.UUID, Address: port.Address}).Extract(); !refused(err, http.StatusConflict) {
		t.Errorf("an address twice: %v", err)
	}
	page, err := ports.ListDetail(demo, ports.ListOpts{}).AllPages(ctx)
	no(t, err)
	if mine, err := ports.ExtractPorts(page); err != nil || len(mine) != 2 {
		t.Errorf("a member sees %d ports, %v", len(mine), err)
	}
	no(t, ports.Delete(ctx, admin, port.UUID).ExtractErr())

	all, err := drivers.ListDrivers(admin, drivers.ListDriversOpts{Detail: true}).AllPages(ctx)
	no(t, err)
	if hw, err := drivers.ExtractDrivers(all); err != nil || len(hw) != 1 || hw[0].DefaultPowerInterface != "fake" {
		t.Errorf("drivers %+v, %v", hw, err)
	}
	all, err = conductors.List(admin, conductors.ListOpts{}).AllPages(ctx)
	no(t, err)
	if c, err := conductors.ExtractConductors(all); err != nil || len(c) != 1 || !c[0].Alive {
		t.Errorf("conductors %+v, %v", c, err)
	}

	no(t, nodes.ChangePowerState(ctx, demo, "bm-demo", nodes.PowerStateOpts{Target: nodes.PowerOff}).ExtractErr())
	claim, err := allocations.Create(ctx, demo, allocations.CreateOpts{Name: "claim", ResourceClass: "baremetal"}).Extract()
	no(t, err)
	if claim.State != "allocating" || claim.NodeUUID != "" {
		t.Errorf("at first %+v", claim)
	}
	claim, err = allocations.Get(ctx, demo, "claim").Extract()
	no(t, err)
	mine, err := nodes.Get(ctx, demo, "bm-demo").Extract()
	no(t, err)
	if claim.State != "active" || claim.NodeUUID != mine.UUID || mine.InstanceUUID != claim.UUID {
		t.Errorf("then %+v of %+v", claim, mine)
	}
	no(t, allocations.Delete(ctx, demo, "claim").ExtractErr())
	if mine, err = nodes.Get(ctx, demo, "bm-demo").Extract(); err != nil || mine.InstanceUUID != "" {
		t.Errorf("freed: %q, %v", mine.InstanceUUID, err)
	}
}

// TestVersions: gophercloud asks for none unless it is told to.
func TestVersions(t *testing.T) {
	cloud := jumpgatetest.New(t, jumpgatetest.Options{})
	ctx := t.Context()
	old := client(t, cloud, "admin", "")
	if _, err := nodes.Get(ctx, old, "bm-demo").Extract(); !refused(err, http.StatusNotFound) {
		t.Errorf("1.1 knows names: %v", err)
	}
	var unexpected gophercloud.ErrUnexpectedResponseCode
	_, err := nodes.Get(ctx, client(t, cloud, "admin", "1.83"), "bm-demo").Extract()
	if !errors.As(err, &unexpected) || unexpected.Actual != http.StatusNotAcceptable ||
		unexpected.ResponseHeader.Get("X-OpenStack-Ironic-API-Maximum-Version") != "1.82" {
		t.Errorf("1.83: %v", err)
	}
}
