package volume

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// What of a volume's metadata counts when it is ordered.
const (
	iopsProperty      = "iops"           // operations a second, of type performance
	SnapshotsProperty = "snapshot_space" // gigabytes for snapshots
)

// defaultVolumeName is for SoftLayer, which sells no portable storage without
// a name.
const defaultVolumeName = "volume"

// wantedVolume is an order for a volume. The size is settled last: SoftLayer
// sells certain ones.
type wantedVolume struct {
	volume.Create
	notes  string
	origin *records.Storage // what it is to be a copy of; nil: nothing
}

// CreateVolume orders storage: hourly, and with Linux in mind. It takes one
// call once prices are known, or two for a copy of a snapshot.
func (d *Volumes) CreateVolume(ctx context.Context, c volume.Create) (*volume.Volume, error) {
	if rule := d.Opts.Ordering.Volume; rule != nil {
		if err := rule(ctx, &c); err != nil {
			return nil, err
		}
	}
	w, err := d.wantedVolume(ctx, c)
	if err != nil {
		return nil, err
	}
	fill, kind := d.storageOrder, keep.StorageOrderKind
	if w.Type == PortableType {
		fill, kind = d.diskOrder, keep.DiskOrderKind
	}
	order, err := fill(ctx, w)
	if err != nil {
		return nil, err
	}
	number, err := d.Buy(ctx, order)
	var no *upstream.Refusal
	switch {
	case errors.As(err, &no) && (strings.Contains(no.Text, "limit") || strings.Contains(no.Text, "maximum")):
		return nil, jumpgate.Forbidden.Wrap(err, "VolumeLimitExceeded: Maximum number of volumes allowed exceeded for quota 'volumes'.")
	case err != nil:
		return nil, err
	}
	v := &volume.Volume{
		ID: keep.IDOf(kind, number), Name: w.Name, Description: w.Description, Metadata: w.Metadata, Status: "creating", Size: w.Size, Type: w.Type,
		Zone: w.Zone, SnapshotID: w.SnapshotID, Created: d.Opts.Now().UTC().Truncate(time.Second),
	}
	if p := jumpgate.PrincipalFrom(ctx); p != nil {
		v.ProjectID, v.UserID = p.ProjectID, p.UserID
	}
	d.ordered.add(ctx, &volumeOrder{keep.AccountKey(ctx), w.notes, *v})
	return v, nil
}

// wantedVolume finds what c names, and chooses what it leaves open.
func (d *Volumes) wantedVolume(ctx context.Context, c volume.Create) (*wantedVolume, error) {
	w := &wantedVolume{Create: c}
	if c.SnapshotID != "" {
		s, err := d.snapshot(ctx, c.SnapshotID)
		if errors.Is(err, jumpgate.NotFound) {
			err = volume.SnapshotNotFound(c.SnapshotID)
		}
		if err != nil {
			return nil, err
		}
		w.origin = s.Parent
		w.Type = cmp.Or(w.Type, typeOf(s.Parent))
	}
	w.Type = cmp.Or(w.Type, d.Opts.VolumeType)
	if !slices.Contains(Types, w.Type) {
		return nil, volume.TypeNotFound(w.Type)
	}
	cat, err := d.CatalogueOf(ctx)
	if err != nil {
		return nil, err
	}
	if w.Zone == "nova" { // Nova's default zone is nobody's choice
		w.Zone = ""
	}
	if w.Zone, err = d.Zone(cat, w.Zone); err != nil {
		return nil, volume.ZoneNotFound(c.Zone)
	}
	w.notes, err = keep.Join(c.Name, keep.Envelope{Known: keep.Known{Description: c.Description, Metadata: c.Metadata}})
	return w, err
}

// noSuchSize is for a size that is not sold.
func (w *wantedVolume) noSuchSize() error {
	return jumpgate.BadRequest.New("Invalid volume size: the cloud has no volume of %d GB of type %s.", w.Size, w.Type)
}

// storageOrder is an order for block storage.
func (d *Volumes) storageOrder(ctx context.Context, w *wantedVolume) (map[string]any, error) {
	sold, err := d.storageSold.Get(ctx, d.loadStorage)
	if err != nil {
		return nil, err
	}
	w.Size = max(w.Size, sold.leastSize())
	o := map[string]any{
		"complexType": "SoftLayer_Container_Product_Order_Network_Storage_AsAService", "packageId": sold.ID, "quantity": 1,
		"location": sold.location(w.Zone), "volumeSize": w.Size, "useHourlyPricing": true, "osFormatType": map[string]any{"keyName": "LINUX"},
	}
	prices, level := []int{sold.price("storage_as_a_service", nil), sold.price("storage_block", nil)}, 0
	tier := tierOf(w.Type)
	if tier != nil {
		level = tier.level
		prices = append(prices, sold.tierSpace(tier, w.Size), sold.tierLevel(tier))
	} else {
		if level, err = sold.iops(w.Size, w.Metadata[iopsProperty]); err != nil {
			return nil, err
		}
		o["iops"] = level
		prices = append(prices, sold.performanceSpace(w.Size), sold.performance(level, w.Size))
	}
	if slices.Contains(prices, 0) {
		return nil, w.noSuchSize()
	}
	if space := w.Metadata[SnapshotsProperty]; space != "" {
		price := sold.snapshotSpace(space, tier != nil, level)
		if price == 0 {
			return nil, jumpgate.BadRequest.New("Invalid metadata: the cloud has no %s of %s GB for this volume.", SnapshotsProperty, space)
		}
		prices = append(prices, price)
	}
	o["prices"] = core.PriceList(prices...)
	return o, w.copyInto(o)
}

// copyInto puts into an order what the volume is to be a copy of.
func (w *wantedVolume) copyInto(order map[string]any) error {
	if w.origin == nil {
		return nil
	}
	if w.Size < w.origin.Capacity {
		return jumpgate.BadRequest.New("Invalid volume size: a volume of %d GB is smaller than the snapshot of %d GB.", w.Size, w.origin.Capacity)
	}
	number, _ := keep.NumberOf(keep.SnapshotKind, w.SnapshotID)
	order["duplicateOriginVolumeId"], order["duplicateOriginSnapshotId"] = w.origin.ID, number
	return nil
}

// diskOrder is an order for portable storage: of the smallest size on sale
// that is large enough.
func (d *Volumes) diskOrder(ctx context.Context, w *wantedVolume) (map[string]any, error) {
	if w.origin != nil {
		return nil, jumpgate.BadRequest.New("Invalid volume type: a volume of type %s can't be made of a snapshot.", PortableType)
	}
	sold, err := d.disksSold.Get(ctx, d.loadDisks)
	if err != nil {
		return nil, err
	}
	size, price := sold.disk(w.Size)
	if price == 0 {
		return nil, w.noSuchSize()
	}
	w.Size = size
	return map[string]any{
		"complexType": "SoftLayer_Container_Product_Order_Virtual_Disk_Image", "packageId": sold.ID, "quantity": 1,
		"location": sold.location(w.Zone), "useHourlyPricing": true, "prices": core.PriceList(price),
		"diskDescription": cmp.Or(w.notes, defaultVolumeName),
	}, nil
}
