package compute

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	networks "github.com/softlayer/jumpgate/softlayer/internal/network"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// wholeServer is server with the group that the store has of g, if it is still
// there: lists show none.
func (d *Servers) wholeServer(ctx context.Context, g *shown) (*compute.Server, error) {
	s, err := d.server(ctx, g)
	if err != nil {
		return nil, err
	}
	rerouted(s, d.networks.Rerouted(ctx))
	if _, kept := keep.Split(g.Notes); kept.Group != "" && s.ServerGroups == nil {
		if found, _ := d.Recall(ctx, groupRecord, kept.Group, new(keptGroup)); found {
			s.ServerGroups = []string{kept.Group}
		}
	}
	return s, nil
}

// server is g in Nova's terms.
func (d *Servers) server(ctx context.Context, g *shown) (*compute.Server, error) {
	st := stateOf(g)
	_, kept, err := d.notes.Split(ctx, g.Notes)
	if err != nil {
		return nil, err
	}
	s := &compute.Server{
		ID:               strings.ToLower(g.GlobalIdentifier),
		Name:             kept.NameFor(g.Hostname),
		ProjectID:        keep.Account(ctx),
		Status:           st.status,
		VMState:          st.vm,
		TaskState:        st.task,
		PowerState:       st.power,
		Created:          g.CreateDate.Time,
		Updated:          g.ModifyDate.Time,
		Launched:         g.ProvisionDate.Time,
		Hostname:         host{g.Hostname, g.domain}.text(d.Opts.Domain),
		AvailabilityZone: g.Datacenter.Name,
		PinnedZone:       g.Datacenter.Name, // SoftLayer moves no server
		ImageID:          imageOf(g.coreGuest, &kept),
		Flavor:           flavorOf(g.Size(), &kept),
		Networks:         networksOf(&g.Public, &g.Private),
		AccessIPv4:       kept.AccessIPv4,
		AccessIPv6:       kept.AccessIPv6,
		ConfigDrive:      g.UserDataCount > 0,
		Metadata:         kept.Metadata,
		Description:      kept.Description,
		AutoDisk:         kept.AutoDisk,
		ReservationID:    kept.Reservation,
	}
	if s.Updated.IsZero() {
		s.Updated = s.Created
	}
	if !g.ProvisionDate.IsZero() {
		s.HostID = hostID(s.ProjectID, g.GlobalIdentifier)
	}
	if st.vm == vmOffloaded { // it is on no host as far as Nova is concerned
		s.HostID, s.AvailabilityZone = "", ""
	}
	if b := g.BillingItem; b != nil {
		s.UserID = b.OrderItem.Order.User.Username
	}
	if s.UserID == "" { // SoftLayer says who ordered it once the order is through
		s.UserID = jumpgate.PrincipalFrom(ctx).UserID
	}
	if g.group != 0 {
		if id := keep.IDOf(keep.ServerGroupKind, g.group); !d.Later.Has(groupKey(ctx, id)) {
			s.ServerGroups = []string{id}
		}
	}
	if g.key != "" {
		s.KeyName = cmp.Or(kept.KeyName, g.key)
	}
	for _, a := range attachedOf(g, &kept) {
		s.Volumes = append(s.Volumes, compute.AttachedVolume{ID: a.VolumeID, DeleteOnTermination: a.DeleteOnTermination})
	}
	for _, c := range [...]*shownInterface{&g.Private, &g.Public.shownInterface} {
		for _, b := range c.SecurityGroups {
			if !slices.Contains(s.SecurityGroups, b.Group.Name) {
				s.SecurityGroups = append(s.SecurityGroups, b.Group.Name)
			}
		}
	}
	var m keep.Markers
	if s.Tags, m = keep.SplitTags(g.TagReferences); m.Locked {
		s.Locked, s.LockedReason = true, kept.LockReason
	}
	s.Tags = append(s.Tags, kept.Tags...)
	if s.SecurityGroups == nil && !m.Groupless && !d.networks.HasOwnDefault(ctx) {
		s.SecurityGroups = []string{networks.DefaultGroup}
	}
	d.reboots.show(ctx, s, d.Opts.Now())
	if st.incomplete {
		s.Fault = &compute.Fault{
			Code:    http.StatusInternalServerError,
			Message: "Build of instance " + s.ID + " aborted: the cloud refused to make a volume of it.",
			Created: s.Updated,
		}
	}
	if st.stuck {
		s.Fault = &compute.Fault{
			Code:    http.StatusInternalServerError,
			Message: "A step of the cloud's work on this server (" + g.Transaction.Status.Name + ") does not end. Please ask the cloud's support.",
			Created: s.Updated,
		}
	}
	return s, nil
}

