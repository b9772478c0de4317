package cloud

import (
	"regexp"
	"slices"
	"strconv"
)

// serverOrder is one server somebody wants, validated.
type serverOrder struct {
	hostname, domain                         string
	preset, datacenter, system, image        *record
	dedicated                                *record // the host; nil: any
	cpu, memory                              int
	disks                                    []int // by device, 1 being swap
	hourly, localDisk, privateOnly, bindHost bool
	publicVLAN, privateVLAN                  *vlan
	subnets                                  [2]*subnet   // by port; nil: any of the VLAN
	firewalls                                [2][]*record // by port
	keys                                     []node
	userData, notes, postInstall             string
	speed, placementGroup                    int
}

// swapGB is the size of the swap disk every server gets as device 1.
const swapGB = 2

// size settles cores, memory and disks, after preset, image and system are known. firstDisk is 0 unless asked for.
func (o *serverOrder) size(firstDisk int, more ...int) {
	disk := firstDisk
	if o.preset != nil {
		o.cpu, o.memory, disk = sizeOf(o.preset)
		o.localDisk = presetLocal(o.preset)
	}
	if disk == 0 {
		disk = 25
		if o.image != nil {
			disk = max(disk, imageDiskGB(o.image))
		}
	}
	o.disks = append([]int{disk, swapGB}, more...)
}

func presetLocal(preset *record) bool {
	return len(preset.str("keyName")) > 2 && preset.str("keyName")[:2] == "BL"
}

var (
	hostnamePattern = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)
	domainPattern   = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)
)

// checkName validates a host and a domain name together.
func checkName(hostname, domain string) error {
	switch {
	case len(hostname) > 63:
		return exception("InvalidDataLength", "The hostname must not be longer than 63 characters.")
	case !hostnamePattern.MatchString(hostname):
		return invalidValue("Invalid value provided for 'hostname'. Hostnames consist of letters, digits and hyphens.")
	case len(hostname)+len(domain) > 252:
		return exception("InvalidDataLength", "The fully qualified domain name must not be longer than 253 characters.")
	case !domainPattern.MatchString(domain):
		return invalidValue("Invalid value provided for 'domain'.")
	}
	return nil
}

// parseTemplate validates the template of Virtual_Guest::createObject. Nothing has been ordered when it fails.
func (a *account) parseTemplate(t map[string]any) (*serverOrder, error) {
	const typ = "Virtual_Guest"
	if err := a.sim.checkTemplate(t, a.sim.schema.byName(typ)); err != nil {
		return nil, err
	}
	for _, name := range []string{"hostname", "domain"} {
		if strAt(t, name) == "" {
			return nil, missingProperty(typ, name)
		}
	}
	if t["hourlyBillingFlag"] == nil {
		return nil, missingProperty(typ, "hourlyBillingFlag")
	}
	o := &serverOrder{
		hostname: strAt(t, "hostname"), domain: strAt(t, "domain"), hourly: toBool(t["hourlyBillingFlag"]),
		localDisk: toBool(t["localDiskFlag"]), privateOnly: toBool(t["privateNetworkOnlyFlag"]),
		bindHost: toBool(t["dedicatedAccountHostOnlyFlag"]), keys: []node{}, speed: 100,
		notes: strAt(t, "notes"), postInstall: strAt(t, "postInstallScriptUri"),
	}
	for _, step := range []func(map[string]any, *serverOrder) error{
		a.parseSize, a.parsePlace, a.parseSoftware, a.parseNetwork, a.parseExtras,
	} {
		if err := step(t, o); err != nil {
			return nil, err
		}
	}
	return o, a.parseDisks(t, o)
}

