package baremetal

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/softlayer/jumpgate/openstack/baremetal"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// hardwareType is the only driver, and conductor the only one that has it.
const (
	hardwareType = "softlayer"
	conductor    = "softlayer"

	architecture = "x86_64"
)

// interfaces are those of all nodes.
var interfaces = baremetal.Interfaces{
	BIOS: "no-bios", Boot: hardwareType, Console: "ipmi", Deploy: hardwareType, Inspect: "no-inspect", Management: hardwareType,
	Network: "noop", Power: hardwareType, RAID: "no-raid", Rescue: hardwareType, Storage: "noop", Vendor: "no-vendor",
}

// node is a server as Ironic shows it. Its project owns it.
func (d *Hardware) node(ctx context.Context, h *records.Hardware) *baremetal.Node {
	n := &baremetal.Node{
		Record: baremetal.Record{UUID: strings.ToLower(h.GlobalIdentifier), Created: h.ProvisionDate.Time},
		Name:   h.Hostname, Owner: keep.Account(ctx), Driver: hardwareType, Conductor: conductor,
		ProvisionUpdated: h.ProvisionDate.Time, Description: h.Text, ResourceClass: cmp.Or(h.Kept.Flavor, resourceClass(h)),
		Properties: map[string]any{
			"cpus": int(h.Cores), "memory_mb": int(h.Memory) * 1024, "local_gb": DiskGB(h), "cpu_arch": architecture, "datacenter": h.Datacenter.Name,
		},
		DriverInfo:     map[string]any{"softlayer_id": h.ID, "management_address": h.ManagementIP},
		InstanceInfo:   map[string]any{},
		ConsoleEnabled: h.Managed(),
		Extra:          make(map[string]any, len(h.Kept.Metadata)),
		Interfaces:     interfaces,
	}
	for name, v := range h.Kept.Metadata {
		n.Extra[name] = v
	}
	if code := h.OperatingSystem.License.Description.ReferenceCode; code != "" {
		n.InstanceInfo["image_source"] = code
	}
	if h.PrimaryIP != "" {
		n.InstanceInfo["public_address"] = h.PrimaryIP
	}
	if h.BackendIP != "" {
		n.InstanceInfo["private_address"] = h.BackendIP
	}
	tags, _ := keep.SplitTags(h.TagReferences)
	n.Traits = traits(tags)
	n.State, n.TargetState = state(h)
	if h.Transaction != nil {
		n.Reservation = conductor
	}
	return n
}

// state is where a server is in Ironic's life of a node.
func state(h *records.Hardware) (now, target baremetal.State) {
	rescue := keep.MarkersOf(h.TagReferences).Rescue
	switch {
	case h.Gone(), h.BillingItem == nil && !h.ProvisionDate.IsZero():
		return baremetal.Deleting, baremetal.Available
	case h.ProvisionDate.IsZero(), h.Reloading():
		return baremetal.Deploying, baremetal.Active
	case h.Transaction != nil && strings.Contains(h.Transaction.Status.Name, "RESCUE"):
		return baremetal.Rescuing, baremetal.Rescue
	case rescue:
		return baremetal.Rescue, ""
	}
	return baremetal.Active, ""
}

// classForm tells sizes apart by cores and GB of memory: "baremetal-8x32".
const classForm = "baremetal-%dx%d"

func resourceClass(h *records.Hardware) string {
	return fmt.Sprintf(classForm, int(h.Cores), int(h.Memory))
}

// DiskGB is the size of all disks of a server.
func DiskGB(h *records.Hardware) int {
	total := 0
	for i := range h.Drives {
		total += driveGB(&h.Drives[i])
	}
	return total
}

func driveGB(d *records.Drive) int {
	size := float64(d.Model.Generic.Capacity)
	if strings.EqualFold(d.Model.Generic.Units, "TB") {
		size *= 1000
	}
	return int(size)
}
