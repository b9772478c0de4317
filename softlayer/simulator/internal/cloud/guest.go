package cloud

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"time"
)

// guest is a virtual server: what was ordered and what became of it so far. Everything else about it is computed
// when somebody asks, see guestprops.go.
type guest struct {
	account *account

	id               int
	guid, uuid       string
	hostname, domain string
	notes, userData  string
	postInstall      string
	tags             []node
	keys             []node

	cpu, memory                              int
	preset, datacenter, system, image        *record // preset and image may be nil
	dedicated                                *record // the host; nil: any
	hourly, localDisk, privateOnly, bindHost bool
	placementGroup                           int

	created, modified, provisioned time.Time // zero: not yet
	power                          *record
	password                       string
	disks                          []disk
	nics                           []*nic

	orderID, orderItemID, billingID, buyer int
	cancelled                              bool
	host                                   *record // as which it mounts storage; nil: it never may have

	tx, lastTx   *transaction
	upgradeOrder int       // the last for another size; 0: none
	upgradeAsked time.Time // when

	reload      *transaction // the last reload of the operating system
	reloadToken string       // what confirms the next one
}

// disk is one block device.
type disk struct {
	id, imageID, capacity int
	device                string
	kind                  *record
}

// nic is a network interface: port 0 is private, port 1 public.
type nic struct {
	guest  *guest
	id     int
	port   int
	speed  int
	mac    string
	uuid   string
	vlan   *vlan
	wish   *subnet // asked for; nil: any of the VLAN
	subnet *subnet // nil until provisioning has come that far
	addr   netip.Addr

	firewalls []*record // security groups
	disabled  bool
}

// newGuest puts an ordered server into its account. Nothing has happened to it yet.
func (a *account) newGuest(o *serverOrder) *guest {
	inv := a.sim.inv
	g := &guest{
		account: a, id: inv.id("guest"), guid: inv.guid(), uuid: inv.guid(), hostname: o.hostname, domain: o.domain,
		userData: o.userData, notes: o.notes, postInstall: o.postInstall, keys: o.keys, cpu: o.cpu, memory: o.memory,
		preset: o.preset, datacenter: o.datacenter, system: o.system, image: o.image, hourly: o.hourly,
		localDisk: o.localDisk, privateOnly: o.privateOnly, bindHost: o.bindHost, placementGroup: o.placementGroup, dedicated: o.dedicated,
		created: a.now, power: powerHalted, tags: []node{}, password: inv.password(),
		orderItemID: inv.id("orderItem"), billingID: inv.id("billing"),
	}
	for i, capacity := range o.disks {
		d := disk{id: inv.id("blockDevice"), imageID: inv.id("disk"), capacity: capacity, device: strconv.Itoa(i), kind: diskExtra}
		switch i {
		case 0:
			d.kind = diskSystem
		case 1:
			d.kind = diskSwap
		}
		g.disks = append(g.disks, d)
	}
	g.nics = append(g.nics, g.newNIC(0, o.privateVLAN, o))
	if !o.privateOnly {
		g.nics = append(g.nics, g.newNIC(1, o.publicVLAN, o))
	}
	a.guests = append(a.guests, g)
	a.byGUID[g.guid] = g
	return g
}

func (g *guest) newNIC(port int, v *vlan, o *serverOrder) *nic {
	id := g.account.sim.inv.id("component")
	return &nic{
		guest: g, id: id, port: port, speed: o.speed, vlan: v, uuid: g.account.sim.inv.guid(), wish: o.subnets[port],
		firewalls: o.firewalls[port], mac: fmt.Sprintf("06:%02x:%02x:%02x:%02x:%02x", id>>24&0xff, id>>16&0xff, id>>8&0xff, id&0xff, port),
	}
}

// preseed adds a server that has been running for a while.
func (a *account) preseed(s Guest) {
	c := a.sim.catalog
	n := len(a.guests) + 1
	if s.Hostname == "" {
		s.Hostname = "vs" + strconv.Itoa(n)
	}
	if s.Domain == "" {
		s.Domain = "example.com"
	}
	preset, system, dc := c.preset("B1_2X4X25"), c.system("UBUNTU_22_64"), c.datacenters[0]
	if s.Flavor != "" {
		preset = mustFind("flavor", s.Flavor, c.preset(s.Flavor))
	}
	if s.OS != "" {
		system = mustFind("operating system", s.OS, c.system(s.OS))
	}
	if s.Datacenter != "" {
		dc = mustFind("datacenter", s.Datacenter, c.datacenter(s.Datacenter))
	}
	o := &serverOrder{
		hostname: s.Hostname, domain: s.Domain, preset: preset, system: system, datacenter: dc, hourly: !s.Monthly,
		privateOnly: s.PrivateOnly, userData: s.UserData, speed: 1000, privateVLAN: a.vlanIn(dc, false),
	}
	if s.Host != "" {
		o.dedicated = mustFind("host", s.Host, find(a.hosts, func(h *record) bool { return h.str("name") == s.Host }))
	}
	o.size(0)
	if !o.privateOnly {
		o.publicVLAN = a.vlanIn(dc, true)
	}
	g := a.newGuest(o)
	g.created = s.Created
	if g.created.IsZero() {
		g.created = a.sim.epoch.AddDate(0, 0, -30)
	}
	if len(a.users) > 0 {
		g.buyer = a.users[0].id()
	}
	g.orderID = a.sim.inv.id("order")
	g.notes, g.tags = s.Notes, a.newTagReferences(s.Tags)
	g.assignAddresses()
	g.power, g.provisioned = powerRunning, g.created.Add(3*time.Minute)
	g.modified = g.provisioned
	if s.Halted {
		g.power = powerHalted
	}
}

// mustFind fails loudly when the options name something that is not in the catalogue: a mistake of the programmer.
func mustFind(what, name string, r *record) *record {
	if r == nil {
		panic(fmt.Sprintf("simulator: unknown %s %q in Options", what, name))
	}
	return r
}

func (g *guest) assignAddresses() {
	for _, c := range g.nics {
		if c.subnet == nil {
			g.account.take(c.vlan, c)
		}
	}
}

// gone removes a reclaimed server.
func (g *guest) gone() {
	for _, c := range g.nics {
		c.release()
	}
	a := g.account
	a.leave(g)
	for _, v := range a.volumes {
		_ = v.deny(g)
	}
	for _, d := range a.disksOf(g) {
		d.detach()
	}
	a.guests = slices.DeleteFunc(a.guests, func(o *guest) bool { return o == g })
	delete(a.byGUID, g.guid)
}

func (g *guest) nic(port int) *nic {
	for _, c := range g.nics {
		if c.port == port {
			return c
		}
	}
	return nil
}

func (c *nic) ip() string {
	if c == nil || c.subnet == nil {
		return ""
	}
	return c.addr.String()
}

var (
	powerRunning = constant("Virtual_Guest_Power_State", "RUNNING", "Running")
	powerHalted  = constant("Virtual_Guest_Power_State", "HALTED", "Halted")
	powerPaused  = constant("Virtual_Guest_Power_State", "PAUSED", "Paused")
	guestActive  = constant("Virtual_Guest_Status", "ACTIVE", "Active")
	guestType    = newRecord("Virtual_Guest_Type", fields{"id": 1, "keyName": "STANDARD", "name": "Standard"}).freeze()
)
