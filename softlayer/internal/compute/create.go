package compute

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	images "github.com/softlayer/jumpgate/softlayer/internal/image"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// maxOrder is the most servers that one request orders.
const maxOrder = 100

// CreateServers orders hourly virtual guests. Everything that the order names
// is looked up first, from caches where that can be, so that a mistake costs
// no order; then the order is sent once.
func (d *Servers) CreateServers(ctx context.Context, c compute.ServerCreate) ([]*compute.Server, error) {
	if err := d.ruled(ctx, &c); err != nil {
		return nil, err
	}
	if err := supported(c); err != nil {
		return nil, err
	}
	chosen, err := d.hostOf(c.Hostname)
	if err != nil {
		return nil, err
	}
	names := []string{c.Name}
	if c.MaxCount > 1 {
		names = names[:0]
		for i := range min(c.MaxCount, maxOrder) {
			names = append(names, fmt.Sprintf("%s-%d", c.Name, i+1))
		}
	}
	unlock, err := d.lockVolumes(ctx, volumesIn(c.BlockDevices)...)
	if err != nil {
		return nil, err
	}
	defer unlock()
	boot, err := d.bootVolume(ctx, &c)
	if err != nil {
		return nil, err
	}
	volumes, err := d.orderedVolumes(ctx, &c)
	if err != nil {
		return nil, err
	}
	claims, err := d.claimPorts(ctx, &c)
	if err != nil {
		return nil, err
	}
	defer func() { d.unclaim(ctx, claims) }()
	template, kept, err := d.guestTemplate(ctx, c)
	if err != nil {
		return nil, err
	}
	c.Tags, kept.Tags = keep.PartTags(c.Tags, nil)
	claims.putInto(template)
	for _, v := range volumes {
		keepVolume(&kept, &v.attached)
	}
	if boot != nil {
		kept.Boot = boot.Size
		keepVolume(&kept, &attached{key: bootKey, boot: true, VolumeAttachment: compute.VolumeAttachment{Tag: boot.Tag}})
	}
	template["domain"] = chosen.domain
	templates := make([]map[string]any, len(names))
	for i, name := range names {
		if kept.Along, err = d.plannedVolumes(ctx, c.BlockDevices, zoneOf(template)); err != nil {
			d.settle(ctx, templates[:i], err)
			return nil, err
		}
		if templates[i], err = d.withName(ctx, template, kept, name, chosen.name); err != nil {
			d.settle(ctx, templates[:i], err)
			return nil, err
		}
	}

	guests, err := d.orderGuests(ctx, templates, kept.Request)
	if err != nil {
		d.settle(ctx, templates, err)
		return nil, err
	}
	d.adopt(ctx, claims, guests)
	claims = nil
	return d.finishOrder(ctx, guests, c, volumes, kept)
}

// ruled applies the program's rule about servers to an order.
func (d *Servers) ruled(ctx context.Context, c *compute.ServerCreate) error {
	rule := d.Opts.Ordering.Server
	if rule == nil {
		return nil
	}
	sold, err := d.sizesOf(ctx)
	if err != nil {
		return err
	}
	f := sold.flavor(c.FlavorRef)
	if f == nil {
		return compute.FlavorNotFound(c.FlavorRef)
	}
	return rule(ctx, c, *f)
}

// supported refuses what SoftLayer has no such thing for.
func supported(c compute.ServerCreate) error {
	switch {
	case slices.ContainsFunc(c.Networks, func(n compute.NetworkRequest) bool { return n.Tag != "" }),
		slices.ContainsFunc(c.BlockDevices, func(b compute.BlockDevice) bool { return b.Tag != "" && b.Destination != "volume" }):
		return compute.TaggedDevices()
	case c.NoNetwork:
		return jumpgate.BadRequest.New("Servers of this cloud always have a network.")
	case c.MinCount > maxOrder:
		return compute.TooManyServers(c.MinCount, maxOrder)
	}
	return cmp.Or(compute.CheckFiles(c.Files, quotas()), keep.DistinctTags(c.Tags))
}

