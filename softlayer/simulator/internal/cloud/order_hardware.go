package cloud

import "time"

// hardwarePreset is a bare metal server in one of the sizes that are sold.
type hardwarePreset struct {
	key                     string
	cores, memoryGB, diskGB int
}

var hardwarePresets = []hardwarePreset{
	{"S1270_8GB_2X1TBSATA_NORAID", 4, 8, 2000},
	{"S1270_32GB_1X1TBSATA_NORAID", 4, 32, 1000},
	{"D2620_64GB_2X1TBSATA_RAID_1", 12, 64, 1000},
}

// createHardware is Hardware_Server::createObject: it orders a server, and answers with the template and the identifier alone.
func createHardware(c *call) (any, error) {
	t, err := c.template()
	if err != nil {
		return nil, err
	}
	if err := c.sim.checkTemplate(t, c.sim.schema.byName(hardwareTyp)); err != nil {
		return nil, err
	}
	h := Hardware{
		Hostname: strAt(t, "hostname"), Domain: strAt(t, "domain"), Datacenter: strAt(t, "datacenter", "name"),
		OS: strAt(t, "operatingSystemReferenceCode"), Hourly: toBool(t["hourlyBillingFlag"]), Notes: strAt(t, "notes"),
	}
	switch {
	case t["hourlyBillingFlag"] == nil:
		return nil, missingProperty(hardwareTyp, "hourlyBillingFlag")
	case h.OS == "":
		return nil, missingProperty(hardwareTyp, "operatingSystemReferenceCode")
	case c.sim.catalog.system(h.OS) == nil:
		return nil, invalidValue("Invalid value provided for 'operatingSystemReferenceCode': %q.", h.OS)
	case h.Datacenter != "" && c.sim.catalog.datacenter(h.Datacenter) == nil:
		return nil, invalidValue("Invalid value provided for 'datacenter.name'. %q is not a datacenter.", h.Datacenter)
	}
	if err := checkName(h.Hostname, h.Domain); err != nil {
		return nil, err
	}
	if err := h.size(t); err != nil {
		return nil, err
	}
	m := c.acct.newHardware(h)
	m.provision()
	return newRecord(hardwareTyp, fields{
		"id": nil, "accountId": c.acct.id(), "globalIdentifier": m.str("globalIdentifier"), "hostname": h.Hostname, "domain": h.Domain,
		"hardwareStatusId": nil, "bareMetalInstanceFlag": nil,
	}), nil
}

// size reads how large a server is ordered: a preset, or cores and memory.
func (h *Hardware) size(t map[string]any) error {
	key := strAt(t, "fixedConfigurationPreset", "keyName")
	cores, hasCores := toInt(t["processorCoreAmount"])
	memory, hasMemory := toInt(t["memoryCapacity"])
	switch {
	case key != "" && (hasCores || hasMemory):
		return invalidValue("A preset and processorCoreAmount or memoryCapacity are mutually exclusive.")
	case key != "":
		for _, p := range hardwarePresets {
			if p.key == key {
				h.Cores, h.MemoryGB, h.DiskGB = p.cores, p.memoryGB, p.diskGB
				return nil
			}
		}
		return invalidValue("Invalid value provided for 'fixedConfigurationPreset.keyName': %q.", key)
	case !hasCores:
		return missingProperty(hardwareTyp, "processorCoreAmount")
	case !hasMemory:
		return missingProperty(hardwareTyp, "memoryCapacity")
	}
	for _, p := range hardwarePresets {
		if p.cores == cores && p.memoryGB == memory {
			h.Cores, h.MemoryGB, h.DiskGB = cores, memory, p.diskGB
			return nil
		}
	}
	return invalidValue("No server with %d cores and %d GB of memory is sold.", cores, memory)
}

// provision is what happens to a server that was ordered.
func (m *metal) provision() {
	status := func(id int, name string) *record {
		return newRecord("Hardware_Status", fields{"id": id, "status": name}).freeze()
	}
	f := m.fields
	f["provisionDate"], f["hardwareStatusId"], f["hardwareStatus"] = nil, 9, status(9, "DEPLOY")
	m.on, m.ordered = false, m.account.now
	m.begin(&job{group: "Provision", name: "ASSEMBLE_HARDWARE", friendly: "The server is put together", steps: 4, done: func() {
		f["provisionDate"], f["hardwareStatusId"], f["hardwareStatus"] = m.account.now.Truncate(time.Second), 5, status(5, "ACTIVE")
		m.on = true
	}})
}
