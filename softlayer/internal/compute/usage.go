package compute

import (
	"context"
	"strings"
	"time"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// usageMask is what a report of usage needs.
const usageMask = "mask[" + records.StateFields + ",hostname,notes,maxCpu,maxMemory,blockDevices[device,diskImage.capacity]," +
	"billingItem[id,orderItem[id,preset.keyName]]]"

// Usages tells how long the account's guests have run, from the moment they
// were provisioned. SoftLayer forgets guests that are deleted, so those are
// not in it.
func (d *Servers) Usages(ctx context.Context, _, _ time.Time) ([]compute.Usage, error) {
	var list []compute.Usage
	for g, err := range d.Guests(ctx, everything(usageMask), new(place)) {
		if err != nil {
			return nil, err
		}
		st := stateOf(g)
		if g.Gone() {
			continue
		}
		_, kept := keep.Split(g.Notes)
		f := flavorOf(g, &kept)
		list = append(list, compute.Usage{
			ServerID: strings.ToLower(g.GlobalIdentifier), Name: kept.NameFor(g.Hostname),
			FlavorName: f.Name, VCPUs: f.VCPUs, RAM: f.RAM, Disk: f.Disk, VMState: st.vm, Launched: g.ProvisionDate.Time,
		})
	}
	return list, nil
}
