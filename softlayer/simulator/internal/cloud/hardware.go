package cloud

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

const hardwareTyp = "Hardware_Server"

// metal is a bare metal server. What changes about it is computed when somebody asks.
type metal struct {
	*record
	account    *account
	ordered    time.Time
	management *record // the interface of its management controller
	on         bool
	cancelled  bool
	billingID  int
	system     *record
	reload     *job // the last reload of the operating system
	job        *job
	last       *job // the last that is over
}

// job is what the cloud does to a bare metal server: a transaction with one step.
type job struct {
	id                    int
	group, name, friendly string
	started               time.Time
	steps                 int // of the options' length
	done                  func()
}

// newHardware puts a bare metal server into an account.
func (a *account) newHardware(h Hardware) *metal {
	a.metalCount++
	n := a.metalCount
	inv, c := a.sim.inv, a.sim.catalog
	if h.Hostname == "" {
		h.Hostname = "bm" + strconv.Itoa(n)
	}
	if h.Domain == "" {
		h.Domain = "example.com"
	}
	dc, system := c.datacenters[0], c.system("UBUNTU_22_64")
	if h.Datacenter != "" {
		dc = mustFind("datacenter", h.Datacenter, c.datacenter(h.Datacenter))
	}
	if h.OS != "" {
		system = mustFind("operating system", h.OS, c.system(h.OS))
	}
	for _, d := range []struct {
		at *int
		by int
	}{{&h.Cores, 8}, {&h.MemoryGB, 32}, {&h.DiskGB, 960}} {
		if *d.at == 0 {
			*d.at = d.by
		}
	}
	created := a.sim.epoch.AddDate(0, 0, -30)
	m := &metal{account: a, ordered: created, on: !h.Off, system: system, billingID: inv.id("billing")}
	front, back := a.vlanIn(dc, true), a.vlanIn(dc, false)
	public, private := fmt.Sprintf("198.19.%d.%d", a.id()%200, 10+n), fmt.Sprintf("10.200.%d.%d", a.id()%200, 10+n)
	id := inv.id("hardware")
	nic := func(port int, name, address string, v *vlan) *record {
		return newRecord("Network_Component", fields{
			"id": id*10 + port, "hardwareId": id, "name": name, "port": port, "speed": 10000, "maxSpeed": 10000, "status": "ACTIVE",
			"macAddress": fmt.Sprintf("0c:c4:7a:%02x:%02x:%02x", id>>8&0xff, id&0xff, port), "primaryIpAddress": address,
			"createDate": created, "modifyDate": nil, "networkVlan": v, "ipmiIpAddress": nil, "ipmiMacAddress": nil,
		})
	}
	management := nic(2, "mgmt", fmt.Sprintf("10.201.%d.%d", a.id()%200, 10+n), back)
	components := []node{nic(0, "eth", private, back), nic(1, "eth", public, front)}
	m.management = management
	m.record = newRecord(hardwareTyp, fields{
		"id": id, "globalIdentifier": inv.guid(), "accountId": a.id(), "hostname": h.Hostname, "domain": h.Domain,
		"hardwareStatusId": 5, "provisionDate": created, "manufacturerSerialNumber": fmt.Sprintf("SN%08d", id), "notes": orNull(h.Notes),
		"bareMetalInstanceFlag": 0,

		"account": a.self, "datacenter": dc, "hardwareStatus": newRecord("Hardware_Status", fields{"id": 5, "status": "ACTIVE"}).freeze(),
		"processorPhysicalCoreAmount": h.Cores, "memoryCapacity": h.MemoryGB, "hourlyBillingFlag": h.Hourly, "privateNetworkOnlyFlag": false,
		"primaryIpAddress": public, "primaryBackendIpAddress": private, "networkManagementIpAddress": management.fields["primaryIpAddress"],
		"networkComponents": components, "networkVlans": []node{front, back}, "tagReferences": a.newTagReferences(h.Tags),
		"remoteManagementAccounts":  []node{newRecord("Hardware_Component_RemoteManagement_User", fields{"username": "root", "password": inv.password()})},
		"remoteManagementComponent": management,
		"activeComponents":          []node{}, "userData": []node{}, "networkMonitors": []node{}, "softwareComponents": []node{},
		"hardDrives": []node{whole("Hardware_Component", fields{
			"id": id * 10, "serialNumber": fmt.Sprintf("D%08d", id),
			"hardwareComponentModel": whole("Hardware_Component_Model", fields{
				"id": 1, "name": "SSD", "manufacturer": "Example",
				"hardwareGenericComponentModel": whole("Hardware_Component_Model_Generic", fields{"id": 1, "capacity": strconv.Itoa(h.DiskGB), "units": "GB"}),
			}),
		})},
		"billingCycleBandwidthUsage": []node{},
	})
	f := m.fields
	f["fullyQualifiedDomainName"] = func() any { return m.str("hostname") + "." + m.str("domain") }
	f["operatingSystem"] = func() any { return m.operatingSystem(id) }
	f["billingItem"] = func() any {
		if m.cancelled {
			return nil
		}
		return newRecord("Billing_Item_Hardware_Server", fields{
			"id": m.billingID, "categoryCode": "server", "description": "Bare metal server", "createDate": m.ordered, "cancellationDate": nil,
			"nextInvoiceTotalRecurringAmount": 300, "nextInvoiceChildren": []node{},
		})
	}
	f["activeTransaction"] = func() any { return m.job.transaction(m) }
	f["lastTransaction"] = func() any { return m.last.transaction(m) }
	f["lastOperatingSystemReload"] = func() any { return m.reload.transaction(m) }
	a.metals = append(a.metals, m)
	return m
}

