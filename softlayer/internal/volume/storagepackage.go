package volume

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// storageTier is a class of endurance storage: so many operations a second and
// gigabyte.
type storageTier struct {
	name    string // of the type of volumes
	keyName string // SoftLayer's name for it
	space   string // how the items of its space are called
	level   int    // the capacity of the item of the tier itself
	iops    string // operations a second and gigabyte
}

var storageTiers = []storageTier{
	{"endurance-0.25", "LOW_INTENSITY_TIER", "_FOR_0_25_IOPS_PER_GB", 100, "0.25"},
	{"endurance-2", "READHEAVY_TIER", "_FOR_2_IOPS_PER_GB", 200, "2"},
	{"endurance-4", "WRITEHEAVY_TIER", "_FOR_4_IOPS_PER_GB", 300, "4"},
	{"endurance-10", "10_IOPS_PER_GB", "_FOR_10_IOPS_PER_GB", 1000, "10"},
}

// tierOf is the tier of a type; nil: it has none.
func tierOf(name string) *storageTier {
	if i := slices.IndexFunc(storageTiers, func(t storageTier) bool { return t.name == name }); i >= 0 {
		return &storageTiers[i]
	}
	return nil
}

// storagePackage is what SoftLayer sells of one kind of storage.
type storagePackage struct {
	ID        int `json:"id"`
	Locations []struct {
		ID   int    `json:"id"`
		Name string `json:"name"`
	} `json:"locations"`
	Items []storageItem `json:"items"`
}

type storageItem struct {
	KeyName  string         `json:"keyName"`
	Capacity records.Number `json:"capacity"`
	Least    records.Number `json:"capacityMinimum"`
	Most     records.Number `json:"capacityMaximum"`
	Prices   []storagePrice `json:"prices"`
}

// storagePrice may be good only for volumes of certain sizes, tiers or
// operations, or in some places.
type storagePrice struct {
	ID          int            `json:"id"`
	PlaceID     int            `json:"locationGroupId"`
	Restriction string         `json:"capacityRestrictionType"`
	Least       records.Number `json:"capacityRestrictionMinimum"`
	Most        records.Number `json:"capacityRestrictionMaximum"`
	Categories  []struct {
		Code string `json:"categoryCode"`
	} `json:"categories"`
}

var storagePackageForm = records.FormOf[storagePackage]()

func (d *Volumes) loadStorage(ctx context.Context) (*storagePackage, error) {
	return d.loadPackage(ctx, upstream.Filter{"categories": upstream.Filter{"categoryCode": upstream.Equals("storage_as_a_service")}})
}

func (d *Volumes) loadDisks(ctx context.Context) (*storagePackage, error) {
	return d.loadPackage(ctx, upstream.Filter{"name": upstream.Equals("Portable Storage")})
}

func (d *Volumes) loadPackage(ctx context.Context, f upstream.Filter) (*storagePackage, error) {
	all, err := storagePackageForm.All(ctx, d.API, upstream.Call{Service: "Product_Package", Method: "getAllObjects", Filter: f})
	switch {
	case err != nil:
		return nil, err
	case len(all) != 1 || len(all[0].Items) == 0:
		return nil, upstream.Unexpected("Product_Package::getAllObjects")
	}
	return &all[0], nil
}

// location is the number of a datacenter, or its name if that has none here.
func (p *storagePackage) location(zone string) any {
	for _, l := range p.Locations {
		if l.Name == zone {
			return l.ID
		}
	}
	return zone
}

// price is the number of the first price of a category that fits, good
// everywhere; 0: there is none.
func (p *storagePackage) price(category string, fits func(*storageItem, *storagePrice) bool) int {
	for i := range p.Items {
		item := &p.Items[i]
		for k := range item.Prices {
			price := &item.Prices[k]
			if price.PlaceID == 0 && price.of(category) && (fits == nil || fits(item, price)) {
				return price.ID
			}
		}
	}
	return 0
}

func (p *storagePrice) of(category string) bool {
	for _, c := range p.Categories {
		if c.Code == category {
			return true
		}
	}
	return false
}

// restricted tells whether p is for a kind of value and good for n.
func (p *storagePrice) restricted(kind string, n int) bool {
	return p.Restriction == kind && p.Least <= records.Number(n) && records.Number(n) <= p.Most
}

