package cloud

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// catalog is what the provider offers to everybody: places, products, prices, public images. It never changes, so that
// all accounts share it without a lock.
type catalog struct {
	datacenters []*record
	pods        []*record
	regions     []*record
	items       []*record
	presets     []*record
	packages    []*record
	images      []*record
	prices      map[int]*record
	systems     []*record // the Software_Description of each orderable operating system, older versions first
	frontRouter map[int]*record
	backRouter  map[int]*record
}

const (
	// publicPackage sells servers by preset, legacyPackage by core and gigabyte.
	publicPackage = 835
	legacyPackage = 46
	// providerAccount owns the public images.
	providerAccount = 100100
)

func newCatalog(inv *inventor, epoch time.Time) *catalog {
	c := &catalog{prices: map[int]*record{}, frontRouter: map[int]*record{}, backRouter: map[int]*record{}}
	c.addPlaces()
	c.addItems()
	for i, img := range publicImages {
		system := c.system(img.system)
		r := c.newImage(inv, image{
			account: providerAccount, name: img.name, system: system, public: true, diskGB: img.diskGB,
			created: epoch.AddDate(-1, i, 0), datacenters: c.datacenters,
		})
		c.images = append(c.images, r)
	}
	return c
}

func (c *catalog) addPlaces() {
	for i, p := range places {
		id := 1854800 + 37*i
		dc := newRecord("Location_Datacenter", fields{
			"id": id, "name": p.name, "longName": p.longName, "statusId": 2,
		})
		dc.fields["groups"] = []node{}
		dc.fields["priceGroups"] = []node{}
		dc.freeze()
		c.datacenters = append(c.datacenters, dc)
		front, back := c.addRouter(dc, "fcr01", 2400001+100*i), c.addRouter(dc, "bcr01", 2400002+100*i)
		c.frontRouter[id], c.backRouter[id] = front, back
		c.pods = append(c.pods, newRecord("Network_Pod", fields{
			"name": p.name + ".pod01", "datacenterId": id, "datacenterName": p.name, "datacenterLongName": p.longName,
			"frontendRouterId": front.id(), "frontendRouterName": front.str("hostname"),
			"backendRouterId": back.id(), "backendRouterName": back.str("hostname"),
			"capabilities": []string{"SUPPORTS_SECURITY_GROUP", "SUPPORTS_LBAAS"},
		}).freeze())
		c.regions = append(c.regions, newRecord("Location_Region", fields{
			"keyname": strings.ToUpper(strings.ReplaceAll(p.longName, " ", "")), "description": p.name + " - " + p.longName,
			"sortOrder": i,
			"location":  newRecord("Location_Region_Location", fields{"locationId": id, "location": dc}).freeze(),
		}).freeze())
		dc.fields["regions"] = []node{c.regions[i]}
	}
}

func (c *catalog) addRouter(dc *record, role string, id int) *record {
	host := role + "." + dc.str("name")
	return newRecord("Hardware_Router", fields{
		"id": id, "hostname": host, "domain": "example.net", "fullyQualifiedDomainName": host + ".example.net",
		"datacenter": dc, "topLevelLocation": dc,
	}).freeze()
}

func (c *catalog) addItems() {
	categories := map[string]*record{}
	for i, p := range products {
		item, price := newItem(2600+3*i, 42000+7*i, p, c.category(categories, p.category))
		if p.category == "os" {
			c.addSystem(p, item)
		}
		item.freeze()
		c.items = append(c.items, item)
		c.prices[price.id()] = price.freeze()
	}
	c.addPackages()
	c.addStorage(categories)
}

// category returns the category with a code, and makes it when it is new.
func (c *catalog) category(known map[string]*record, code string) *record {
	category := known[code]
	if category == nil {
		category = newRecord("Product_Item_Category", fields{
			"id": 10 + len(known), "categoryCode": code, "name": categoryNames[code], "quantityLimit": 0,
		}).freeze()
		known[code] = category
	}
	return category
}

// newItem makes a product and its price. Both are still to be frozen.
func newItem(id, priceID int, p product, category *record) (item, price *record) {
	item = newRecord("Product_Item", fields{
		"id": id, "keyName": p.key, "description": p.description, "capacity": p.capacity, "units": p.units,
		"itemTaxCategoryId": 166, "softwareDescriptionId": nil, "upgradeItemId": nil,
	})
	price = newRecord("Product_Item_Price", fields{
		"id": priceID, "itemId": id, "hourlyRecurringFee": p.hourly, "recurringFee": p.monthly,
		"setupFee": "0", "laborFee": "0", "oneTimeFee": "0", "locationGroupId": nil, "quantity": nil, "sort": 0,
		"onSaleFlag": nil, "item": item, "categories": []node{category},
	})
	item.fields["itemCategory"] = category
	item.fields["categories"] = []node{category}
	item.fields["prices"] = []node{price}
	item.fields["attributes"] = []node{}
	return item, price
}

func (c *catalog) addSystem(p product, item *record) {
	system := newRecord("Software_Description", fields{
		"id": 1900 + 2*len(c.systems), "referenceCode": p.system.code, "name": p.system.name, "version": p.system.version,
		"manufacturer": p.system.manufacturer, "longDescription": p.description, "operatingSystem": 1, "controlPanel": 0,
		"virtualLicense": 0, "virtualizationPlatform": 0, "requiredUser": p.system.user, "upgradeSoftwareDescriptionId": nil,
	}).freeze()
	item.fields["softwareDescription"] = system
	item.fields["softwareDescriptionId"] = system.id()
	system.fields["productItems"] = []node{item}
	c.systems = append(c.systems, system)
}

