package cloud

import (
	"slices"
	"strconv"
)

// absent is the value of a property that is left out while unset, in place of null.
type absentValue struct{}

var absent absentValue

func present(v any) (any, bool) {
	if v == (any)(absent) {
		return nil, false
	}
	return v, true
}

func orAbsent(s string) any {
	if s == "" {
		return absent
	}
	return s
}

// related is a to-one relation that may be unset.
func related(r *record) any {
	if r == nil {
		return absent
	}
	return r
}

func (g *guest) value(name string) (any, bool) {
	f := guestProps[name]
	if f == nil {
		return nil, false
	}
	return present(f(g))
}

// guestDefaults are what an unmasked guest shows: its columns, and five relations that always come along.
var guestDefaults = []string{
	"accountId", "createDate", "dedicatedAccountHostOnlyFlag", "deviceStatusId", "domain", "fullyQualifiedDomainName",
	"hostname", "id", "lastPowerStateId", "lastVerifiedDate", "maxCpu", "maxCpuUnits", "maxMemory", "metricPollDate",
	"modifyDate", "notes", "placementGroupId", "provisionDate", "startCpus", "statusId", "typeId", "uuid",
	"globalIdentifier", "managedResourceFlag", "primaryBackendIpAddress", "primaryIpAddress", "status",
}

func (g *guest) defaults() []string { return guestDefaults }

func null(*guest) any { return nil }

// guestProps computes each property of a guest.
var guestProps = map[string]func(*guest) any{
	"accountId":                    func(g *guest) any { return g.account.id() },
	"createDate":                   func(g *guest) any { return g.created },
	"dedicatedAccountHostOnlyFlag": func(g *guest) any { return g.bindHost },
	"deviceStatusId":               func(g *guest) any { return 1 },
	"domain":                       func(g *guest) any { return g.domain },
	"fullyQualifiedDomainName":     func(g *guest) any { return g.fqdn() },
	"hostname":                     func(g *guest) any { return g.hostname },
	"id":                           func(g *guest) any { return g.id },
	"lastPowerStateId":             null,
	"lastVerifiedDate":             null,
	"maxCpu":                       func(g *guest) any { return g.cpu },
	"maxCpuUnits":                  func(g *guest) any { return "CORE" },
	"maxMemory":                    func(g *guest) any { return g.memory },
	"metricPollDate":               null,
	"modifyDate":                   func(g *guest) any { return when(g.modified) },
	"notes":                        func(g *guest) any { return orAbsent(g.notes) },
	"placementGroupId": func(g *guest) any {
		if g.placementGroup == 0 {
			return nil
		}
		return g.placementGroup
	},
	"postInstallScriptUri": func(g *guest) any { return orAbsent(g.postInstall) },
	"provisionDate":        func(g *guest) any { return when(g.provisioned) },
	"startCpus":            func(g *guest) any { return g.cpu },
	"statusId":             func(g *guest) any { return 1001 },
	"typeId":               func(g *guest) any { return 1 },
	"uuid":                 func(g *guest) any { return g.uuid },

	"globalIdentifier":        func(g *guest) any { return g.guid },
	"managedResourceFlag":     func(g *guest) any { return false },
	"primaryBackendIpAddress": func(g *guest) any { return orAbsent(g.nic(0).ip()) },
	"primaryIpAddress":        func(g *guest) any { return orAbsent(g.nic(1).ip()) },
	"status":                  func(g *guest) any { return guestActive },

	"account":                func(g *guest) any { return g.account.self },
	"dedicatedHost":          func(g *guest) any { return related(g.dedicated) },
	"datacenter":             func(g *guest) any { return g.datacenter },
	"location":               func(g *guest) any { return g.datacenter },
	"hourlyBillingFlag":      func(g *guest) any { return g.hourly },
	"localDiskFlag":          func(g *guest) any { return g.localDisk },
	"privateNetworkOnlyFlag": func(g *guest) any { return g.privateOnly },
	"transientGuestFlag":     func(g *guest) any { return false },
	"pendingMigrationFlag":   func(g *guest) any { return false },
	"consoleIpAddressFlag":   func(g *guest) any { return false },
	"powerState":             func(g *guest) any { return g.power },
	"lastKnownPowerState":    func(g *guest) any { return g.power },
	"type":                   func(g *guest) any { return guestType },

	"upgradeRequest":    func(g *guest) any { return related(g.upgradeRequest()) },
	"activeTransaction": func(g *guest) any { return related(g.tx.record()) },
	"activeTransactions": func(g *guest) any {
		if g.tx == nil {
			return []node{}
		}
		return []node{g.tx.record()}
	},
	"lastTransaction": func(g *guest) any {
		if g.tx != nil {
			return g.tx.record()
		}
		return related(g.lastTx.record())
	},
	"lastOperatingSystemReload": func(g *guest) any { return related(g.reload.record()) },

	"blockDeviceTemplateGroup": func(g *guest) any { return related(g.image) },
	"blockDevices":             func(g *guest) any { return g.blockDevices() },
	"operatingSystem":          func(g *guest) any { return related(g.operatingSystem()) },
	"operatingSystemReferenceCode": func(g *guest) any {
		return g.system.str("referenceCode")
	},
	"softwareComponents": func(g *guest) any {
		if r := g.operatingSystem(); r != nil {
			return []node{r}
		}
		return []node{}
	},
	"sshKeys":       func(g *guest) any { return g.keys },
	"tagReferences": func(g *guest) any { return g.tags },
	"userData": func(g *guest) any {
		if g.userData == "" {
			return []node{}
		}
		return []node{newRecord("Virtual_Guest_Attribute", fields{"value": g.userData, "guest": g})}
	},

	"networkComponents": func(g *guest) any { return nodes(g.nics) },
	"backendNetworkComponents": func(g *guest) any {
		return nodes(slices.DeleteFunc(slices.Clone(g.nics), func(c *nic) bool { return c.port != 0 }))
	},
	"frontendNetworkComponents": func(g *guest) any {
		return nodes(slices.DeleteFunc(slices.Clone(g.nics), func(c *nic) bool { return c.port != 1 }))
	},
	"primaryBackendNetworkComponent": func(g *guest) any { return g.nic(0) }, // every guest has one
	"primaryNetworkComponent": func(g *guest) any {
		if c := g.nic(1); c != nil {
			return c
		}
		return absent
	},
	"networkVlans": func(g *guest) any {
		list := []node{}
		for _, c := range g.nics {
			if c.subnet != nil {
				list = append(list, c.vlan)
			}
		}
		return list
	},

	"allowedHost":           func(g *guest) any { return related(g.host) },
	"allowedNetworkStorage": func(g *guest) any { return nodes(g.account.storageOf(g)) },

	"billingItem":      func(g *guest) any { return related(g.billingItem()) },
	"orderedPackageId": func(g *guest) any { return textOf(g.packageID()) },

	"bandwidthAllotmentDetail":   func(g *guest) any { return absent },
	"billingCycleBandwidthUsage": func(g *guest) any { return g.bandwidthUsage() },
}

