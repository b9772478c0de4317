package volume

import (
	"context"
	"strconv"
	"time"

	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// done tells whether SoftLayer has carried c out.
func (c *change) done(s *records.Storage) bool {
	return s.Capacity >= c.Size && (c.Type == "" || typeOf(&s.StorageSize) == c.Type)
}

// changeAge is how long a change may take. One that SoftLayer has neither made
// nor refused by then is no reason to let nobody touch the volume.
const changeAge = 7 * 24 * time.Hour

// doing is what a volume does meanwhile.
func (c *change) doing() string {
	if c.Type != "" {
		return "retyping"
	}
	return "extending"
}

// changed looks what became of an order to change s.
func (d *Volumes) changed(ctx context.Context, v *volume.Volume, s *records.Storage, k *kept, fates map[int]fate) *kept {
	c := k.Change
	old := c != nil && d.Opts.Now().Sub(c.Placed) > changeAge
	if c == nil || !c.done(s) && !fates[c.Number].refused && !old {
		return k
	}
	now := k.clone()
	now.Change = nil
	if !c.done(s) && !old {
		action, text := "007", "extend volume:The cloud refused to make the volume larger. Nothing is charged."
		if c.Type != "" {
			action, text = "017", "retype volume:The cloud refused to give the volume another type. Nothing is charged."
		} else {
			now.Status, now.Over = "error_extending", attached(k.attachments(v.Attachments))
		}
		d.tell(ctx, v.ID, c.Number, "", action, text)
	}
	_ = d.put(context.WithoutCancel(ctx), volumeRecord, v.ID, now)
	return now
}

// ExtendVolume orders more space. It takes two calls once prices are known.
func (d *Volumes) ExtendVolume(ctx context.Context, id string, size int) error {
	return d.alter(ctx, id, core.VolumeChange{Size: size})
}

// RetypeVolume orders another tier: SoftLayer moves nothing between its kinds
// of storage.
func (d *Volumes) RetypeVolume(ctx context.Context, id, kind string, _ bool) error {
	name := typeNamed(kind)
	if name == "" {
		return volume.TypeNotFound(kind)
	}
	return d.alter(ctx, id, core.VolumeChange{Type: name})
}

// alter orders a change of block storage.
func (d *Volumes) alter(ctx context.Context, id string, want core.VolumeChange) error {
	unlock, err := d.Lock(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	v, err := d.Look(ctx, id)
	switch {
	case err != nil:
		return err
	case v.Boot != nil:
		return errBoot(v.ID)
	case v.Disk != nil && want.Size > 0:
		return volume.InvalidVolume("The cloud can't make a volume of type %s larger.", PortableType)
	case v.Disk != nil || want.Type != "" && (tierOf(want.Type) == nil || tierOf(v.Type) == nil):
		return volume.InvalidVolume("The cloud can't make a volume of type %s one of type %s: only between the types of endurance.", v.Type, want.Type)
	case v.Storage == nil || v.kept.Change != nil:
		return volume.InvalidVolume("Volume %s is busy: it is %s.", v.ID, v.Status)
	}
	if rule := d.Opts.Ordering.Change; rule != nil {
		if err := rule(ctx, v.ID, &want); err != nil {
			return err
		}
	}
	order, err := d.upgradeOrder(ctx, v.Storage, want)
	if err != nil {
		return err
	}
	number, err := d.Buy(ctx, order)
	if err != nil {
		return err
	}
	_, err = d.amend(ctx, volumeRecord, v.ID, func(k *kept) {
		k.Change = &change{Number: number, Placed: d.Opts.Now().UTC(), Size: want.Size, Type: want.Type}
	})
	return err
}

// upgradeOrder is an order of more space, or of another tier.
func (d *Volumes) upgradeOrder(ctx context.Context, s *records.Storage, want core.VolumeChange) (map[string]any, error) {
	sold, err := d.storageSold.Get(ctx, d.loadStorage)
	if err != nil {
		return nil, err
	}
	size, kind := max(want.Size, s.Capacity), want.Type
	if kind == "" {
		kind = typeOf(&s.StorageSize)
	}
	o := map[string]any{
		"complexType": "SoftLayer_Container_Product_Order_Network_Storage_AsAService_Upgrade", "packageId": sold.ID,
		"volume": map[string]any{"id": s.ID}, "volumeSize": size,
	}
	level, _ := strconv.Atoi(s.IOPS)
	if tierOf(kind) == nil {
		o["iops"] = level
	}
	prices := append([]int{sold.price("storage_as_a_service", nil)}, sold.speed(kind, size, level)...)
	for _, p := range prices {
		if p == 0 {
			return nil, volume.InvalidSize("the cloud has no volume of %d GB of type %s.", size, kind)
		}
	}
	o["prices"] = core.PriceList(prices...)
	return o, nil
}