// checkTemplate rejects properties that typ does not have, unless the simulator is lenient.
func (sim *Cloud) checkTemplate(t map[string]any, typ *schemaType) error {
	if sim.opts.Lenient {
		return nil
	}
	for name, v := range t {
		p := typ.prop(name)
		if p == nil && name != "complexType" {
			return invalidValue("The property '%s' does not exist on '%s%s'.", name, servicePrefix, typ.name)
		}
		if p == nil || p.typ == nil {
			continue
		}
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		for _, v := range list {
			if below, ok := v.(map[string]any); ok {
				if err := sim.checkTemplate(below, p.typ); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (a *account) parseSize(t map[string]any, o *serverOrder) error {
	if err := checkName(o.hostname, o.domain); err != nil {
		return err
	}
	flavor := strAt(t, "supplementalCreateObjectOptions", "flavorKeyName")
	cpu, hasCPU := toInt(t["startCpus"])
	memory, hasMemory := toInt(t["maxMemory"])
	if flavor != "" {
		if hasCPU || hasMemory {
			return invalidValue("A flavor and startCpus or maxMemory are mutually exclusive.")
		}
		if o.preset = a.sim.catalog.preset(flavor); o.preset == nil {
			return invalidValue("Invalid value provided for 'flavorKeyName'. %q is not available.", flavor)
		}
		return nil
	}
	switch {
	case !hasCPU:
		return missingProperty("Virtual_Guest", "startCpus")
	case !hasMemory:
		return missingProperty("Virtual_Guest", "maxMemory")
	case t["localDiskFlag"] == nil:
		return missingProperty("Virtual_Guest", "localDiskFlag")
	}
	if memory < 1024 { // gigabytes were accepted once, and still are
		memory *= 1024
	}
	if a.sim.catalog.item("GUEST_CORE_"+strconv.Itoa(cpu)) == nil {
		return invalidValue("Invalid value provided for 'startCpus': %d.", cpu)
	}
	if memory%1024 != 0 || a.sim.catalog.item("RAM_"+strconv.Itoa(memory/1024)+"_GB") == nil {
		return invalidValue("Invalid value provided for 'maxMemory': %d.", memory)
	}
	o.cpu, o.memory = cpu, memory
	return nil
}

func (a *account) parsePlace(t map[string]any, o *serverOrder) error {
	name := strAt(t, "datacenter", "name")
	if name == "" {
		return missingProperty("Virtual_Guest", "datacenter.name")
	}
	if o.datacenter = a.sim.catalog.datacenter(name); o.datacenter == nil {
		return invalidValue("Invalid value provided for 'datacenter.name'. %q is not a datacenter.", name)
	}
	return nil
}

func (a *account) parseSoftware(t map[string]any, o *serverOrder) error {
	code, guid := strAt(t, "operatingSystemReferenceCode"), strAt(t, "blockDeviceTemplateGroup", "globalIdentifier")
	if guid == "" {
		guid = strAt(t, "blockDeviceTemplateGroup", "id")
	}
	switch {
	case code != "" && guid != "":
		return invalidValue("operatingSystemReferenceCode and blockDeviceTemplateGroup are mutually exclusive.")
	case code != "":
		if o.system = a.sim.catalog.system(code); o.system == nil {
			return invalidValue("Invalid value provided for 'operatingSystemReferenceCode': %q.", code)
		}
	case guid != "":
		if o.image = a.image(guid); o.image == nil {
			return invalidValue("Invalid value provided for 'blockDeviceTemplateGroup': no image template %q.", guid)
		}
		o.system = imageSystemOf(o.image)
	default:
		return missingProperty("Virtual_Guest", "operatingSystemReferenceCode")
	}
	return nil
}

func (a *account) parseNetwork(t map[string]any, o *serverOrder) error {
	for _, c := range []struct {
		name   string
		public bool
		vlan   **vlan
		port   int
	}{
		{"primaryNetworkComponent", true, &o.publicVLAN, 1},
		{"primaryBackendNetworkComponent", false, &o.privateVLAN, 0},
	} {
		for _, b := range listAt(t, c.name, "securityGroupBindings") {
			id, ok := toInt(at(b, "securityGroup", "id"))
			if !ok {
				return invalidValue("Invalid value provided for '%s.securityGroupBindings'.", c.name)
			}
			g := byID(a.firewalls, id)
			if g == nil {
				return notFound(strconv.Itoa(id))
			}
			o.firewalls[c.port] = append(o.firewalls[c.port], g)
		}
		raw := at(t, c.name, "networkVlan", "id")
		if raw == nil {
			continue
		}
		id, ok := toInt(raw)
		v := a.vlan(id)
		switch {
		case !ok || v == nil:
			return invalidValue("Invalid value provided for '%s.networkVlan.id'. The VLAN does not exist.", c.name)
		case v.public != c.public:
			return invalidValue("Invalid value provided for '%s.networkVlan.id'. VLAN %d is on the wrong network.", c.name, id)
		case v.dc != o.datacenter:
			return invalidValue("Invalid value provided for '%s.networkVlan.id'. VLAN %d is not in %s.", c.name, id, o.datacenter.str("name"))
		case c.public && o.privateOnly:
			return invalidValue("A server without public network cannot have a public VLAN.")
		}
		*c.vlan = v
		if raw := at(t, c.name, "networkVlan", "primarySubnet", "id"); raw != nil {
			id, ok := toInt(raw)
			i := slices.IndexFunc(v.subnets, func(s *subnet) bool { return s.id() == id })
			if !ok || i < 0 {
				return invalidValue("Invalid value provided for '%s.networkVlan.primarySubnet.id'. The subnet is not on the VLAN.", c.name)
			}
			o.subnets[c.port] = v.subnets[i]
		}
	}
	return nil
}

// parseExtras reads keys, user data and port speed.
func (a *account) parseExtras(t map[string]any, o *serverOrder) error {
	for _, k := range listAt(t, "sshKeys") {
		id, ok := toInt(at(k, "id"))
		key := byID(a.keys, id)
		if !ok || key == nil {
			return invalidValue("Invalid value provided for 'sshKeys'. The SSH key does not exist.")
		}
		o.keys = append(o.keys, key)
	}
	for _, u := range listAt(t, "userData") {
		o.userData = strAt(u, "value")
	}
	for _, c := range listAt(t, "networkComponents") {
		speed, ok := toInt(at(c, "maxSpeed"))
		if !ok || speed != 10 && speed != 100 && speed != 1000 {
			return invalidValue("Invalid value provided for 'networkComponents.maxSpeed'.")
		}
		o.speed = speed
	}
	if id, ok := toInt(at(t, "dedicatedHost", "id")); ok {
		if err := a.joinHost(o, id); err != nil {
			return err
		}
	}
	if id, ok := toInt(t["placementGroupId"]); ok && id != 0 {
		return a.joinGroup(o, id)
	}
	return nil
}

// parseDisks reads blockDevices: device 0 boots, 1 is reserved for swap, 2 and up are extra.
func (a *account) parseDisks(t map[string]any, o *serverOrder) error {
	first, more := 0, []int{}
	for _, b := range listAt(t, "blockDevices") {
		device, ok1 := toInt(at(b, "device"))
		capacity, ok2 := toInt(at(b, "diskImage", "capacity"))
		switch {
		case !ok1 || !ok2 || capacity < 10 || capacity > 2000:
			return invalidValue("Invalid value provided for 'blockDevices'.")
		case device == 1:
			return invalidValue("Invalid value provided for 'blockDevices'. Device 1 is reserved for swap.")
		case device == 0:
			first = capacity
		case device != len(more)+2:
			return invalidValue("Invalid value provided for 'blockDevices'. Devices must be numbered without gaps.")
		default:
			more = append(more, capacity)
		}
	}
	o.size(first, more...)
	return nil
}

// buy orders servers: all or none.
func (a *account) buy(orders []*serverOrder, buyer int) []*guest {
	orderID := a.sim.inv.id("order")
	guests := make([]*guest, len(orders))
	for i, o := range orders {
		if o.privateVLAN == nil {
			o.privateVLAN = a.vlanIn(o.datacenter, false)
		}
		if o.publicVLAN == nil && !o.privateOnly {
			o.publicVLAN = a.vlanIn(o.datacenter, true)
		}
		g := a.newGuest(o)
		g.orderID, g.buyer = orderID, buyer
		g.provision()
		guests[i] = g
	}
	return guests
}