// guestTemplate is the order for one guest, without what differs between
// several, and what is to be kept of it.
func (d *Servers) guestTemplate(ctx context.Context, c compute.ServerCreate) (map[string]any, keep.Envelope, error) {
	kept := keep.Envelope{Known: keep.Known{
		Description: c.Description,
		Metadata:    c.Metadata,
		AccessIPv4:  c.AccessIPv4,
		AccessIPv6:  c.AccessIPv6,
		Flavor:      c.FlavorRef,
		Request:     requestID(ctx),
		AutoDisk:    c.AutoDisk,
		Reservation: c.ReservationID,
	}}
	t := map[string]any{
		"hourlyBillingFlag":               true,
		"supplementalCreateObjectOptions": map[string]any{"flavorKeyName": c.FlavorRef},
	}
	flavors, err := d.Flavors(ctx)
	if err != nil {
		return nil, kept, err
	}
	i := slices.IndexFunc(flavors, func(f *compute.Flavor) bool { return f.ID == c.FlavorRef })
	if i < 0 {
		return nil, kept, compute.FlavorNotFound(c.FlavorRef)
	}
	if err := compute.CheckLocalDisks(c.BlockDevices, flavors[i]); err != nil {
		return nil, kept, err
	}
	cat, err := d.CatalogueOf(ctx)
	if err != nil {
		return nil, kept, err
	}
	if err := d.placeOrder(ctx, c, cat, t); err != nil {
		return nil, kept, err
	}
	if t["placementGroupId"] == nil {
		kept.Group = c.ServerGroup
	}

	if code, ok := cat.Systems[strings.ToLower(c.ImageRef)]; ok {
		t["operatingSystemReferenceCode"] = code
		kept.System = code
	} else {
		id, err := d.bootable(ctx, c.ImageRef)
		if err != nil {
			return nil, kept, err
		}
		t["blockDeviceTemplateGroup"] = map[string]any{"globalIdentifier": id}
	}
	if c.KeyName != "" {
		key, label, err := d.orderedKey(ctx, c.KeyName)
		if err != nil {
			return nil, kept, err
		}
		kept.KeyName = otherName(c.KeyName, label)
		t["sshKeys"] = []any{map[string]any{"id": key}}
	}
	if data := firstUserData(&c); data != "" {
		t["userData"] = []any{map[string]any{"value": data}}
	}
	return t, kept, nil
}

// bootable returns SoftLayer's spelling of a template's id.
func (d *Servers) bootable(ctx context.Context, id string) (string, error) {
	t, err := d.images.Template(ctx, id)
	switch {
	case errors.Is(err, images.ErrNotReady):
		return "", compute.ImageNotActive(id)
	case errors.Is(err, jumpgate.NotFound):
		return "", compute.ImageNotFound()
	case err != nil:
		return "", err
	case images.Status(t) != "active":
		return "", compute.ImageNotActive(id)
	}
	return t.GlobalIdentifier, nil
}

// withName returns template with a host name, and the notes that keep the rest.
func (d *Servers) withName(ctx context.Context, template map[string]any, kept keep.Envelope, name, hostname string) (map[string]any, error) {
	hostname = cmp.Or(hostname, HostnameFor(name))
	kept.SetName(name, hostname)
	notes, err := d.notes.Join(ctx, "", kept)
	if err != nil {
		return nil, err
	}
	t := maps.Clone(template)
	t["hostname"], t["notes"] = hostname, notes
	return t, nil
}

// settle forgets what is kept of servers whose order failed, unless they may be
// made yet.
func (d *Servers) settle(ctx context.Context, templates []map[string]any, err error) {
	for _, t := range templates {
		notes, _ := t["notes"].(string)
		d.notes.Settle(ctx, "", notes, err)
	}
}

// otherName is the name of a key where its label is another.
func otherName(name, label string) string {
	if name == label {
		return ""
	}
	return name
}