// showDeleted makes s, which is g, what Nova shows of a deleted server. SoftLayer
// is in the first step of reclaiming it since then.
func showDeleted(g *records.Presence, s *compute.Server, now time.Time) {
	s.Networks = nil
	s.Terminated = now.Add(-time.Duration(g.Transaction.Elapsed) * time.Second)
	if s.Updated.Before(s.Terminated) {
		s.Updated = s.Terminated
	}
}

// hostID stands for the host, which SoftLayer does not show: it differs for
// every server, as if each had a host of its own.
func hostID(project, guest string) string {
	named := append(append(append(make([]byte, 0, 64), project...), '/'), guest...)
	sum := sha256.Sum224(named)
	return string(hex.AppendEncode(make([]byte, 0, 2*len(sum)), sum[:]))
}

// flavorOf is the preset that a guest was ordered as: that of its bill or, as there is
// none while it is made and none to see for some users, the one kept. A guest
// ordered by processors and memory, as was once usual, has a flavor of its
// own making.
func flavorOf(g size, kept *keep.Envelope) compute.Flavor {
	f := compute.Flavor{VCPUs: g.cpus, RAM: g.memory, Disk: g.disk}
	if g.billed {
		f.ID = g.preset
	} else if size := (&preset{KeyName: kept.Flavor}).flavor(); size != nil && size.VCPUs == f.VCPUs && size.RAM == f.RAM {
		f.ID = kept.Flavor // and it was not changed to another since
	}
	if f.ID == "" {
		f.ID = fmt.Sprintf("custom-%dx%dx%d", f.VCPUs, f.RAM, f.Disk)
	}
	f.Name = f.ID
	return f
}

// networksOf are the networks of a guest, by the names that they have in lists of
// networks: clients look for them there. Two of one name are called as SoftLayer
// calls them, so that nobody takes them for one. Where it does not tell the VLAN,
// a network is called by the side that it is on.
func networksOf(public *publicInterface, private *shownInterface) []compute.NetworkAddresses {
	sides := [...]struct {
		name, full string
		addresses  []compute.Address
	}{
		{"public", "public", appendRouted(public.appendTo(nil, public.MACAddress), public)},
		{"private", "private", private.appendTo(nil, private.MACAddress)},
	}
	for i, v := range [...]*records.VLANName{&public.VLAN, &private.VLAN} {
		if name := v.Called(); name != "" {
			sides[i].name, sides[i].full = name, v.FullName
		}
	}
	one := sides[0].name == sides[1].name
	list := make([]compute.NetworkAddresses, 0, len(sides))
	for _, s := range sides {
		if one {
			s.name = s.full
		}
		if s.addresses != nil {
			list = append(list, compute.NetworkAddresses{Name: s.name, Addresses: s.addresses})
		}
	}
	return list
}

// appendRouted appends the global addresses that lead to c.
func appendRouted(list []compute.Address, c *publicInterface) []compute.Address {
	for _, r := range c.Primary.Routed {
		if r.Global != nil && !strings.Contains(r.Address, ":") {
			list = append(list, compute.Address{Version: 4, Addr: r.Address, MAC: c.MACAddress, Floating: true})
		}
	}
	return list
}

// imageOf is the template that g was made from or, without one, the id that
// stands for its operating system, installed or ordered. One that was ordered to
// boot from a volume has none.
func imageOf(g *coreGuest, kept *keep.Envelope) string {
	if kept.Boot > 0 {
		return ""
	}
	if g.Template != nil && g.Template.GlobalIdentifier != "" {
		return strings.ToLower(g.Template.GlobalIdentifier)
	}
	if code := cmp.Or(g.OperatingSystem.License.Description.ReferenceCode, kept.System); code != "" {
		return core.SystemID(code)
	}
	return ""
}
