package volume

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// attached is the status that attachments amount to.
func attached(list []volume.Attachment) string {
	status := "available"
	for _, a := range list {
		switch a.Status {
		case "", "attached":
			return "in-use"
		case "attaching", "detaching":
			status = a.Status
		case "reserved":
			if status == "available" {
				status = a.Status
			}
		}
	}
	return status
}

// attachments are the facts of SoftLayer with what Cinder knows besides: which
// id it gave out, which host it is, and what is to come. What is said to be
// attached to a server and is not, somebody has detached.
func (k *kept) attachments(facts []volume.Attachment) []volume.Attachment {
	list := facts
	for i := range list {
		if slices.Contains(k.Connected, list[i].ServerID) {
			list[i].Compute = false
		}
	}
	for _, a := range k.Attachments {
		i := slices.IndexFunc(list, func(f volume.Attachment) bool { return a.ServerID != "" && f.ServerID == a.ServerID })
		switch {
		case i >= 0:
			if a.Device == "" {
				a.Device = list[i].Device
			}
			list[i] = a
		case a.ServerID == "" || a.Status != "attached" && a.Status != "":
			list = append(list, a)
		}
	}
	return list
}

// AttachmentTo is the id of the attachment of a volume to a server, the same as
// Cinder shows.
func (d *Volumes) AttachmentTo(ctx context.Context, server, id string) string {
	if k, err := d.kept(ctx, volumeRecord, id); err == nil {
		for _, a := range k.Attachments {
			if a.ServerID == server {
				return a.ID
			}
		}
	}
	return AttachmentID(server, id)
}

// server is what an attachment needs to know of a guest.
type server struct {
	ID         int           `json:"id"`
	GUID       string        `json:"globalIdentifier"`
	Datacenter records.Named `json:"datacenter"`
}

// hostedServer is a server with the name by which storage knows it.
type hostedServer struct {
	server
	AllowedHost *struct {
		Name string `json:"name"` // its IQN
	} `json:"allowedHost"`
}

// signedServer is a server with what it signs in to storage with.
type signedServer struct {
	ID          int          `json:"id"`
	AllowedHost *allowedHost `json:"allowedHost"`
}

// allowedHost is the name and the secret with which a guest signs in to
// storage.
type allowedHost struct {
	Name       string `json:"name"` // its IQN
	Credential struct {
		Username string `json:"username"`
		Password string `json:"password"`
	} `json:"credential"`
}

var serverForm = records.FormOf[server]()

// serverCalled finds a guest by its id.
func (d *Volumes) serverCalled(ctx context.Context, id string) (*server, error) {
	none := volume.InstanceNotFound(id)
	if !keep.GUID.MatchString(id) {
		return nil, none
	}
	g, err := serverForm.Get(ctx, d.API, "Virtual_Guest", id)
	if errors.Is(err, jumpgate.NotFound) || err == nil && g.ID == 0 {
		return nil, none
	}
	return g, err
}

// attach gives a guest a volume, as SoftLayer does for each kind.
func (d *Volumes) attach(ctx context.Context, v *Seen, id string) error {
	g, err := d.serverCalled(ctx, id)
	if err != nil {
		return err
	}
	return d.allow(ctx, v, g)
}

// allow lets g reach a volume.
func (d *Volumes) allow(ctx context.Context, v *Seen, g *server) error {
	if g.Datacenter.Name != v.Zone {
		return volume.Elsewhere(g.GUID, v.ID, g.Datacenter.Name, v.Zone)
	}
	return d.connect(ctx, v, g, "attachDiskImage", "allowAccessFromVirtualGuest")
}

// detach is the inverse of attach. SoftLayer switches the guest off for a disk.
func (d *Volumes) detach(ctx context.Context, v *Seen, id string) error {
	g := &server{GUID: id}
	if v.Storage != nil {
		i := slices.IndexFunc(v.Storage.Guests, func(g records.Presence) bool { return keep.Canonical(g.GlobalIdentifier) == id })
		if i < 0 {
			return nil // it is detached already
		}
		g.ID = v.Storage.Guests[i].ID
	}
	return d.connect(ctx, v, g, "detachDiskImage", "removeAccessFromVirtualGuest")
}

func (d *Volumes) connect(ctx context.Context, v *Seen, g *server, ofDisks, ofStorage string) error {
	var err error
	switch {
	case v.Disk != nil:
		_, err = d.API.Do(ctx, upstream.Call{Service: "Virtual_Guest", ID: g.GUID, Method: ofDisks, Args: []any{v.Disk.ID}}, new(any))
	case v.Storage != nil:
		err = d.API.Order(ctx, upstream.Call{
			Service: "Network_Storage", ID: strconv.Itoa(v.Storage.ID), Method: ofStorage, Args: []any{map[string]any{"id": g.ID}},
		})
	case v.Boot != nil:
		return errBoot(v.ID)
	default:
		return volume.InvalidVolume("Volume %s is not made yet.", v.ID)
	}
	if BusyStorage(err) {
		return volume.InvalidVolume("The cloud is still busy with volume %s. Please try again later.", v.ID)
	}
	return err
}
