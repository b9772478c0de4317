package softlayer

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate/openstack/volume"
)

// storage is SoftLayer_Network_Storage: block storage that guests reach
// through the network by iSCSI, or a snapshot of some.
type storage struct {
	ID         int       `json:"id"`
	AccountID  int       `json:"accountId"`
	Username   string    `json:"username"` // the name that SoftLayer gives it
	Capacity   int       `json:"capacityGb"`
	CreateDate timestamp `json:"createDate"`
	Notes      string    `json:"notes"`
	Type       keyName   `json:"storageType"`
	Tier       string    `json:"storageTierLevel"`
	Encrypted  bool      `json:"hasEncryptionAtRest"`
	Ready      bool      `json:"isReadyToMount"`
	Resource   struct {
		Datacenter named `json:"datacenter"`
	} `json:"serviceResource"`
	Guests      []guest      `json:"allowedVirtualGuests"`
	BillingItem *billingItem `json:"billingItem"`

	SnapshotSpace string    `json:"snapshotCapacityGb"` // a number; empty: none
	Snapshots     []storage `json:"snapshots"`
	Taken         timestamp `json:"snapshotCreationTimestamp"`
	Parent        *storage  `json:"parentVolume"`
}

const (
	// billFields are what volumeID needs, and what is cancelled.
	billFields = "[id,orderItem[id,order[id,orderTopLevelItemCount]]]"

	storageFields = "[id,accountId,username,capacityGb,createDate,notes,storageType[id,keyName],storageTierLevel,hasEncryptionAtRest," +
		"isReadyToMount,snapshotCapacityGb,serviceResource[id,datacenter[id,name]],allowedVirtualGuests[" + stateFields + "],snapshots.id," +
		"billingItem[id,orderItem[id,order[id,orderTopLevelItemCount,userRecord[id,username]]]]]"
)

// volumeID is the id of something that was ordered by itself. It is made of
// the number of the order, for that is told at once, and the volume's own only
// when there is one: so an id that was given out stays good. A volume whose
// order held more, or whose bill the user may not see, has an id of its own
// number.
func (b *billingItem) volumeID(ordered, own kind, number int) string {
	if b != nil && b.OrderItem.Order.Items == 1 {
		return idOf(ordered, b.OrderItem.Order.ID)
	}
	return idOf(own, number)
}

func (s *storage) id() string { return s.BillingItem.volumeID(storageOrderKind, storageKind, s.ID) }

// there tells whether s is block storage that nobody has cancelled: it stays
// for a while without a bill. So to users who may not see bills there is none.
func (s *storage) there() bool {
	return s.ID != 0 && s.BillingItem != nil && strings.Contains(s.Type.KeyName, "BLOCK_STORAGE")
}

func (s *storage) status() string {
	switch {
	case !s.Ready:
		return "creating"
	case len(s.servers()) > 0:
		return "in-use"
	}
	return "available"
}

// servers are the ids of those that may mount s. One that is deleted may for
// hours, until SoftLayer has reclaimed it, but nobody can detach it.
func (s *storage) servers() []string {
	var list []string
	for i := range s.Guests {
		if g := &s.Guests[i]; !g.state().gone {
			list = append(list, strings.ToLower(g.GlobalIdentifier))
		}
	}
	return list
}

// typ is the type of s.
func (s *storage) typ() string {
	for _, t := range storageTiers {
		if t.keyName == s.Tier {
			return t.name
		}
	}
	return performanceType
}

// volume is s in Cinder's terms. Its notes are its name, with the rest beside
// it; without notes it has the name that SoftLayer gave it.
func (s *storage) volume() *volume.Volume {
	name, kept := splitNotes(s.Notes)
	v := &volume.Volume{
		ID: s.id(), Name: cmp.Or(name, s.Username), Description: kept.Description, Metadata: kept.Metadata,
		ProjectID: strconv.Itoa(s.AccountID), UserID: s.BillingItem.user(), Status: s.status(), Size: s.Capacity, Type: s.typ(),
		Zone: s.Resource.Datacenter.Name, Created: s.CreateDate.Time, Encrypted: s.Encrypted,
	}
	for _, server := range s.servers() {
		v.Attachments = append(v.Attachments, volume.Attachment{ID: attachmentID(server, v.ID), ServerID: server})
	}
	return v
}

// user is who ordered it, if that may be known.
func (b *billingItem) user() string {
	if b == nil {
		return ""
	}
	return b.OrderItem.Order.User.Username
}

// storages is where block storage is found.
var storages = bought[storage]{
	service: "Network_Storage", getter: "getIscsiNetworkStorage", property: "iscsiNetworkStorage", fields: storageFields,
	own: storageKind, ordered: storageOrderKind, id: (*storage).id, there: (*storage).there,
}