func (m *metal) operatingSystem(id int) any {
	return newRecord("Software_Component_OperatingSystem", fields{
		"id": id*10 + 1, "hardwareId": id,
		"softwareLicense": newRecord("Software_License", fields{
			"id": id*10 + 2, "softwareDescriptionId": m.system.id(), "softwareDescription": m.system,
		}),
		"passwords": []node{},
	})
}

// transaction is a job as the API shows it; nil for none.
func (j *job) transaction(m *metal) any {
	if j == nil {
		return nil
	}
	return newRecord("Provisioning_Version1_Transaction", fields{
		"id": j.id, "createDate": j.started, "modifyDate": j.started, "statusChangeDate": j.started, "hardwareId": m.id(), "guestId": nil,
		"elapsedSeconds":    int(m.account.now.Sub(j.started).Seconds()),
		"transactionStatus": newRecord("Provisioning_Version1_Transaction_Status", fields{"name": j.name, "friendlyName": j.friendly, "averageDuration": "5"}),
		"transactionGroup":  newRecord("Provisioning_Version1_Transaction_Group", fields{"name": j.group, "averageTimeToComplete": "60"}),
	})
}

// begin starts a job.
func (m *metal) begin(j *job) *job {
	j.id, j.started = m.account.sim.inv.id("transaction"), m.account.now
	m.job = j
	return j
}

// hardware are the account's bare metal servers, as they are now.
func (a *account) hardware() []*metal {
	for _, m := range slices.Clone(a.metals) {
		if j := m.job; j != nil && !a.now.Before(j.started.Add(time.Duration(j.steps)*a.sim.opts.Step)) {
			m.job, m.last = nil, j
			if j.done != nil {
				j.done()
			}
		}
	}
	return a.metals
}

func (a *account) metal(init string) *metal {
	id, _ := parseInt(init)
	list := a.hardware()
	i := slices.IndexFunc(list, func(m *metal) bool { return m.id() == id || m.str("globalIdentifier") == init })
	if i < 0 {
		return nil
	}
	return list[i]
}

// reclaim is what happens to a cancelled server.
func (m *metal) reclaim() {
	m.cancelled = true
	m.begin(&job{group: "Server Reclaim", name: "RECLAIM_WAIT", friendly: "This is a buffer time in which the customer may cancel the server", steps: 2,
		done: func() {
			a := m.account
			a.metals = slices.DeleteFunc(a.metals, func(o *metal) bool { return o == m })
		}})
}

// whole is a record that shows its relations without being asked.
func whole(typ string, f fields) *record { return &record{typ: typ, fields: f, whole: true} }
