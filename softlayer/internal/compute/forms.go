package compute

import (
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// guest is what every form of a guest has from which its state follows.
type guest interface {
	State() *records.GuestState
	Gone() bool
	Tags() []keep.TagReference
	Size() size
}

// noted is a guest with its notes.
type noted interface {
	guest
	Text() string
}

// size is what the flavor of a guest follows from.
type size struct {
	cpus, memory int    // MiB
	disk         int    // GiB; 0 in a form that does not ask for it
	preset       string // as which it was ordered
	billed       bool   // the user may see the bill
}

// bare is a guest of which the state alone is known.
type bare struct{ *records.GuestState }

func (bare) Tags() []keep.TagReference { return nil }
func (bare) Size() size                { return size{} }

// acted is what has to be known of a guest before something is done to it.
type acted struct {
	records.GuestState
	records.Tagged
	records.Noted
	records.GuestSize
	BillingItem *presetBill `json:"billingItem"`
}

// presetBill tells as what a guest was ordered.
type presetBill struct {
	records.Numbered
	OrderItem struct {
		records.Numbered
		Preset records.KeyName `json:"preset"`
	} `json:"orderItem"`
}

// of adds the bill to a size.
func (b *presetBill) of(s size) size {
	if b != nil {
		s.billed, s.preset = true, b.OrderItem.Preset.KeyName
	}
	return s
}

func (g *acted) Size() size { return g.BillingItem.of(size{cpus: g.MaxCPU, memory: g.MaxMemory}) }

// actGuest is for most actions.
type actGuest struct {
	acted
	Disks sizedDisks `json:"blockDevices"`
}

func (g *actGuest) Size() size { return g.Disks.of(g.acted.Size()) }

// sizedDisks are the disks of a guest with their sizes.
type sizedDisks []struct {
	Device    string `json:"device"`
	DiskImage struct {
		Capacity int `json:"capacity"` // GiB
	} `json:"diskImage"`
}

// of adds the disk that a guest boots from to a size.
func (d sizedDisks) of(s size) size {
	for i := range d {
		if d[i].Device == bootDevice {
			s.disk = d[i].DiskImage.Capacity
		}
	}
	return s
}

const bootDevice = "0"

// placedGuest is an actGuest with where it is.
type placedGuest struct {
	actGuest
	Datacenter records.Named `json:"datacenter"`
}

// attachGuest is for what is done with the volumes of a guest, and for its end.
type attachGuest struct {
	acted
	volumesOf
	Hostname   string            `json:"hostname"`
	CreateDate records.Timestamp `json:"createDate"`
	Datacenter records.Named     `json:"datacenter"`
}

func (g *attachGuest) Size() size { return g.of(g.acted.Size()) }

// volumesOf are the disks of a guest and the storage that it may mount.
type volumesOf struct {
	BlockDevices []attachedDisk    `json:"blockDevices"`
	Storage      []attachedStorage `json:"allowedNetworkStorage"`
}

// attachedDisk is a disk of a guest. Only portable storage has a bill of its
// own.
type attachedDisk struct {
	Device    string               `json:"device"`
	DiskImage records.AttachedDisk `json:"diskImage"`
}

// attachedStorage is storage that a guest may mount.
type attachedStorage = records.AttachedStorage

// of adds the disk that a guest boots from to a size.
func (v *volumesOf) of(s size) size {
	for i := range v.BlockDevices {
		if b := &v.BlockDevices[i]; b.Device == bootDevice {
			s.disk = b.DiskImage.Capacity
		}
	}
	return s
}

func (v *volumesOf) volumes() *volumesOf { return v }

// volumeGuest is a guest with its volumes, of which more is not asked.
type volumeGuest struct {
	records.GuestState
	records.Tagged
	records.Noted
	volumesOf
}

// captureGuest is for images that are made of a guest.
type captureGuest struct {
	acted
	Disks []struct {
		ID        int    `json:"id"`
		Device    string `json:"device"`
		MountType string `json:"mountType"`
		DiskImage struct {
			ID          int               `json:"id"`
			Metadata    bool              `json:"metadataFlag"`
			Type        records.KeyName   `json:"type"`
			BillingItem *records.Numbered `json:"billingItem"` // of portable storage, which is no part of an image
		} `json:"diskImage"`
	} `json:"blockDevices"`
}

// shelveGuest is a captureGuest with its name.
type shelveGuest struct {
	captureGuest
	Hostname string `json:"hostname"`
}

// usageGuest is for a report of what was used.
type usageGuest struct {
	records.GuestState
	records.Noted
	records.GuestSize
	Hostname    string      `json:"hostname"`
	Disks       sizedDisks  `json:"blockDevices"`
	BillingItem *presetBill `json:"billingItem"`
}

func (g *usageGuest) Tags() []keep.TagReference { return nil } // the report tells no markers

func (g *usageGuest) Size() size {
	return g.Disks.of(g.BillingItem.of(size{cpus: g.MaxCPU, memory: g.MaxMemory}))
}

// countedGuest is for limits.
type countedGuest struct {
	records.Presence
	records.GuestSize
}

// memberGuest is for the members of groups that the store has.
type memberGuest struct {
	records.Presence
	records.Noted
}

// namedMember is a guest on a host.
type namedMember struct {
	records.Presence
	records.Noted
	Hostname string `json:"hostname"`
}

// loggedGuest is for the log of a guest.
type loggedGuest struct {
	records.Presence
	records.Noted
	CreateDate  records.Timestamp `json:"createDate"`
	BillingItem *struct {
		OrderItem struct {
			Order orderedBy `json:"order"`
		} `json:"orderItem"`
	} `json:"billingItem"`
}

// orderedBy is an order and who placed it.
type orderedBy struct {
	records.Numbered
	User struct {
		Username string `json:"username"`
	} `json:"userRecord"`
}

var (
	presenceForm = records.FormOf[records.Presence]()
	actForm      = records.FormOf[actGuest]()
	placedForm   = records.FormOf[placedGuest]()
	attachForm   = records.FormOf[attachGuest]()
	volumeForm   = records.FormOf[volumeGuest]()
	captureForm  = records.FormOf[captureGuest]()
	shelveForm   = records.FormOf[shelveGuest]()
	usageForm    = records.FormOf[usageGuest]()
	countedForm  = records.FormOf[countedGuest]()
	memberForm   = records.FormOf[memberGuest]()
	loggedForm   = records.FormOf[loggedGuest]()
)
