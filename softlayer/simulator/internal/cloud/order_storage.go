package cloud

import (
	"slices"
	"strings"
)

// The types of orders for storage.
const (
	storageOrder  = "Container_Product_Order_Network_Storage_AsAService"
	upgradeOrder  = storageOrder + "_Upgrade"
	snapshotOrder = "Container_Product_Order_Network_Storage_Enterprise_SnapshotSpace"
	diskOrder     = "Container_Product_Order_Virtual_Disk_Image"
)

// within tells whether n is in the limits that r has under two names; no limits are no limits.
func within(r *record, least, most string, n int) bool {
	low, ok := toInt(r.fields[least])
	high, _ := toInt(r.fields[most])
	return !ok || low <= n && n <= high
}

func (c *call) parseVolume(order map[string]any) (func() *purchase, error) {
	items, err := c.orderedItems(order, storagePackage)
	if err != nil {
		return nil, err
	}
	v := &volume{osType: strAt(order, "osFormatType", "keyName")}
	if v.datacenter, err = c.orderedPlace(order); err != nil {
		return nil, err
	}
	v.capacity, _ = toInt(order["volumeSize"])
	for _, category := range []string{"storage_as_a_service", "storage_block", "performance_storage_space"} {
		if items[category] == nil {
			return nil, public("The order has no price of category '%s'.", category)
		}
	}
	space := items["performance_storage_space"].one("item")
	switch {
	case !slices.Contains([]string{"HYPER_V", "LINUX", "VMWARE", "WINDOWS_2008", "WINDOWS_GPT", "WINDOWS", "XEN"}, v.osType):
		return nil, invalidValue("Invalid value provided for 'osFormatType'.")
	case !within(space, "capacityMinimum", "capacityMaximum", v.capacity):
		return nil, invalidValue("Invalid value provided for 'volumeSize'.")
	}
	if err := v.parseSpeed(items, order); err != nil {
		return nil, err
	}
	if p := items["storage_snapshot_space"]; p != nil {
		if err := v.parseSpace(p); err != nil {
			return nil, err
		}
	}
	if err := c.parseOrigin(v, order); err != nil {
		return nil, err
	}
	return func() *purchase {
		v.purchase = c.acct.newPurchase(c.user.id(), "storage_as_a_service", toBool(order["useHourlyPricing"]))
		c.acct.addVolume(v)
		return &v.purchase
	}, nil
}

// parseUpgradeOfVolume reads an order that changes the size, the tier or the operations a second of a volume.
func (c *call) parseUpgradeOfVolume(order map[string]any) (func() *purchase, error) {
	items, err := c.orderedItems(order, storagePackage)
	if err != nil {
		return nil, err
	}
	id := textOf(at(order["volume"], "id"))
	v := c.acct.storage(id)
	switch {
	case v == nil || v.parent != nil:
		return nil, notFound(id)
	case v.upgrade != nil || !v.ready(c.acct):
		return nil, provisioning()
	case items["storage_as_a_service"] == nil || items["performance_storage_space"] == nil:
		return nil, public("The order needs prices of the categories 'storage_as_a_service' and 'performance_storage_space'.")
	}
	later := &volume{}
	later.capacity, _ = toInt(order["volumeSize"])
	if later.capacity < v.capacity || !within(items["performance_storage_space"].one("item"), "capacityMinimum", "capacityMaximum", later.capacity) {
		return nil, invalidValue("Invalid value provided for 'volumeSize'.")
	}
	if err := later.parseSpeed(items, order); err != nil {
		return nil, err
	}
	switch {
	case (later.tier == nil) != (v.tier == nil):
		return nil, public("The type of storage can't be changed.")
	case later.capacity == v.capacity && later.tier == v.tier && later.iops == v.iops:
		return nil, public("A current price was provided for the upgrade order.")
	}
	return func() *purchase {
		p := c.acct.newPurchase(c.user.id(), "storage_as_a_service", v.hourly)
		v.upgrade = &upgrade{&p, later.capacity, later.iops, later.tier}
		return &p
	}, nil
}