// within tells whether n may be ordered of an item.
func (i *storageItem) within(n int) bool {
	return i.Least <= records.Number(n) && records.Number(n) <= i.Most
}

// leastSize is the size of the smallest volume.
func (p *storagePackage) leastSize() int {
	least := records.Number(0)
	p.price("performance_storage_space", func(i *storageItem, _ *storagePrice) bool {
		if i.Least > 0 && (least == 0 || i.Least < least) {
			least = i.Least
		}
		return false
	})
	return int(least)
}

func (p *storagePackage) tierSpace(t *storageTier, size int) int {
	return p.price("performance_storage_space", func(i *storageItem, _ *storagePrice) bool {
		return strings.HasSuffix(i.KeyName, t.space) && i.within(size)
	})
}

func (p *storagePackage) tierLevel(t *storageTier) int {
	return p.price("storage_tier_level", func(i *storageItem, _ *storagePrice) bool { return i.Capacity == records.Number(t.level) })
}

func (p *storagePackage) performanceSpace(size int) int {
	return p.price("performance_storage_space", func(i *storageItem, _ *storagePrice) bool {
		return i.KeyName == fmt.Sprintf("%.0f_%.0f_GBS", i.Least, i.Most) && i.within(size)
	})
}

func (p *storagePackage) performance(iops, size int) int {
	return p.price("performance_storage_iops", func(i *storageItem, price *storagePrice) bool {
		return i.within(iops) && price.restricted("STORAGE_SPACE", size)
	})
}

// level is what the snapshots and the speed of a volume are priced by: the
// level of its tier, or its operations a second: those asked for or, if none
// were, as few as a volume of a size may have.
func (p *storagePackage) level(kind string, size int, iops string) (int, error) {
	if tier := tierOf(kind); tier != nil {
		return tier.level, nil
	}
	if iops != "" {
		n, err := strconv.Atoi(iops)
		if err != nil || p.performance(n, size) == 0 {
			return 0, volume.InvalidMetadata("%s can't be %s for a volume of %d GB.", iopsProperty, iops, size)
		}
		return n, nil
	}
	least := records.Number(0)
	p.price("performance_storage_iops", func(i *storageItem, price *storagePrice) bool {
		least = i.Least
		return price.restricted("STORAGE_SPACE", size)
	})
	return int(least), nil
}

// speed are the prices of the space and the speed of a volume of a type; 0
// stands for what is not sold. A volume without a tier has so many operations a
// second.
func (p *storagePackage) speed(kind string, size, iops int) []int {
	if tier := tierOf(kind); tier != nil {
		return []int{p.tierSpace(tier, size), p.tierLevel(tier)}
	}
	return []int{p.performanceSpace(size), p.performance(iops, size)}
}

// restrictionOf says by what the space for snapshots is priced.
func restrictionOf(kind string) string {
	if tierOf(kind) != nil {
		return "STORAGE_TIER_LEVEL"
	}
	return "IOPS"
}

// snapshotSpace is the price of so many gigabytes for snapshots, of a volume
// of a type and a level.
func (p *storagePackage) snapshotSpace(space, kind string, level int) int {
	return p.price("storage_snapshot_space", func(i *storageItem, price *storagePrice) bool {
		return strconv.Itoa(int(i.Capacity)) == space && price.restricted(restrictionOf(kind), level)
	})
}

// spaceFor is the smallest space for snapshots that holds a volume of a size,
// or the largest there is.
func (p *storagePackage) spaceFor(size int, kind string, level int) (space, price int) {
	p.price("storage_snapshot_space", func(i *storageItem, one *storagePrice) bool {
		if c := int(i.Capacity); one.restricted(restrictionOf(kind), level) && (space == 0 || c >= size && c < space || space < size && c > space) {
			space, price = c, one.ID
		}
		return false
	})
	return space, price
}

// disk is the smallest disk of at least a size, and its price; 0: there is
// none.
func (p *storagePackage) disk(size int) (capacity, price int) {
	for _, i := range p.Items {
		if c := int(i.Capacity); c >= size && (capacity == 0 || c < capacity) && len(i.Prices) > 0 {
			capacity, price = c, i.Prices[0].ID
		}
	}
	return capacity, price
}
