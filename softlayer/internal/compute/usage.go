package compute

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// Usages tells how long the account's guests have run, from the moment they
// were provisioned. SoftLayer forgets guests that are deleted, after hours in
// which it still shows them. Those that this program has deleted it remembers
// itself, for a year; what others deleted before those hours is not in it.
func (d *Servers) Usages(ctx context.Context, start, _ time.Time) ([]compute.Usage, error) {
	list, err := d.pastUsages(ctx, start)
	if err != nil {
		return nil, err
	}
	known := make(map[string]bool, len(list))
	for _, u := range list {
		known[u.ServerID] = true
	}
	for g, err := range guestsAs(ctx, d, usageForm, everything(), new(place)) {
		if err != nil {
			return nil, err
		}
		u := usageOf(g, g.Hostname)
		if g.Gone() {
			u.Terminated = d.Opts.Now().Add(-time.Duration(g.Transaction.Elapsed) * time.Second)
		}
		if !known[u.ServerID] {
			list = append(list, u)
		}
	}
	return list, nil
}

// usageOf is what g uses, which has a host name.
func usageOf(g noted, hostname string) compute.Usage {
	_, kept := keep.Split(g.Text())
	f, st := flavorOf(g.Size(), &kept), g.State()
	return compute.Usage{
		ServerID: strings.ToLower(st.GlobalIdentifier), Name: kept.NameFor(hostname),
		FlavorName: f.Name, VCPUs: f.VCPUs, RAM: f.RAM, Disk: f.Disk, VMState: stateOf(g).vm, Launched: st.ProvisionDate.Time,
	}
}

// The use of servers that were deleted is in one record for each day, for as
// long as anybody may ask for it.
const (
	usageRecord = "softlayer_usage"
	usageAge    = 366 * 24 * time.Hour

	// maxPastUsages is how many servers a day's record takes: about the half of
	// what a record may hold.
	maxPastUsages = 2000
)

type pastUsages struct{ Servers []compute.Usage }

// rememberUsage notes what g has used, which is deleted now.
func (d *Servers) rememberUsage(ctx context.Context, g *attachGuest, now time.Time) {
	u := usageOf(g, g.Hostname)
	if u.Terminated = now; u.Launched.IsZero() {
		return
	}
	_ = core.Amend(ctx, d.Core, usageRecord, now.Format(time.DateOnly), now.Add(usageAge), func(day *pastUsages) {
		if len(day.Servers) < maxPastUsages {
			day.Servers = append(day.Servers, u)
		}
	})
}

// pastUsages are those that were remembered, of servers that were deleted after
// a time.
func (d *Servers) pastUsages(ctx context.Context, after time.Time) ([]compute.Usage, error) {
	var list []compute.Usage
	for r, err := range d.Opts.Store.List(ctx, keep.Account(ctx), usageRecord) {
		if err != nil {
			return nil, err
		}
		if r.ID < after.UTC().Format(time.DateOnly) {
			continue
		}
		var day pastUsages
		if err := json.Unmarshal(r.Value, &day); err != nil {
			return nil, err
		}
		list = append(list, day.Servers...)
	}
	return list, nil
}
