package softlayer

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// What of a volume's metadata counts when it is ordered.
const (
	iopsProperty      = "iops"           // operations a second, of type performance
	snapshotsProperty = "snapshot_space" // gigabytes for snapshots
)

// defaultVolumeName is for SoftLayer, which sells no portable storage without
// a name.
const defaultVolumeName = "volume"

// CreateVolume orders storage: hourly, and with Linux in mind. It takes one
// call once prices are known, or two for a copy of a snapshot.
func (d *Driver) CreateVolume(ctx context.Context, c volume.Create) (*volume.Volume, error) {
	var origin *storage
	if c.SnapshotID != "" {
		s, err := d.snapshot(ctx, c.SnapshotID)
		if errors.Is(err, jumpgate.NotFound) {
			err = volume.SnapshotNotFound(c.SnapshotID)
		}
		if err != nil {
			return nil, err
		}
		origin = s.Parent
		if c.Type == "" {
			c.Type = origin.typ()
		}
	}
	c.Type = cmp.Or(c.Type, d.opts.VolumeType)
	if !slices.Contains(volumeTypes, c.Type) {
		return nil, volume.TypeNotFound(c.Type)
	}
	cat, err := d.catalogueOf(ctx)
	if err != nil {
		return nil, err
	}
	zone := c.Zone
	if zone == "nova" { // Nova's default zone is nobody's choice
		zone = ""
	}
	if zone, err = d.zone(cat, zone); err != nil {
		return nil, volume.ZoneNotFound(c.Zone)
	}
	notes, err := joinNotes(c.Name, envelope{known: known{Description: c.Description, Metadata: c.Metadata}})
	if err != nil {
		return nil, err
	}
	v := &volume.Volume{
		Name: c.Name, Description: c.Description, Metadata: c.Metadata, Status: "creating", Type: c.Type, Zone: zone, SnapshotID: c.SnapshotID,
		Created: d.opts.Now().UTC().Truncate(time.Second),
	}
	if p := jumpgate.PrincipalFrom(ctx); p != nil {
		v.ProjectID, v.UserID = p.ProjectID, p.UserID
	}
	order, kind := d.storageOrder, storageOrderKind
	if c.Type == portableType {
		order, kind = d.diskOrder, diskOrderKind
	}
	what, err := order(ctx, c, zone, notes, origin)
	if err != nil {
		return nil, err
	}
	v.Size = what.size
	number, err := d.buy(ctx, what.container)
	if err != nil {
		return nil, err
	}
	v.ID = idOf(kind, number)
	d.ordered.add(accountKey(ctx), notes, v)
	return v, nil
}

// volumeWanted is an order for a volume, and the size that it will have.
type volumeWanted struct {
	container map[string]any
	size      int
}

// storageOrder is an order for block storage.
func (d *Driver) storageOrder(ctx context.Context, c volume.Create, zone, _ string, origin *storage) (*volumeWanted, error) {
	sold, err := d.storageSold.get(ctx, accountKey(ctx), d.loadStorage)
	if err != nil {
		return nil, err
	}
	size := max(c.Size, sold.leastSize())
	o := map[string]any{
		"complexType": "SoftLayer_Container_Product_Order_Network_Storage_AsAService", "packageId": sold.ID, "quantity": 1,
		"location": sold.location(zone), "volumeSize": size, "useHourlyPricing": true, "osFormatType": map[string]any{"keyName": "LINUX"},
	}
	prices, level := []int{sold.price("storage_as_a_service", nil), sold.price("storage_block", nil)}, 0
	tier := tierOf(c.Type)
	if tier != nil {
		level = tier.level
		prices = append(prices, sold.tierSpace(tier, size), sold.tierLevel(tier))
	} else {
		if level, err = sold.iops(size, c.Metadata[iopsProperty]); err != nil {
			return nil, err
		}
		o["iops"] = level
		prices = append(prices, sold.performanceSpace(size), sold.performance(level, size))
	}
	if slices.Contains(prices, 0) {
		return nil, jumpgate.BadRequest.New("Invalid volume size: the cloud has no volume of %d GB of type %s.", c.Size, c.Type)
	}
	if space := c.Metadata[snapshotsProperty]; space != "" {
		price := sold.snapshotSpace(space, tier != nil, level)
		if price == 0 {
			return nil, jumpgate.BadRequest.New("Invalid metadata: the cloud has no %s of %s GB for this volume.", snapshotsProperty, space)
		}
		prices = append(prices, price)
	}
	if origin != nil {
		number, _ := numberOf(snapshotKind, c.SnapshotID)
		o["duplicateOriginVolumeId"], o["duplicateOriginSnapshotId"] = origin.ID, number
		if size < origin.Capacity {
			return nil, jumpgate.BadRequest.New("Invalid volume size: a volume of %d GB is smaller than the snapshot of %d GB.", c.Size, origin.Capacity)
		}
	}
	o["prices"] = priceList(prices...)
	return &volumeWanted{o, size}, nil
}

// diskOrder is an order for portable storage: of the smallest size on sale
// that is large enough.
func (d *Driver) diskOrder(ctx context.Context, c volume.Create, zone, notes string, origin *storage) (*volumeWanted, error) {
	if origin != nil {
		return nil, jumpgate.BadRequest.New("Invalid volume type: a volume of type %s can't be made of a snapshot.", portableType)
	}
	sold, err := d.disksSold.get(ctx, accountKey(ctx), d.loadDisks)
	if err != nil {
		return nil, err
	}
	size, price := sold.disk(c.Size)
	if price == 0 {
		return nil, jumpgate.BadRequest.New("Invalid volume size: the cloud has no volume of %d GB of type %s.", c.Size, c.Type)
	}
	return &volumeWanted{map[string]any{
		"complexType": "SoftLayer_Container_Product_Order_Virtual_Disk_Image", "packageId": sold.ID, "quantity": 1,
		"location": sold.location(zone), "useHourlyPricing": true, "prices": priceList(price),
		"diskDescription": cmp.Or(strings.TrimSpace(notes), defaultVolumeName),
	}, size}, nil
}

func priceList(numbers ...int) []any {
	list := make([]any, len(numbers))
	for i, n := range numbers {
		list[i] = map[string]any{"id": n}
	}
	return list
}
