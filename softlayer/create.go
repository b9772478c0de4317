package softlayer

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// CreateServers orders hourly virtual guests. Everything that the order names
// is looked up first, from caches where that can be, so that a mistake costs
// no order; then the order is sent once.
func (d *Driver) CreateServers(ctx context.Context, c compute.ServerCreate) ([]*compute.Server, error) {
	if err := supported(c); err != nil {
		return nil, err
	}
	template, err := d.guestTemplate(ctx, c)
	if err != nil {
		return nil, err
	}
	var guests []guest
	if c.MaxCount == 1 {
		guests = make([]guest, 1)
		_, err = d.api.do(ctx, call{service: "Virtual_Guest", method: "createObject", args: []any{template}}, &guests[0])
	} else {
		templates := make([]map[string]any, c.MaxCount)
		for i := range templates {
			named := make(map[string]any, len(template))
			for k, v := range template {
				named[k] = v
			}
			if err := name(named, fmt.Sprintf("%s-%d", c.Name, i+1), "", c); err != nil {
				return nil, err
			}
			templates[i] = named
		}
		_, err = d.api.do(ctx, call{service: "Virtual_Guest", method: "createObjects", args: []any{templates}}, &guests)
	}
	if err != nil {
		return nil, err
	}
	guests = slices.DeleteFunc(guests, func(g guest) bool { return g.GlobalIdentifier == "" })
	if len(guests) == 0 {
		return nil, jumpgate.BadGateway.New("The cloud did not say which servers it made. Please look at the list of servers before trying again.")
	}
	servers := make([]*compute.Server, len(guests))
	for i := range guests {
		servers[i] = guests[i].server()
	}
	return servers, nil
}

// supported refuses what SoftLayer has no such thing for.
func supported(c compute.ServerCreate) error {
	switch {
	case c.ImageRef == "" || slices.ContainsFunc(c.BlockDevices, func(b compute.BlockDevice) bool { return b.Source != "image" || b.Destination == "volume" }):
		return jumpgate.BadRequest.New("Block Device Mapping is Invalid: servers of this cloud boot from images, and volumes are attached later.")
	case c.Files > 0:
		return jumpgate.BadRequest.New("File injection is not supported by this cloud; use user_data.")
	case len(c.Networks) > 0:
		return compute.NetworkNotFound(cmp.Or(c.Networks[0].NetworkID, c.Networks[0].PortID))
	case c.NoNetwork:
		return jumpgate.BadRequest.New("Servers of this cloud always have a network.")
	case c.ServerGroup != "":
		return jumpgate.BadRequest.New("Invalid input for field/attribute group. Value: %s. There is no such server group.", c.ServerGroup)
	case len(c.Tags) > 0:
		return jumpgate.BadRequest.New("Tags can't be set while a server is created in this cloud.")
	}
	for _, group := range c.SecurityGroups {
		if group != "default" { // every OpenStack project has it; it asks for nothing here
			return compute.SecurityGroupNotFound(group)
		}
	}
	return nil
}

// guestTemplate is the order for one guest.
func (d *Driver) guestTemplate(ctx context.Context, c compute.ServerCreate) (map[string]any, error) {
	t := map[string]any{
		"domain":            d.opts.Domain,
		"hourlyBillingFlag": true,
	}
	if err := name(t, c.Name, c.Hostname, c); err != nil {
		return nil, err
	}

	flavors, err := d.Flavors(ctx)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(flavors, func(f *compute.Flavor) bool { return f.ID == c.FlavorRef }) {
		return nil, compute.FlavorNotFound(c.FlavorRef)
	}
	t["supplementalCreateObjectOptions"] = map[string]any{"flavorKeyName": c.FlavorRef}

	cat, err := d.catalogueOf(ctx)
	if err != nil {
		return nil, err
	}
	zone := c.AvailabilityZone
	switch zone {
	case "", "nova": // Nova's default zone is nobody's choice
		if zone = d.opts.Datacenter; zone == "" && len(cat.datacenters) > 0 {
			zone = cat.datacenters[0]
		}
	}
	if !slices.Contains(cat.datacenters, zone) {
		return nil, compute.ZoneNotFound()
	}
	t["datacenter"] = map[string]any{"name": zone}

	if code, ok := cat.systems[strings.ToLower(c.ImageRef)]; ok {
		t["operatingSystemReferenceCode"] = code
	} else if _, err := d.template(ctx, c.ImageRef); err == nil {
		t["blockDeviceTemplateGroup"] = map[string]any{"globalIdentifier": c.ImageRef}
	} else if jumpgate.AsError(err).Kind == jumpgate.NotFound {
		return nil, compute.ImageNotFound()
	} else {
		return nil, err
	}

	if c.KeyName != "" {
		key, err := d.sshKey(ctx, c.KeyName)
		if err != nil {
			if jumpgate.AsError(err).Kind == jumpgate.NotFound {
				err = compute.KeypairNotFound()
			}
			return nil, err
		}
		t["sshKeys"] = []any{map[string]any{"id": key.ID}}
	}
	if len(c.UserData) > 0 {
		t["userData"] = []any{map[string]any{"value": text(c.UserData)}}
	}
	return t, nil
}

// name gives a template its host name and the notes that keep the rest.
func name(t map[string]any, name, hostname string, c compute.ServerCreate) error {
	hostname = cmp.Or(hostname, hostnameFor(name))
	kept := envelope{
		Description: c.Description,
		Metadata:    c.Metadata,
		AccessIPv4:  c.AccessIPv4,
		AccessIPv6:  c.AccessIPv6,
	}
	kept.setName(name, hostname)
	notes, err := joinNotes("", kept)
	if err != nil {
		return err
	}
	t["hostname"] = hostname
	if notes != "" {
		t["notes"] = notes
	}
	return nil
}

// text is user data as JSON can carry it: as it is, so that cloud-init finds
// it, or in base64 where it is binary.
func text(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return base64.StdEncoding.EncodeToString(b)
}
