package volume

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// fate is what became of an order.
type fate struct {
	refused bool // SoftLayer does not carry it out
	made    bool // there is, or was, something to bill
}

// billedOrder is SoftLayer_Billing_Order.
type billedOrder struct {
	ID         int               `json:"id"`
	Status     string            `json:"status"`
	CreateDate records.Timestamp `json:"createDate"`
	Items      []struct {
		Category    string            `json:"categoryCode"`
		BillingItem *records.Numbered `json:"billingItem"`
	} `json:"orderTopLevelItems"`
}

var orderForm = records.FormOf[billedOrder]()

// refusals are how the statuses of orders begin that are not carried out.
// SoftLayer documents none of them.
var refusals = []string{"CANCEL", "REJECT", "DECLINE", "DENIED"}

func (o *billedOrder) fate() fate {
	f := fate{made: len(o.Items) > 0 && o.Items[0].BillingItem != nil}
	for _, word := range refusals {
		f.refused = f.refused || !f.made && strings.HasPrefix(strings.ToUpper(o.Status), word)
	}
	return f
}

// fates asks what became of orders, with one call.
func (d *Volumes) fates(ctx context.Context, numbers []int) (map[int]fate, error) {
	all, err := orderForm.All(ctx, d.API, upstream.Call{
		Service: "Account", Method: "getOrders", Filter: upstream.Filter{"orders": upstream.Filter{"id": upstream.Among(numbers)}},
	})
	fates := make(map[int]fate, len(all))
	for i := range all {
		fates[all[i].ID] = all[i].fate()
	}
	return fates, err
}

// pending are the numbers of the orders of k that may be refused yet.
func (k *kept) pending() (list []int) {
	if k.Order != nil && !k.Order.Refused {
		list = append(list, k.Order.Number)
	}
	if k.Change != nil {
		list = append(list, k.Change.Number)
	}
	return list
}

// appears is how long it may take at most from when there is a bill until what
// is billed is listed.
const appears = 10 * time.Minute

// awaited is a volume that was ordered and that SoftLayer does not show; nil:
// it is gone.
func (d *Volumes) awaited(ctx context.Context, id string, k *kept, f fate) *volume.Volume {
	o := k.Order
	v := &volume.Volume{
		ID: id, ProjectID: keep.Account(ctx), Status: "creating", Size: o.Size, Type: o.Type, TypeID: typeID(o.Type), Zone: o.Zone, Created: o.Placed,
	}
	k.describe(v)
	v.Attachments = k.attachments(nil)
	switch {
	case f.made && d.Opts.Now().Sub(o.Placed) > appears: // somebody cancelled it in SoftLayer
		return nil
	case f.refused && !o.Refused:
		d.refused(ctx, id, k)
		v.Status = "error"
	case o.Refused:
		v.Status = "error"
	case k.Doomed:
		v.Status = "deleting"
	case k.Status != "" && k.Over == "creating":
		v.Status = k.Status
	}
	return v
}

// refused keeps that an order was refused, and tells its user.
func (d *Volumes) refused(ctx context.Context, id string, k *kept) {
	d.tell(ctx, id, k.Order.Number, k.Order.Request, "008", "create volume from backend storage:The cloud refused the order of the volume. Nothing is charged.")
	_, _ = d.amend(ctx, volumeRecord, id, func(k *kept) { // else the next who looks does it
		if k.Order != nil {
			k.Order.Refused = true
		}
	})
}

