package volume

import (
	"context"
	"errors"
	"net"
	"slices"
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// iscsiPort is where SoftLayer's storage listens.
const iscsiPort = "3260"

// ConnectVolume lets a server of the account reach a volume and tells what it
// needs: where the portal is, the number of the disk there, and the initiator's
// IQN, user name and secret (CHAP), which SoftLayer makes for each server. The
// target's own IQN SoftLayer does not tell: a host finds it by discovery at the
// portal. A server is known by its address or, where it has storage already, by
// its IQN; a volume that is reserved for one server is that one's. It takes
// four calls.
func (d *Volumes) ConnectVolume(ctx context.Context, id string, connector map[string]any) (*volume.Connection, error) {
	unlock, err := d.Lock(ctx, id)
	if err != nil {
		return nil, err
	}
	defer unlock()
	v, err := d.Look(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case v.Disk != nil:
		return nil, volume.InvalidVolume("Volumes of type %s are attached to servers by their hosts, through the compute service: there is nothing to connect to.", PortableType)
	case v.Boot != nil:
		return nil, errBoot(v.ID)
	case v.Storage == nil:
		return nil, volume.InvalidVolume("Volume %s is not made yet.", v.ID)
	}
	g, err := d.connecting(ctx, v, connector)
	if err != nil {
		return nil, err
	}
	id = keep.Canonical(g.GUID)
	connect := !slices.Contains(serversOf(v.Storage), id)
	if connect || slices.ContainsFunc(v.kept.Attachments, forNobody) {
		_, err := d.amend(ctx, volumeRecord, v.ID, func(k *kept) {
			if i := slices.IndexFunc(k.Attachments, forNobody); i >= 0 {
				k.Attachments[i].ServerID = id // it is this server's from now on
			}
			if connect && !slices.Contains(k.Connected, id) {
				k.Connected = append(k.Connected, id)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	if connect {
		if err := d.allow(ctx, v, g); err != nil {
			return nil, err
		}
	}
	return d.connection(ctx, v, g)
}

func forNobody(a volume.Attachment) bool { return a.ServerID == "" && a.Status == "reserved" }

// connecting finds the server that a connector describes.
func (d *Volumes) connecting(ctx context.Context, v *Seen, connector map[string]any) (*server, error) {
	if ip := net.ParseIP(text(connector["ip"])); ip != nil {
		for _, property := range []string{"primaryBackendIpAddress", "primaryIpAddress"} {
			list, err := serverForm.All(ctx, d.API, upstream.Call{
				Service: "Account", Method: "getVirtualGuests",
				Filter: upstream.Filter{"virtualGuests": upstream.Filter{property: upstream.Equals(ip.String())}},
			})
			if err != nil {
				return nil, err
			}
			if len(list) > 0 {
				return &list[0], nil
			}
		}
	}
	reserved := slices.DeleteFunc(slices.Clone(v.kept.Attachments), func(a volume.Attachment) bool { return a.ServerID == "" || a.Status == "attached" })
	if len(reserved) == 1 {
		return d.serverCalled(ctx, reserved[0].ServerID)
	}
	if iqn := text(connector["initiator"]); iqn != "" {
		one, err := mountersForm.Get(ctx, d.API, "Network_Storage", strconv.Itoa(v.Storage.ID))
		if err != nil {
			return nil, err
		}
		for i := range one.Guests {
			if h := one.Guests[i].AllowedHost; h != nil && h.Name == iqn {
				return &one.Guests[i].server, nil
			}
		}
	}
	return nil, volume.InvalidInput("The connector names no server of this project: its ip must be an address of one.")
}

// target is how guests reach block storage.
type target struct {
	LUN     string         `json:"lunId"`
	Portal  string         `json:"serviceResourceBackendIpAddress"`
	Portals []string       `json:"iscsiTargetIpAddresses"`
	Guests  []signedServer `json:"allowedVirtualGuests"`
}

// mounters are the guests that may mount block storage.
type mounters struct {
	Guests []hostedServer `json:"allowedVirtualGuests"`
}

var (
	targetForm   = records.FormOf[target]()
	mountersForm = records.FormOf[mounters]()
)

// text is v if it is a string.
func text(v any) string { s, _ := v.(string); return s }

// connection is how g reaches a volume that it may reach.
func (d *Volumes) connection(ctx context.Context, v *Seen, g *server) (*volume.Connection, error) {
	s, err := targetForm.Get(ctx, d.API, "Network_Storage", strconv.Itoa(v.Storage.ID))
	if err != nil {
		return nil, err
	}
	lun, err := strconv.Atoi(s.LUN)
	i := slices.IndexFunc(s.Guests, func(o signedServer) bool { return o.ID == g.ID })
	if err != nil || i < 0 || s.Guests[i].AllowedHost == nil || s.Portal == "" {
		return nil, upstream.Unexpected("Network_Storage::getObject")
	}
	host, mode := s.Guests[i].AllowedHost, "rw"
	if v.ReadOnly {
		mode = "ro"
	}
	data := map[string]any{
		"target_discovered": false, "target_portal": net.JoinHostPort(s.Portal, iscsiPort), "target_lun": lun, "volume_id": v.ID,
		"initiator_iqn": host.Name, "auth_method": "CHAP", "auth_username": host.Credential.Username, "auth_password": host.Credential.Password,
		"discovery_auth_method": "CHAP", "discovery_auth_username": host.Credential.Username, "discovery_auth_password": host.Credential.Password,
		"access_mode": mode, "qos_specs": nil, "encrypted": false, "cacheable": false,
	}
	if len(s.Portals) > 1 {
		var portals []string
		for _, ip := range s.Portals {
			portals = append(portals, net.JoinHostPort(ip, iscsiPort))
		}
		data["target_portals"] = portals
	}
	return &volume.Connection{Driver: "iscsi", Data: data}, nil
}

// DisconnectVolume takes back what ConnectVolume gave. A server that Cinder has
// attached stays so until it is detached, which takes it back, too.
func (d *Volumes) DisconnectVolume(ctx context.Context, id string, connector map[string]any) error {
	unlock, err := d.Lock(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	v, err := d.Look(ctx, id)
	if err != nil || v.Storage == nil {
		return err
	}
	keepsIt := func(server string) bool {
		return slices.ContainsFunc(v.kept.Attachments, func(a volume.Attachment) bool { return a.ServerID == server })
	}
	disconnect := func(server string) error {
		if err := d.detach(ctx, v, server); err != nil || !slices.Contains(v.kept.Connected, server) {
			return err
		}
		_, err := d.amend(ctx, volumeRecord, v.ID, func(k *kept) {
			k.Connected = slices.DeleteFunc(k.Connected, func(s string) bool { return s == server })
		})
		return err
	}
	if connector == nil || connector["ip"] == nil && connector["initiator"] == nil {
		for _, server := range serversOf(v.Storage) {
			if !keepsIt(server) && connector == nil {
				if err := disconnect(server); err != nil {
					return err
				}
			}
		}
		return nil
	}
	g, err := d.connecting(ctx, v, connector)
	if errors.Is(err, jumpgate.BadRequest) {
		return nil // who has no such server can't reach the volume
	}
	if err != nil || keepsIt(keep.Canonical(g.GUID)) {
		return err
	}
	return disconnect(keep.Canonical(g.GUID))
}
