package memory

import (
	"context"
	"maps"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// What follows is for the compute service, which attaches volumes to servers.
// It has taken the Cloud's lock.

// servers are those that a volume is attached to, or is being attached to.
func (d *disk) servers() []string {
	var list []string
	for _, a := range d.Attachments {
		if a.ServerID != "" {
			list = append(list, a.ServerID)
		}
	}
	return list
}

// reserve keeps a volume for a server and returns the id of the attachment.
// multiattach tells whether the client knows of volumes with several.
func (s *volumes) reserve(ctx context.Context, id, server string, multiattach bool) (attachment string, err error) {
	s.lockAlone()
	defer s.mu.Unlock()
	d, err := s.disk(ctx, id)
	if err != nil {
		return "", err
	}
	servers := d.servers()
	switch {
	case slices.Contains(servers, server) || len(servers) > 0 && !d.Multiattach:
		return "", compute.VolumeInUse(id, servers...)
	case d.Multiattach && !multiattach:
		return "", compute.NoMultiattach()
	case d.Status != "available" && (d.Status != "in-use" || !d.Multiattach):
		return "", compute.VolumeNotAvailable(id, d.Status)
	}
	a := volume.Attachment{ID: jumpgate.NewUUID(), ServerID: server, Status: "reserved", Compute: true}
	d.Attachments = append(slices.Clone(d.Attachments), a)
	d.Status, d.Updated = "reserved", s.now()
	return a.ID, nil
}

// connect ends what reserve began: a host has a volume as a device. It takes
// as long as what else is done to volumes, unless it is at once.
func (s *volumes) connect(id, attachment, device, host string, atOnce bool) {
	s.lockAlone()
	defer s.mu.Unlock()
	d := s.records[id]
	if d == nil {
		return
	}
	d.Status = "attaching"
	attach := func() {
		for i := range d.Attachments {
			if a := &d.Attachments[i]; a.ID == attachment {
				a.Status, a.Device, a.HostName, a.Attached = "attached", device, host, s.now()
			}
		}
		d.settle(s.now())
	}
	if atOnce {
		attach()
		return
	}
	s.later(attach)
}

// disconnect takes a volume from a server, and deletes it then if it is to go
// with the server.
func (s *volumes) disconnect(id, attachment string, atOnce, discard bool) {
	s.lockAlone()
	defer s.mu.Unlock()
	d := s.records[id]
	if d == nil {
		return
	}
	if len(d.Attachments) < 2 { // else it stays in use
		d.Status = "detaching"
	}
	detach := func() {
		d.Attachments = slices.DeleteFunc(slices.Clone(d.Attachments), func(a volume.Attachment) bool { return a.ID == attachment })
		d.settle(s.now())
		if discard {
			_ = s.destroy(d, false, false) // one with snapshots, or in use elsewhere, stays
		}
	}
	if atOnce {
		detach()
		return
	}
	s.later(detach)
}

// along makes a volume along with a server and returns its id and that of its
// reserved attachment.
func (s *volumes) along(ctx context.Context, server string, src volume.Source, c volume.Create) (id, attachment string, err error) {
	s.lockAlone()
	defer s.mu.Unlock()
	d, fill, err := s.order(ctx, src, c)
	if err != nil {
		return "", "", err
	}
	fill()
	a := volume.Attachment{ID: jumpgate.NewUUID(), ServerID: server, Status: "reserved", Compute: true}
	d.Attachments, d.Status = []volume.Attachment{a}, "reserved"
	return d.ID, a.ID, nil
}

// look returns a volume that the caller may see.
func (s *volumes) look(ctx context.Context, id string) (*volume.Volume, error) {
	s.lockAlone()
	defer s.mu.Unlock()
	d, err := s.disk(ctx, id)
	if err != nil {
		return nil, err
	}
	return d.view(), nil
}

// attached tells whether there still is an attachment of a volume.
func (s *volumes) attached(id, attachment string) bool {
	s.lockAlone()
	defer s.mu.Unlock()
	d := s.records[id]
	return d != nil && slices.ContainsFunc(d.Attachments, func(a volume.Attachment) bool { return a.ID == attachment })
}

// lookSnapshot tells how large the volume of a snapshot is, and whether a
// server can boot from it.
func (s *volumes) lookSnapshot(ctx context.Context, id string) (size int, bootable bool, err error) {
	s.lockAlone()
	defer s.mu.Unlock()
	x, err := s.still(ctx, id)
	if err != nil {
		return 0, false, err
	}
	d := s.records[x.VolumeID]
	return x.Size, d != nil && d.Bootable, nil
}

// snapshotFor makes a snapshot of a volume that is in use.
func (s *volumes) snapshotFor(ctx context.Context, id, name string) (*volume.Snapshot, error) {
	s.lockAlone()
	defer s.mu.Unlock()
	return s.snapshot(ctx, volume.SnapshotCreate{VolumeID: id, Name: name, Force: true})
}

// copyOnto puts what is on a volume on another one.
func (s *volumes) copyOnto(from, to string) {
	s.lockAlone()
	defer s.mu.Unlock()
	if a, b := s.records[from], s.records[to]; a != nil && b != nil {
		b.data, b.Bootable, b.ImageMetadata = a.data, a.Bootable, maps.Clone(a.ImageMetadata)
	}
}

// imageOf is the image that is on a volume, "" if none is.
func (s *volumes) imageOf(id string) string {
	s.lockAlone()
	defer s.mu.Unlock()
	if d := s.records[id]; d != nil {
		return d.ImageMetadata["image_id"]
	}
	return ""
}

// reimage puts another image on a volume that is in use.
func (s *volumes) reimage(ctx context.Context, id, imageID string) error {
	s.lockAlone()
	defer s.mu.Unlock()
	d, err := s.disk(ctx, id)
	if err != nil {
		return err
	}
	fill, err := s.imageOnto(ctx, d, imageID)
	if err == nil {
		fill()
	}
	return err
}
