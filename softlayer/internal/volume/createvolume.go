package volume

import (
	"cmp"
	"context"
	"errors"
	"fmt"
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

// wantedVolume is an order for a volume. The size is settled last: SoftLayer
// sells certain ones.
type wantedVolume struct {
	volume.Create
	said   said
	origin *records.StorageBase // what it is to be a copy of; nil: nothing
}

// CreateVolume orders storage: hourly, and with Linux in mind. It takes one
// call once prices are known, or two for a copy.
func (d *Volumes) CreateVolume(ctx context.Context, c volume.Create) (*volume.Volume, error) {
	return d.CreateVolumeFrom(ctx, volume.Source{}, c)
}

// CreateVolumeFrom orders a copy of a volume: SoftLayer makes none of images.
func (d *Volumes) CreateVolumeFrom(ctx context.Context, src volume.Source, c volume.Create) (*volume.Volume, error) {
	if src.ImageID != "" || src.BackupID != "" {
		return nil, volume.InvalidInput("The cloud makes volumes of volumes and of snapshots, not of images or backups.")
	}
	if err := d.ruled(ctx, &c); err != nil {
		return nil, err
	}
	p, err := d.plan(ctx, src, c)
	if err != nil {
		return nil, err
	}
	owner, free, err := d.intend(ctx, d.wishOf(p))
	if err != nil {
		return nil, err
	}
	number, err := d.BuyFor(ctx, owner, p.order)
	var unsure *upstream.Unsure
	if err != nil {
		if !errors.As(err, &unsure) { // it may still come true
			free()
		}
		return nil, tooMany(err)
	}
	k := p.kept
	k.Order.Number = number
	id := keep.IDOf(p.kind, number)
	v := d.awaited(ctx, id, k, fate{})
	// The volume is bought, so it is told whatever happens to its name.
	if d.put(context.WithoutCancel(ctx), volumeRecord, id, k) == nil {
		free()
	}
	return v, nil
}

// ruled applies the program's rule about volumes to an order.
func (d *Volumes) ruled(ctx context.Context, c *volume.Create) error {
	if rule := d.Opts.Ordering.Volume; rule != nil {
		return rule(ctx, c)
	}
	return nil
}

// plan is what is ordered for a volume, and what is to be kept of it.
type plan struct {
	*wantedVolume
	order map[string]any
	kind  keep.Kind // of the id
	kept  *kept
}

// plan finds what an order is to say. It places none.
func (d *Volumes) plan(ctx context.Context, src volume.Source, c volume.Create) (*plan, error) {
	w, err := d.wantedVolume(ctx, src, c)
	if err != nil {
		return nil, err
	}
	p := &plan{wantedVolume: w, kind: keep.StorageOrderKind}
	fill := d.storageOrder
	if w.Type == PortableType {
		fill, p.kind = d.diskOrder, keep.DiskOrderKind
	}
	if p.order, err = fill(ctx, w); err != nil {
		return nil, err
	}
	k := &kept{Order: &ordered{Size: w.Size, Type: w.Type, Zone: w.Zone, Placed: d.Opts.Now().UTC().Truncate(time.Second), Named: p.kind == keep.DiskOrderKind}}
	if who := jumpgate.PrincipalFrom(ctx); who != nil {
		k.Order.User = who.UserID
	}
	if r := jumpgate.RequestFrom(ctx); r != nil {
		k.Order.Request = r.Env.RequestID
	}
	k.SnapshotID, k.SourceID, k.Said = w.SnapshotID, src.VolumeID, &w.said
	p.kept = k
	return p, nil
}

// tooMany words SoftLayer's refusal of one volume too many.
func tooMany(err error) error {
	var no *upstream.Refusal
	if errors.As(err, &no) && (strings.Contains(no.Text, "limit") || strings.Contains(no.Text, "maximum")) {
		return fmt.Errorf("%w: %w", volume.NoMoreVolumes(), err)
	}
	return err
}

// wantedVolume finds what c names, and chooses what it leaves open.
func (d *Volumes) wantedVolume(ctx context.Context, src volume.Source, c volume.Create) (*wantedVolume, error) {
	w := &wantedVolume{Create: c, said: said{c.Name, c.Description, c.Metadata}}
	if err := d.originOf(ctx, w, src); err != nil {
		return nil, err
	}
	w.Type = cmp.Or(w.Type, d.Opts.VolumeType)
	name := typeNamed(w.Type)
	if name == "" {
		return nil, volume.TypeNotFound(w.Type)
	}
	w.Type = name
	cat, err := d.CatalogueOf(ctx)
	if err != nil {
		return nil, err
	}
	if w.Zone == "nova" { // Nova's default zone is nobody's choice
		w.Zone = ""
	}
	if w.origin != nil {
		w.Zone = cmp.Or(w.Zone, w.origin.Resource.Datacenter.Name)
	}
	if w.Zone, err = d.Zone(cat, w.Zone); err != nil {
		return nil, volume.ZoneNotFound(c.Zone)
	}
	return w, nil
}

// noSuchSize is for a size that is not sold.
func (w *wantedVolume) noSuchSize() error {
	return volume.InvalidSize("the cloud has no volume of %d GB of type %s.", w.Size, w.Type)
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
	level, err := sold.level(w.Type, w.Size, w.Metadata[iopsProperty])
	if err != nil {
		return nil, err
	}
	if tierOf(w.Type) == nil {
		o["iops"] = level
	}
	prices := append([]int{sold.price("storage_as_a_service", nil), sold.price("storage_block", nil)}, sold.speed(w.Type, w.Size, level)...)
	if slices.Contains(prices, 0) {
		return nil, w.noSuchSize()
	}
	if space := w.Metadata[SnapshotsProperty]; space != "" {
		price := sold.snapshotSpace(space, w.Type, level)
		if price == 0 {
			return nil, volume.InvalidMetadata("the cloud has no %s of %s GB for this volume.", SnapshotsProperty, space)
		}
		prices = append(prices, price)
	}
	o["prices"] = core.PriceList(prices...)
	if w.origin != nil {
		o["duplicateOriginVolumeId"] = w.origin.ID
	}
	if number, ok := keep.NumberOf(keep.SnapshotKind, w.SnapshotID); ok {
		o["duplicateOriginSnapshotId"] = number
	}
	return o, nil
}

// diskOrder is an order for portable storage: of the smallest size on sale
// that is large enough.
func (d *Volumes) diskOrder(ctx context.Context, w *wantedVolume) (map[string]any, error) {
	if w.origin != nil {
		return nil, volume.InvalidType("a volume of type %s can't be made of another one or of a snapshot.", PortableType)
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
	notes, err := w.said.notes()
	if err != nil { // too long: the store keeps it all
		notes = w.Name
	}
	return map[string]any{
		"complexType": "SoftLayer_Container_Product_Order_Virtual_Disk_Image", "packageId": sold.ID, "quantity": 1,
		"location": sold.location(w.Zone), "useHourlyPricing": true, "prices": core.PriceList(price),
		"diskDescription": cmp.Or(notes, PortableType),
	}, nil
}