func (g *guest) fqdn() string { return g.hostname + "." + g.domain }

func (g *guest) packageID() int {
	if g.preset == nil {
		return legacyPackage
	}
	return publicPackage
}

func (g *guest) blockDevices() []node {
	list := make([]node, len(g.disks))
	for i, d := range g.disks {
		bootable := 0
		if i == 0 {
			bootable = 1
		}
		name := strconv.Itoa(d.imageID) + " - " + d.kind.str("keyName") // slcli tells swap by it
		r := newRecord("Virtual_Guest_Block_Device", fields{
			"id": d.id, "device": d.device, "bootableFlag": bootable, "createDate": g.created, "modifyDate": when(g.modified),
			"diskImageId": d.imageID, "guestId": g.id, "hotPlugFlag": 0, "mountMode": "RW", "mountType": "Disk", "statusId": 1,
			"uuid": nil, "guest": g,
		})
		r.fields["diskImage"] = newRecord("Virtual_Disk_Image", fields{
			"id": d.imageID, "capacity": d.capacity, "units": "GB", "name": name, "description": name, "typeId": 241,
			"createDate": g.created, "modifyDate": when(g.modified), "parentId": nil, "type": d.kind, "metadataFlag": false,
			"localDiskFlag": g.localDisk, "blockDevices": []node{r},
		})
		list[i] = r
	}
	for _, d := range g.account.disksOf(g) {
		list = append(list, d.block())
	}
	return list
}

// operatingSystem is what was installed, once it is.
func (g *guest) operatingSystem() *record {
	if g.provisioned.IsZero() {
		return nil
	}
	r := newRecord("Software_Component_OperatingSystem", fields{
		"id": g.id + 1, "hardwareId": nil, "manufacturerLicenseInstance": "",
	})
	r.fields["softwareLicense"] = newRecord("Software_License", fields{
		"id": g.id + 2, "softwareDescriptionId": g.system.id(), "softwareDescription": g.system,
	})
	r.fields["softwareDescription"] = g.system
	r.fields["passwords"] = []node{newRecord("Software_Component_Password", fields{
		"id": g.id + 3, "softwareId": g.id + 1, "username": g.system.str("requiredUser"), "password": g.password,
		"port": nil, "notes": nil, "createDate": g.provisioned, "modifyDate": g.provisioned,
	})}
	return r
}

