package cloud

import (
	"slices"
	"strconv"
)

// portable is a disk that can be moved from server to server (SoftLayer_Virtual_Disk_Image, sold as portable storage).
type portable struct {
	account *account
	purchase
	id, capacity int
	uuid         string
	name         string
	description  string
	datacenter   *record

	guest   *guest // nil: attached to none
	device  string
	blockID int
}

func (a *account) addDisk(d *portable) {
	d.account, d.id, d.uuid = a, a.sim.inv.id("disk"), a.sim.inv.guid()
	d.name = d.description
	a.disks = append(a.disks, d)
}

// visibleDisks are the portable disks that are there by now.
func (a *account) visibleDisks() []*portable {
	a.disks = slices.DeleteFunc(a.disks, func(d *portable) bool { return d.after(a, d.cancelled, stepsToVanish) })
	return slices.DeleteFunc(slices.Clone(a.disks), func(d *portable) bool { return !d.visible(a) })
}

func (a *account) disk(init string) *portable {
	id, _ := parseInt(init)
	list := a.visibleDisks()
	if i := slices.IndexFunc(list, func(d *portable) bool { return d.id == id }); i >= 0 {
		return list[i]
	}
	return nil
}

// disksOf are the portable disks attached to g.
func (a *account) disksOf(g *guest) []*portable {
	var list []*portable
	for _, d := range a.disks {
		if d.guest == g {
			list = append(list, d)
		}
	}
	return list
}

// attach connects d to g as the first free device.
func (d *portable) attach(g *guest) {
	taken := map[string]bool{}
	for _, own := range g.disks {
		taken[own.device] = true
	}
	for _, other := range d.account.disksOf(g) {
		taken[other.device] = true
	}
	n := 2
	for taken[strconv.Itoa(n)] {
		n++
	}
	d.guest, d.device, d.blockID = g, strconv.Itoa(n), d.account.sim.inv.id("blockDevice")
}

func (d *portable) detach() { d.guest, d.device, d.blockID = nil, "", 0 }

// block is the device as which d is attached.
func (d *portable) block() *record {
	return newRecord("Virtual_Guest_Block_Device", fields{
		"id": d.blockID, "device": d.device, "bootableFlag": 0, "createDate": d.ordered, "modifyDate": nil, "diskImageId": d.id,
		"guestId": d.guest.id, "hotPlugFlag": 0, "mountMode": "RW", "mountType": "Disk", "statusId": 1, "uuid": nil,
		"guest": d.guest, "diskImage": d,
	})
}

var portableDefaults = []string{
	"capacity", "checksum", "createDate", "description", "id", "modifyDate", "name", "parentId", "storageRepositoryId", "typeId", "units", "uuid",
}

func (d *portable) defaults() []string { return portableDefaults }

func (d *portable) value(name string) (any, bool) {
	f := portableProps[name]
	if f == nil {
		return nil, false
	}
	return present(f(d))
}

var portableProps = map[string]func(*portable) any{
	"capacity":            func(d *portable) any { return d.capacity },
	"checksum":            func(*portable) any { return nil },
	"createDate":          func(d *portable) any { return d.ordered },
	"description":         func(d *portable) any { return d.description },
	"id":                  func(d *portable) any { return d.id },
	"modifyDate":          func(*portable) any { return nil },
	"name":                func(d *portable) any { return d.name },
	"parentId":            func(*portable) any { return nil },
	"storageRepositoryId": func(d *portable) any { return d.datacenter.id() + 3 },
	"typeId":              func(*portable) any { return 1 },
	"units":               func(*portable) any { return "GB" },
	"uuid":                func(d *portable) any { return d.uuid },

	"metadataFlag":       func(*portable) any { return false },
	"localDiskFlag":      func(*portable) any { return false },
	"bootableVolumeFlag": func(*portable) any { return false },
	"type":               func(*portable) any { return diskExtra },
	"storageRepository": func(d *portable) any {
		return newRecord("Virtual_Storage_Repository", fields{
			"id": d.datacenter.id() + 3, "name": "san." + d.datacenter.str("name"), "capacity": 1.0, "description": "", "datacenter": d.datacenter,
		})
	},
	"blockDevices": func(d *portable) any {
		if d.guest == nil {
			return []node{}
		}
		return []node{d.block()}
	},
	"billingItem": func(d *portable) any {
		return related(d.billed(d.account, "Billing_Item_Virtual_Disk_Image", portablePackage, d))
	},
}

// attachDisk begins to connect a disk, which is there when that is done. One that is attached already stays as it is.
func attachDisk(c *call, g *guest) (any, error) {
	d := c.acct.disk(textOf(c.arg(0)))
	switch {
	case d == nil:
		return nil, notFound(textOf(c.arg(0)))
	case !d.ready(c.acct) || !d.cancelled.IsZero():
		return nil, public("The disk image %d is not available.", d.id)
	case d.guest == g:
		return nil, nil
	case d.guest != nil:
		return nil, public("The disk image %d is attached to another computing instance.", d.id)
	case d.datacenter != g.datacenter:
		return nil, public("The disk image %d and the computing instance are not in the same datacenter.", d.id)
	}
	c.logEvent("Attach Disk", g)
	return g.connect(d).record(), nil
}

// detachDisk shuts the server down, disconnects a disk and starts it again.
func detachDisk(c *call, g *guest) (any, error) {
	d := c.acct.disk(textOf(c.arg(0)))
	switch {
	case d == nil:
		return nil, notFound(textOf(c.arg(0)))
	case d.guest != g:
		return nil, nil
	}
	c.logEvent("Detach Disk", g)
	return g.disconnect(d).record(), nil
}

func diskService() *service {
	return &service{
		name: "Virtual_Disk_Image", typ: "Virtual_Disk_Image",
		find: func(c *call) node { return found(c.acct.disk(c.init)) },
		methods: map[string]*method{
			"getObject": self("Virtual_Disk_Image"),
			"editObject": {run: func(c *call) (any, error) {
				d := c.object.(*portable)
				r := newRecord("Virtual_Disk_Image", fields{"name": d.name, "description": d.description})
				if err := edit(c, r, "name", "description"); err != nil {
					return nil, err
				}
				d.name, d.description = r.str("name"), r.str("description")
				return true, nil
			}},
		},
	}
}
