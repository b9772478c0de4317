package softlayer

import (
	"context"
	"strings"
	"time"

	"github.com/softlayer/jumpgate/openstack/compute"
)

// usageMask is what a report of usage needs.
const usageMask = "mask[" + stateFields + ",hostname,notes,maxCpu,maxMemory,blockDevices[device,diskImage.capacity]," +
	"billingItem[id,orderItem[id,preset.keyName]]]"

// Now is the time by the clock of the options.
func (d *Driver) Now() time.Time { return d.opts.Now() }

// Usages tells how long the account's guests have run, from the moment they
// were provisioned. SoftLayer forgets guests that are deleted, so those are
// not in it.
func (d *Driver) Usages(ctx context.Context, _, _ time.Time) ([]compute.Usage, error) {
	var list []compute.Usage
	for g, err := range d.guests(ctx, everything(usageMask), new(place)) {
		if err != nil {
			return nil, err
		}
		st := g.state()
		if st.gone {
			continue
		}
		_, kept := splitNotes(g.Notes)
		f := g.flavor(&kept)
		list = append(list, compute.Usage{
			ServerID: strings.ToLower(g.GlobalIdentifier), Name: kept.name(g.Hostname),
			FlavorName: f.Name, VCPUs: f.VCPUs, RAM: f.RAM, Disk: f.Disk, VMState: st.vm, Launched: g.ProvisionDate.Time,
		})
	}
	return list, nil
}