func (c *catalog) addPackages() {
	public := newRecord("Product_Package", fields{
		"id": publicPackage, "keyName": "PUBLIC_CLOUD_SERVER", "name": "Public Virtual Server", "isActive": 1, "statusCode": "ACTIVE",
		"description": "Virtual servers in fixed sizes", "unitSize": nil, "firstOrderStepId": 1, "subDescription": nil,
	})
	legacy := newRecord("Product_Package", fields{
		"id": legacyPackage, "keyName": "CLOUD_SERVER", "name": "Cloud Server", "isActive": 1, "statusCode": "ACTIVE",
		"description": "Virtual servers by core and memory", "unitSize": nil, "firstOrderStepId": 1, "subDescription": nil,
	})
	for i, s := range sizes {
		c.presets = append(c.presets, c.newPreset(1100+2*i, s, public))
	}
	var prices []node
	for _, item := range c.items {
		list, _ := item.fields["prices"].([]node)
		prices = append(prices, list...)
	}
	for _, p := range []*record{public, legacy} {
		p.fields["items"], p.fields["itemPrices"] = nodes(c.items), prices
		p.fields["locations"], p.fields["regions"] = nodes(c.datacenters), nodes(c.regions)
		p.fields["type"] = newRecord("Product_Package_Type", fields{
			"id": 3, "keyName": "VIRTUAL_SERVER_INSTANCE", "name": "Virtual Server Instance",
		}).freeze()
		p.fields["activePresets"], p.fields["accountRestrictedActivePresets"] = []node{}, []node{}
		c.packages = append(c.packages, p)
	}
	public.fields["activePresets"] = nodes(c.presets)
	for _, p := range c.packages {
		p.freeze()
	}
}

func (c *catalog) newPreset(id int, s size, pkg *record) *record {
	key := fmt.Sprintf("%s_%dX%dX%d", s.family, s.cpu, s.memoryGB, s.diskGB)
	preset := newRecord("Product_Package_Preset", fields{
		"id": id, "keyName": key, "name": strings.ReplaceAll(key, "_", "."), "description": strings.ReplaceAll(key, "_", "."),
		"isActive": "1", "packageId": pkg.id(),
	})
	var prices, configuration []node
	var hourly, monthly float64
	for _, want := range []struct{ category, key string }{
		{"guest_core", fmt.Sprintf("GUEST_CORE_%d", s.cpu)},
		{"ram", fmt.Sprintf("RAM_%d_GB", s.memoryGB)},
		{"guest_disk0", fmt.Sprintf("GUEST_DISK_%d_GB_%s", s.diskGB, diskPlace(s.local()))},
	} {
		price := c.price(want.key)
		prices = append(prices, price)
		category := price.fields["categories"].([]node)[0]
		configuration = append(configuration, newRecord("Product_Package_Preset_Configuration", fields{
			"category": category, "price": price, "packagePreset": preset,
		}).freeze())
		hourly += fee(price, "hourlyRecurringFee")
		monthly += fee(price, "recurringFee")
	}
	preset.fields["prices"], preset.fields["configuration"] = prices, configuration
	preset.fields["package"], preset.fields["locations"] = pkg, nodes(c.datacenters)
	preset.fields["totalMinimumHourlyFee"], preset.fields["totalMinimumRecurringFee"] = money(hourly), money(monthly)
	return preset.freeze()
}

func (c *catalog) item(key string) *record {
	return find(c.items, func(i *record) bool { return i.str("keyName") == key })
}

// price returns the price of the item with a key name, which must exist.
func (c *catalog) price(key string) *record {
	return c.item(key).fields["prices"].([]node)[0].(*record)
}

// preset finds a preset by key name, which the API takes in any case.
func (c *catalog) preset(key string) *record {
	return find(c.presets, func(p *record) bool { return strings.EqualFold(p.str("keyName"), key) })
}

func (c *catalog) datacenter(name string) *record {
	return find(c.datacenters, func(d *record) bool { return strings.EqualFold(d.str("name"), name) })
}

// system finds an operating system by reference code; FAMILY_LATEST and FAMILY_LATEST_64 are the newest of a family.
func (c *catalog) system(code string) *record {
	family, latest := strings.CutSuffix(strings.TrimSuffix(code, "_64"), "_LATEST")
	var found *record
	for _, s := range c.systems {
		ref := s.str("referenceCode")
		if latest && strings.HasPrefix(ref, family+"_") || ref == code {
			found = s
		}
	}
	return found
}

// sizeOf reads cores, megabytes of memory and gigabytes of disk off a preset.
func sizeOf(preset *record) (cpu, memoryMB, diskGB int) {
	for _, p := range preset.fields["prices"].([]node) {
		item := p.(*record).one("item")
		n, _ := parseInt(item.str("capacity"))
		switch item.one("itemCategory").str("categoryCode") {
		case "guest_core":
			cpu = n
		case "ram":
			memoryMB = n * 1024
		case "guest_disk0":
			diskGB = n
		}
	}
	return
}

func find(list []*record, ok func(*record) bool) *record {
	if i := slices.IndexFunc(list, ok); i >= 0 {
		return list[i]
	}
	return nil
}

func byID(list []*record, id int) *record {
	return find(list, func(r *record) bool { return r.id() == id })
}

func (c *catalog) pkg(id int) *record { return byID(c.packages, id) }
