package softlayer

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// orders remember the volumes that this process has ordered until SoftLayer
// shows them. An order of block storage takes no name, so that is written as
// soon as there is something to name: if it is lost, the volume has the name
// that SoftLayer gave it. The zero value is ready.
type orders struct {
	mu   sync.Mutex
	open map[string]*volumeOrder // by the volume's id
}

type volumeOrder struct {
	account string
	notes   string // still to be written; may be empty
	volume  volume.Volume
}

const (
	// maxOrders bounds the memory; beyond it all are forgotten.
	maxOrders = 1000
	// orderAge is how long an order may take.
	orderAge = time.Hour
)

func (o *orders) add(account, notes string, v *volume.Volume) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.open == nil || len(o.open) >= maxOrders {
		o.open = make(map[string]*volumeOrder)
	}
	o.open[v.ID] = &volumeOrder{account, notes, *v}
}

// all are the volumes that an account waits for, since a time at most.
func (o *orders) all(account string, since time.Time) []*volume.Volume {
	o.mu.Lock()
	defer o.mu.Unlock()
	var list []*volume.Volume
	for _, order := range o.open {
		if order.account == account && order.volume.Created.After(since) {
			v := order.volume
			list = append(list, &v)
		}
	}
	return list
}

// get is a volume that somebody waits for; nil: nobody does.
func (o *orders) get(id string) *volume.Volume {
	o.mu.Lock()
	defer o.mu.Unlock()
	if order := o.open[id]; order != nil {
		v := order.volume
		return &v
	}
	return nil
}

// take ends an order that somebody waits for, and returns it; nil: nobody does.
func (o *orders) take(id string) *volumeOrder {
	o.mu.Lock()
	defer o.mu.Unlock()
	order := o.open[id]
	delete(o.open, id)
	return order
}

// arrived writes the notes of a volume that is seen for the first time. If
// SoftLayer does not take them, from this user or for now, the next one to see
// the volume tries again.
func (d *Driver) arrived(ctx context.Context, s *storage) {
	order := d.ordered.take(s.id())
	if order == nil || order.notes == "" || s.Notes != "" {
		return
	}
	s.Notes = order.notes
	if err := d.setNotes(ctx, s.ID, order.notes); err != nil && order.volume.Created.After(d.opts.Now().Add(-orderAge)) {
		d.ordered.add(order.account, order.notes, &order.volume)
	}
}

// onOrder is a volume that SoftLayer does not show yet. Only the process that
// ordered it knows all of it.
func (d *Driver) onOrder(ctx context.Context, id string) (*volume.Volume, error) {
	id = strings.ToLower(id)
	category := "storage_as_a_service"
	number, ok := numberOf(storageOrderKind, id)
	if !ok {
		category = "" // that of portable storage is not known
		if number, ok = numberOf(diskOrderKind, id); !ok {
			return nil, jumpgate.NotFound
		}
	}
	var order struct {
		AccountID  int       `json:"accountId"`
		CreateDate timestamp `json:"createDate"`
		Items      []struct {
			Category    string    `json:"categoryCode"`
			BillingItem *numbered `json:"billingItem"`
		} `json:"orderTopLevelItems"`
	}
	_, err := d.api.do(ctx, call{
		service: "Billing_Order", id: strconv.Itoa(number), method: "getObject",
		mask: "mask[id,accountId,createDate,orderTopLevelItems[id,categoryCode,billingItem.id]]",
	}, &order)
	if err != nil {
		return nil, err
	}
	// What was made and is not shown any more is gone.
	if len(order.Items) != 1 || !strings.HasPrefix(order.Items[0].Category, category) || order.Items[0].BillingItem != nil ||
		d.opts.Now().Sub(order.CreateDate.Time) > orderAge {
		d.ordered.take(id)
		return nil, jumpgate.NotFound
	}
	if v := d.ordered.get(id); v != nil {
		return v, nil
	}
	return &volume.Volume{ID: id, ProjectID: strconv.Itoa(order.AccountID), Status: "creating", Created: order.CreateDate.Time}, nil
}

// setNotes replaces the notes of a volume or a snapshot.
func (d *Driver) setNotes(ctx context.Context, number int, notes string) error {
	return d.api.order(ctx, call{
		service: "Network_Storage", id: strconv.Itoa(number), method: "editObject", args: []any{map[string]string{"notes": notes}},
	})
}

// buy places an order and returns its number.
func (d *Driver) buy(ctx context.Context, order map[string]any) (int, error) {
	var receipt struct {
		OrderID int `json:"orderId"`
	}
	_, err := d.api.do(ctx, call{service: "Product_Order", method: "placeOrder", args: []any{order, false}}, &receipt)
	if err == nil && receipt.OrderID == 0 {
		err = jumpgate.BadGateway.Wrap(errNoOrder, "The cloud did not say whether it takes the order. Please look at what there is before trying again.")
	}
	return receipt.OrderID, err
}

var errNoOrder = errors.New("SoftLayer_Product_Order::placeOrder: no order")
