package volume

import (
	"cmp"
	"context"
	"strings"

	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// AttachmentID is the id of an attachment that was made without Cinder.
func AttachmentID(server, volume string) string { return keep.NameID(server + "/" + volume) }

// serversOf are the ids of those that may mount s. One that is deleted may for
// hours, until SoftLayer has reclaimed it, but nobody can detach it.
func serversOf(s *records.Storage) []string {
	var list []string
	for i := range s.Guests {
		if g := &s.Guests[i]; !g.Gone() {
			list = append(list, strings.ToLower(g.GlobalIdentifier))
		}
	}
	return list
}

// typeOf is the type of s.
func typeOf(s *records.StorageSize) string {
	for _, t := range storageTiers {
		if t.keyName == s.Tier {
			return t.name
		}
	}
	return performanceType
}

// named is what notes say a thing is called. Without any it has the name that
// SoftLayer gave it, unless it was ordered without one here.
func named(notes, own string) (name string, kept keep.Envelope) {
	name, kept = keep.Split(notes)
	if name == "" && !kept.Unnamed {
		name = own
	}
	return name, kept
}

// ofStorage is s in Cinder's terms, and what is kept of it; nil: nothing.
func (d *Volumes) ofStorage(ctx context.Context, s *records.Storage, k *kept, fates map[int]fate) *Seen {
	if k == nil {
		k = new(kept)
	}
	name, notes := named(s.Notes, s.Username)
	kind := typeOf(&s.StorageSize)
	v := &volume.Volume{
		ID: s.VolumeID(), Name: name, Description: notes.Description, Metadata: notes.Metadata,
		ProjectID: keep.Account(ctx), UserID: s.BillingItem.User(), Status: "available", Size: s.Capacity, Type: kind, TypeID: typeID(kind),
		Zone: s.Resource.Datacenter.Name, Created: s.CreateDate.Time, Host: s.Resource.Datacenter.Name + "@block#" + kind,
	}
	for _, server := range serversOf(s) {
		v.Attachments = append(v.Attachments, volume.Attachment{ID: AttachmentID(server, v.ID), ServerID: server, Compute: true})
	}
	k = d.arrived(ctx, volumeRecord, v.ID, s.Notes, k, func(notes string) error { return d.SetNotes(ctx, s.ID, notes) })
	k = d.changed(ctx, v, s, k, fates)
	return d.seen(ctx, &Seen{Volume: v, Storage: s, kept: k}, s.Ready)
}

// seen adds to a volume what is kept of it.
func (d *Volumes) seen(ctx context.Context, v *Seen, ready bool) *Seen {
	k := v.kept
	k.describe(v.Volume)
	v.Attachments = k.attachments(v.Attachments)
	switch {
	case !ready:
		v.base = "creating"
	case v.Status == "detaching": // SoftLayer is at it
		v.base = "detaching"
	default:
		v.base = attached(v.Attachments)
	}
	v.Status = v.base
	switch {
	case k.Doomed:
		v.Status = "deleting"
		d.cancelLater(ctx, v.ID)
	case k.Change != nil:
		v.Status = k.Change.doing()
	case k.Status != "" && k.Over == v.base:
		v.Status = k.Status
	case k.Status != "" && mayWrite(ctx): // it must not come back with the facts that it was about
		now := k.clone()
		now.Status, now.Over = "", ""
		if d.put(context.WithoutCancel(ctx), volumeRecord, v.ID, now) == nil {
			v.kept = now
		}
	}
	return v
}

// describe adds to v what users said and did that SoftLayer has no place for.
func (k *kept) describe(v *volume.Volume) {
	if k.Said != nil {
		v.Name, v.Description, v.Metadata = k.Said.Name, k.Said.Description, k.Said.Metadata
	}
	v.Bootable, v.ReadOnly, v.ReadOnlySet, v.ImageMetadata = k.Bootable, k.ReadOnly, k.ReadOnlySet, k.ImageMetadata
	v.SnapshotID, v.SourceID, v.Updated = k.SnapshotID, k.SourceID, k.Updated
	v.UserID = cmp.Or(v.UserID, k.user())
}

func (k *kept) user() string {
	if k.Order == nil {
		return ""
	}
	return k.Order.User
}