// parseSpeed reads the tier or the operations a second, which must go with the space.
func (v *volume) parseSpeed(items map[string]*record, order map[string]any) error {
	space := items["performance_storage_space"].one("item").str("keyName")
	level, iops := items["storage_tier_level"], items["performance_storage_iops"]
	if (level == nil) == (iops == nil) {
		return public("The order needs a price either of category 'storage_tier_level' or of 'performance_storage_iops'.")
	}
	if iops != nil {
		v.iops, _ = toInt(order["iops"])
		if !within(iops.one("item"), "capacityMinimum", "capacityMaximum", v.iops) ||
			!within(iops, "capacityRestrictionMinimum", "capacityRestrictionMaximum", v.capacity) || !strings.HasSuffix(space, "_GBS") {
			return invalidValue("Invalid value provided for 'iops'.")
		}
		return nil
	}
	for i := range tiers {
		if t := &tiers[i]; t.key == level.one("item").str("keyName") && space == "STORAGE_SPACE_FOR_"+t.iopsPerGB+"_IOPS_PER_GB" {
			v.tier, v.iops = t, v.capacity*t.iops/100
			return nil
		}
	}
	return public("The storage space does not go with the storage tier level.")
}

// parseSpace reads the space for snapshots.
func (v *volume) parseSpace(price *record) error {
	n := v.iops
	if v.tier != nil {
		n = v.tier.capacity
	}
	if kind := price.str("capacityRestrictionType"); (kind == "STORAGE_TIER_LEVEL") != (v.tier != nil) ||
		!within(price, "capacityRestrictionMinimum", "capacityRestrictionMaximum", n) {
		return public("The snapshot space does not go with the volume.")
	}
	v.snapshotGB, _ = toInt(price.one("item").fields["capacity"])
	return nil
}

// parseOrigin reads what a volume is to be a copy of.
func (c *call) parseOrigin(v *volume, order map[string]any) error {
	if order["duplicateOriginVolumeId"] == nil {
		return nil
	}
	origin := c.acct.storage(textOf(order["duplicateOriginVolumeId"]))
	switch {
	case origin == nil || origin.parent != nil:
		return notFound(textOf(order["duplicateOriginVolumeId"]))
	case origin.snapshotGB == 0:
		return public("The origin volume has no snapshot space.")
	case origin.datacenter != v.datacenter:
		return public("A duplicate must be in the datacenter of its origin.")
	case v.capacity < origin.capacity:
		return public("A duplicate must not be smaller than its origin.")
	}
	if raw := order["duplicateOriginSnapshotId"]; raw != nil {
		id, _ := toInt(raw)
		if !slices.ContainsFunc(origin.snapshots, func(s *volume) bool { return s.id == id }) {
			return notFound(textOf(raw))
		}
	}
	v.origin = origin
	return nil
}

func (c *call) parseSnapshotSpace(order map[string]any) (func() *purchase, error) {
	items, err := c.orderedItems(order, storagePackage)
	if err != nil {
		return nil, err
	}
	v, price := c.acct.storage(textOf(order["volumeId"])), items["storage_snapshot_space"]
	switch {
	case v == nil || v.parent != nil:
		return nil, notFound(textOf(order["volumeId"]))
	case price == nil || len(items) > 1:
		return nil, public("The order needs one price of category 'storage_snapshot_space'.")
	}
	later := *v
	if err := later.parseSpace(price); err != nil {
		return nil, err
	}
	if later.snapshotGB <= v.snapshotGB {
		return nil, public("The snapshot space of a volume can only grow.")
	}
	return func() *purchase {
		v.snapshotGB = later.snapshotGB
		p := c.acct.newPurchase(c.user.id(), "storage_snapshot_space", v.hourly)
		return &p
	}, nil
}

func (c *call) parseDisk(order map[string]any) (func() *purchase, error) {
	items, err := c.orderedItems(order, portablePackage)
	if err != nil {
		return nil, err
	}
	d := &portable{description: strAt(order, "diskDescription")}
	if d.datacenter, err = c.orderedPlace(order); err != nil {
		return nil, err
	}
	price := items["guest_disk1"]
	switch {
	case price == nil:
		return nil, public("The order has no price of category 'guest_disk1'.")
	case d.description == "":
		return nil, invalidValue("Invalid value provided for 'diskDescription'.")
	}
	d.capacity, _ = toInt(price.one("item").fields["capacity"])
	return func() *purchase {
		d.purchase = c.acct.newPurchase(c.user.id(), "guest_disk1", toBool(order["useHourlyPricing"]))
		c.acct.addDisk(d)
		return &d.purchase
	}, nil
}
