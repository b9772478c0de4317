package volume

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// AttachmentID and mappingID are of a volume that is attached to a server.
func AttachmentID(server, volume string) string { return keep.NameID(server + "/" + volume) }

func storageStatus(s *records.Storage) string {
	switch {
	case !s.Ready:
		return "creating"
	case len(serversOf(s)) > 0:
		return "in-use"
	}
	return "available"
}

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
func typeOf(s *records.Storage) string {
	for _, t := range storageTiers {
		if t.keyName == s.Tier {
			return t.name
		}
	}
	return performanceType
}

// OfStorage is s in Cinder's terms. Its notes are its name, with the rest beside
// it; without notes it has the name that SoftLayer gave it.
func OfStorage(s *records.Storage) *volume.Volume {
	name, kept := keep.Split(s.Notes)
	v := &volume.Volume{
		ID: s.VolumeID(), Name: cmp.Or(name, s.Username), Description: kept.Description, Metadata: kept.Metadata,
		ProjectID: strconv.Itoa(s.AccountID), UserID: s.BillingItem.User(), Status: storageStatus(s), Size: s.Capacity, Type: typeOf(s),
		Zone: s.Resource.Datacenter.Name, Created: s.CreateDate.Time, Encrypted: s.Encrypted,
	}
	for _, server := range serversOf(s) {
		v.Attachments = append(v.Attachments, volume.Attachment{ID: AttachmentID(server, v.ID), ServerID: server})
	}
	return v
}