// billingItem is what the server costs: from when it is provisioned until it is cancelled.
func (g *guest) billingItem() *record {
	if g.provisioned.IsZero() || g.cancelled {
		return nil
	}
	order := newRecord("Billing_Order", fields{
		"id": g.orderID, "accountId": g.account.id(), "status": "APPROVED", "createDate": g.created, "modifyDate": g.created,
		"userRecordId": g.buyer, "orderTypeId": 4,
	})
	if i := slices.IndexFunc(g.account.users, func(u *user) bool { return u.id() == g.buyer }); i >= 0 {
		order.fields["userRecord"] = g.account.users[i].record
	}
	item := newRecord("Billing_Order_Item", fields{
		"id": g.orderItemID, "categoryCode": "guest_core", "description": g.sizeText(), "hostName": g.hostname,
		"domainName": g.domain, "quantity": nil, "parentId": nil, "order": order, "globalIdentifier": g.guid,
	})
	fees := fields{}
	if g.preset != nil {
		item.fields["presetId"], item.fields["preset"] = g.preset.id(), g.preset
		fees["hourly"], fees["monthly"] = g.preset.fields["totalMinimumHourlyFee"], g.preset.fields["totalMinimumRecurringFee"]
	}
	r := newRecord("Billing_Item_Virtual_Guest", fields{
		"id": g.billingID, "categoryCode": "guest_core", "description": g.sizeText(), "createDate": g.provisioned,
		"cancellationDate": nil, "cycleStartDate": g.provisioned, "lastBillDate": nil, "modifyDate": g.provisioned,
		"nextBillDate": nil, "hostName": g.hostname, "domainName": g.domain, "orderItemId": g.orderItemID, "parentId": nil,
		"laborFee": "0", "setupFee": "0", "oneTimeFee": "0", "recurringFee": "0", "hourlyRecurringFee": "0",
		"recurringMonths": 1, "serviceProviderId": 1, "hourlyFlag": g.hourly, "orderItem": item, "resource": g,
		"children": []node{}, "nextInvoiceChildren": []node{}, "resourceTableId": g.id,
		"package":                         g.account.sim.catalog.pkg(g.packageID()),
		"nextInvoiceTotalRecurringAmount": "0",
	})
	if g.hourly && fees["hourly"] != nil {
		r.fields["hourlyRecurringFee"] = fees["hourly"]
	} else if fees["monthly"] != nil {
		r.fields["recurringFee"], r.fields["nextInvoiceTotalRecurringAmount"] = fees["monthly"], fees["monthly"]
	}
	item.fields["billingItem"] = r
	return r
}

func (g *guest) sizeText() string {
	if g.preset != nil {
		return g.preset.str("name")
	}
	return textOf(g.cpu) + " x 2.0 GHz or higher Cores"
}

func (g *guest) bandwidthUsage() []node {
	list := []node{}
	for _, alias := range []string{"PUBLIC_SERVER_BW", "PRIVATE_SERVER_BW"} {
		list = append(list, newRecord("Network_Bandwidth_Usage", fields{
			"amountIn": ".1", "amountOut": ".1", "bandwidthUsageDetailTypeId": "1",
			"type": constantAlias(alias),
		}))
	}
	return list
}

func constantAlias(alias string) *record {
	return newRecord("Network_Bandwidth_Version1_Usage_Detail_Type", fields{"alias": alias})
}

// nicDefaults are what an unmasked network component shows.
var nicDefaults = []string{
	"createDate", "guestId", "id", "macAddress", "maxSpeed", "modifyDate", "name", "networkId", "port", "speed", "status", "uuid",
}

func (c *nic) defaults() []string { return nicDefaults }

func (c *nic) value(name string) (any, bool) {
	f := nicProps[name]
	if f == nil {
		return nil, false
	}
	return present(f(c))
}

var nicProps = map[string]func(*nic) any{
	"createDate": func(c *nic) any { return c.guest.created },
	"guestId":    func(c *nic) any { return c.guest.id },
	"id":         func(c *nic) any { return c.id },
	"macAddress": func(c *nic) any { return c.mac },
	"maxSpeed":   func(c *nic) any { return c.speed },
	"modifyDate": func(c *nic) any { return when(c.guest.modified) },
	"name":       func(c *nic) any { return "eth" },
	"networkId":  func(c *nic) any { return nil },
	"port":       func(c *nic) any { return c.port },
	"speed":      func(c *nic) any { return c.speed },
	"status": func(c *nic) any {
		if c.disabled {
			return "DISABLED"
		}
		return "ACTIVE"
	},
	"uuid": func(c *nic) any { return c.uuid },

	"guest":            func(c *nic) any { return c.guest },
	"primaryIpAddress": func(c *nic) any { return orAbsent(c.ip()) },
	"primaryIpAddressRecord": func(c *nic) any {
		if c.subnet == nil {
			return absent
		}
		return c.address()
	},
	"primarySubnet": func(c *nic) any {
		if c.subnet == nil {
			return absent
		}
		return c.subnet
	},
	"subnets": func(c *nic) any {
		if c.subnet == nil {
			return []node{}
		}
		return []node{c.subnet}
	},
	"networkVlan": func(c *nic) any {
		if c.subnet == nil {
			return absent
		}
		return c.vlan
	},
	"router": func(c *nic) any {
		if c.subnet == nil {
			return absent
		}
		return c.vlan.one("primaryRouter")
	},
	"securityGroupBindings": func(c *nic) any {
		list := []node{}
		for _, g := range c.firewalls {
			list = append(list, c.bind(g))
		}
		return list
	},
}
