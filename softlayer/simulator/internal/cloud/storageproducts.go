package cloud

import (
	"fmt"
	"slices"
	"strconv"
)

const (
	// storagePackage sells block storage by size, portablePackage disks of certain sizes.
	storagePackage  = 759
	portablePackage = 198
)

// storageProduct is a product of storage with what limits it. Zero: no limit.
type storageProduct struct {
	product
	least, most int // of what is ordered: gigabytes or operations a second

	// A price may be good only for volumes of certain sizes, tiers or operations.
	restriction      string
	restricted, upTo int
}

// tier is a class of endurance storage: its operations a second and gigabyte, and what it is called.
type tier struct {
	iopsPerGB string
	iops      int // operations a second and 100 GB
	capacity  int // what the item of the tier has as capacity
	key       string
	mostGB    int
}

var tiers = []tier{
	{"0_25", 25, 100, "LOW_INTENSITY_TIER", 12000},
	{"2", 200, 200, "READHEAVY_TIER", 12000},
	{"4", 400, 300, "WRITEHEAVY_TIER", 12000},
	{"10", 1000, 1000, "10_IOPS_PER_GB", 4000},
}

// leastGB is the size of the smallest volume.
const leastGB = 20

// performance are the operations a second that volumes of a size may have.
var performance = []struct{ leastGB, mostGB, leastIOPS, mostIOPS int }{
	{20, 39, 100, 1000}, {40, 79, 100, 2000}, {80, 99, 100, 4000}, {100, 499, 100, 6000}, {500, 999, 100, 10000},
	{1000, 1999, 100, 20000}, {2000, 2999, 200, 40000}, {3000, 3999, 200, 48000}, {4000, 7999, 300, 48000},
	{8000, 9999, 500, 48000}, {10000, 12000, 1000, 48000},
}

var (
	snapshotSpaces = []int{5, 10, 20, 40, 60, 80, 100, 250, 500, 1000}
	portableSizes  = []int{10, 20, 25, 30, 40, 50, 75, 100, 125, 150, 175, 200, 250, 300, 350, 400, 500, 750, 1000, 1500, 2000}
)

// storageProducts are what is sold in the package "Storage As A Service".
func storageProducts() []storageProduct {
	gb := func(category, key string, capacity int) storageProduct {
		return storageProduct{product: plain(category, key, key, strconv.Itoa(capacity), "GB", ".0001", ".06")}
	}
	list := []storageProduct{
		{product: plain("storage_as_a_service", "STORAGE_AS_A_SERVICE", "Storage as a Service", "0", "", "0", "0")},
		{product: plain("storage_block", "BLOCK_STORAGE_2", "Block Storage", "0", "", "0", "0")},
	}
	for _, t := range tiers {
		space := gb("performance_storage_space", "STORAGE_SPACE_FOR_"+t.iopsPerGB+"_IOPS_PER_GB", 0)
		space.least, space.most = leastGB, t.mostGB
		level := storageProduct{product: plain("storage_tier_level", t.key, t.iopsPerGB+" IOPS per GB", strconv.Itoa(t.capacity), "", "0", "0")}
		list = append(list, space, level)
		for _, n := range snapshotSpaces {
			snapshots := gb("storage_snapshot_space", strconv.Itoa(n)+"_GB_STORAGE_SPACE_"+t.key, n)
			snapshots.restriction, snapshots.restricted, snapshots.upTo = "STORAGE_TIER_LEVEL", t.capacity, t.capacity
			list = append(list, snapshots)
		}
	}
	for _, p := range performance {
		space := gb("performance_storage_space", fmt.Sprintf("%d_%d_GBS", p.leastGB, p.mostGB), 0)
		space.least, space.most = p.leastGB, p.mostGB
		iops := storageProduct{
			product: plain("performance_storage_iops", fmt.Sprintf("%d_%d_IOPS", p.leastIOPS, p.mostIOPS), "IOPS", "0", "IOPS", "0", "0"),
			least:   p.leastIOPS, most: p.mostIOPS, restriction: "STORAGE_SPACE", restricted: p.leastGB, upTo: p.mostGB,
		}
		list = append(list, space, iops)
	}
	for _, n := range snapshotSpaces {
		snapshots := gb("storage_snapshot_space", strconv.Itoa(n)+"_GB_STORAGE_SPACE_IOPS", n)
		snapshots.restriction, snapshots.restricted, snapshots.upTo = "IOPS", 100, 48000
		list = append(list, snapshots)
	}
	return list
}

// portableProducts are what is sold in the package "Portable Storage".
func portableProducts() []storageProduct {
	var list []storageProduct
	for _, n := range portableSizes {
		s := strconv.Itoa(n)
		list = append(list, storageProduct{product: plain("guest_disk1", "GUEST_DISK_"+s+"_GB_SAN_PORTABLE", s+" GB (SAN)", s, "GB",
			money(.0002*float64(n)), money(.125*float64(n)))})
	}
	return list
}

// addStorage adds the packages of storage and of addresses, whose items no server has.
func (c *catalog) addStorage(categories map[string]*record) {
	for _, pkg := range []struct {
		id           int
		key, name    string
		kind         string
		products     []storageProduct
		itemID, from int // the first numbers of items and prices
	}{
		{storagePackage, "STORAGE_AS_A_SERVICE_STAAS", "Storage As A Service (StaaS)", "STORAGE_AS_A_SERVICE", storageProducts(), 9800, 187000},
		{itemPackage, "ADDITIONAL_PRODUCTS", "Additional Products", "ADDITIONAL_PRODUCTS", networkProducts(), 14200, 198000},
		{vlanPackage, "NETWORK_VLAN", "Network Vlan", "NETWORK_VLAN", vlanProducts(), 15800, 204000},
		{portablePackage, "PORTABLE_STORAGE", "Portable Storage", "PORTABLE_STORAGE", portableProducts(), 12400, 192000},
	} {
		var items, prices, used []node
		for i, p := range pkg.products {
			category := c.category(categories, p.category)
			item, price := newItem(pkg.itemID+3*i, pkg.from+7*i, p.product, category)
			if p.most > 0 {
				item.fields["capacityMinimum"], item.fields["capacityMaximum"] = textOf(p.least), textOf(p.most)
			}
			if p.restriction != "" {
				price.fields["capacityRestrictionType"] = p.restriction
				price.fields["capacityRestrictionMinimum"] = textOf(p.restricted)
				price.fields["capacityRestrictionMaximum"] = textOf(p.upTo)
			}
			items, prices = append(items, item.freeze()), append(prices, price.freeze())
			c.prices[price.id()] = price
			if !slices.Contains(used, node(category)) {
				used = append(used, category)
			}
		}
		c.packages = append(c.packages, newRecord("Product_Package", fields{
			"id": pkg.id, "keyName": pkg.key, "name": pkg.name, "isActive": 1, "description": pkg.name, "unitSize": nil,
			"firstOrderStepId": 1, "subDescription": nil, "statusCode": "ACTIVE", "items": items, "itemPrices": prices,
			"categories": used, "locations": nodes(c.datacenters), "regions": nodes(c.regions),
			"activePresets": []node{}, "accountRestrictedActivePresets": []node{},
			"type": newRecord("Product_Package_Type", fields{"id": 9, "keyName": pkg.kind, "name": pkg.name}).freeze(),
		}).freeze())
	}
}