// onOrder is a volume that SoftLayer does not show.
func (d *Volumes) onOrder(ctx context.Context, id string) (*Seen, error) {
	id = keep.Canonical(id)
	category := "storage_as_a_service"
	number, ok := keep.NumberOf(keep.StorageOrderKind, id)
	if !ok {
		category = "" // that of portable storage is not known
		if number, ok = keep.NumberOf(keep.DiskOrderKind, id); !ok {
			return nil, jumpgate.NotFound
		}
	}
	k, err := d.kept(ctx, volumeRecord, id)
	if err != nil {
		return nil, err
	}
	order, err := orderForm.Get(ctx, d.API, "Billing_Order", strconv.Itoa(number))
	if err != nil {
		return nil, err
	}
	f := order.fate()
	switch {
	case len(order.Items) != 1 || !strings.HasPrefix(order.Items[0].Category, category):
		return nil, jumpgate.NotFound
	case f.made && k.Order == nil: // it was there, and is gone
		return nil, jumpgate.NotFound
	case f.made: // it may have appeared while we asked
		return d.appeared(ctx, id, k)
	case k.Order == nil && f.refused: // and deleted since
		return nil, jumpgate.NotFound
	case k.Order == nil: // by somebody who shares no store with us
		k.Order = &ordered{Number: number, Placed: order.CreateDate.Time}
	}
	v := d.awaited(ctx, id, k, f)
	if v == nil {
		return nil, jumpgate.NotFound
	}
	return &Seen{Volume: v, kept: k, base: "creating"}, nil
}

// appeared is a volume that has a bill. One that is not there either was
// cancelled.
func (d *Volumes) appeared(ctx context.Context, id string, k *kept) (*Seen, error) {
	s, disk, err := d.find(ctx, id)
	switch {
	case errors.Is(err, jumpgate.NotFound) && k.Order != nil && d.Opts.Now().Sub(k.Order.Placed) > appears:
		d.drop(ctx, volumeRecord, id)
		return nil, err
	case err != nil:
		return nil, err
	case s != nil:
		return d.ofStorage(ctx, s, k, nil), nil
	}
	return d.ofDisk(ctx, disk, k), nil
}

// arrived writes the notes of a thing that is there now. If SoftLayer does not
// take them for now, the next one to see it tries again. has is what somebody
// else has written there meanwhile.
func (d *Volumes) arrived(ctx context.Context, kind, id, has string, k *kept, write func(notes string) error) *kept {
	if k.Order == nil && k.Said == nil {
		return k
	}
	now := k.clone()
	now.Order = nil
	switch notes, err := k.Said.notes(); {
	case k.Said == nil || err != nil: // too long for SoftLayer
	case has == notes, has != "" && k.Order != nil && !k.Order.Named:
		now.Said = nil // who named it there knew what it is
	case !mayWrite(ctx) || write(notes) != nil:
		return k // its order is remembered, for that tells who asked
	default:
		// k is still true for this answer, whoever keeps what follows.
		now.Said = nil
		_ = d.put(context.WithoutCancel(ctx), kind, id, now)
		return k
	}
	if now.Order != k.Order || now.Said != k.Said {
		_ = d.put(context.WithoutCancel(ctx), kind, id, now)
	}
	return now
}

// mayWrite tells whether the caller may change anything: it is no use to try as
// one who only reads.
func mayWrite(ctx context.Context) bool {
	p := jumpgate.PrincipalFrom(ctx)
	return p == nil || len(p.Roles) == 0 || p.HasRole("member")
}

// notes are s as SoftLayer keeps it.
func (s *said) notes() (string, error) {
	if s == nil {
		return "", nil
	}
	return keep.Join(s.Name, keep.Envelope{Known: keep.Known{Description: s.Description, Metadata: s.Metadata, Unnamed: s.Name == ""}})
}

// SetNotes replaces the notes of a volume or a snapshot.
func (d *Volumes) SetNotes(ctx context.Context, number int, notes string) error {
	return d.API.Order(ctx, upstream.Call{
		Service: "Network_Storage", ID: strconv.Itoa(number), Method: "editObject", Args: []any{map[string]string{"notes": notes}},
	})
}

// setDescription replaces the description of a disk.
func (d *Volumes) setDescription(ctx context.Context, number int, text string) error {
	return d.API.Order(ctx, upstream.Call{
		Service: "Virtual_Disk_Image", ID: strconv.Itoa(number), Method: "editObject", Args: []any{map[string]string{"description": text}},
	})
}
