package volume

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// orders remember the volumes that this process has ordered until SoftLayer
// shows them. An order of block storage takes no name, so that is written as
// soon as there is something to name: if it is lost, the volume has the name
// that SoftLayer gave it.
type orders struct {
	mu   sync.Mutex
	open *keep.LRU[*volumeOrder] // by account and the volume's id
}

type volumeOrder struct {
	user   string // who waits for it; see keep.AccountKey
	notes  string // still to be written; may be empty
	volume volume.Volume
}

const (
	// maxOrders and ordersEach bound the memory, of all accounts and of each.
	// SoftLayer lets an account have 700 volumes unless asked for more.
	maxOrders  = 20_000
	ordersEach = 1_000

	// OrderAge is how long an order may take.
	OrderAge = time.Hour
)

func newOrders() *orders { return &orders{open: keep.NewLRU[*volumeOrder](ordersEach, maxOrders)} }

func (o *orders) add(ctx context.Context, order *volumeOrder) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.open.Put(keep.Account(ctx), order.volume.ID, order)
}

// all are the volumes that a user waits for, since a time at most.
func (o *orders) all(ctx context.Context, since time.Time) []*volume.Volume {
	o.mu.Lock()
	defer o.mu.Unlock()
	var list []*volume.Volume
	for _, order := range o.open.Of(keep.Account(ctx)) {
		if order.user == keep.AccountKey(ctx) && order.volume.Created.After(since) {
			v := order.volume
			list = append(list, &v)
		}
	}
	return list
}

// get is a volume that somebody waits for; nil: nobody does.
func (o *orders) get(ctx context.Context, id string) *volume.Volume {
	o.mu.Lock()
	defer o.mu.Unlock()
	if order, ok := o.open.Get(keep.Account(ctx), id); ok {
		v := order.volume
		return &v
	}
	return nil
}

// take ends an order that somebody waits for, and returns it; nil: nobody does.
func (o *orders) take(ctx context.Context, id string) *volumeOrder {
	o.mu.Lock()
	defer o.mu.Unlock()
	order, _ := o.open.Get(keep.Account(ctx), id)
	o.open.Delete(keep.Account(ctx), id)
	return order
}

func (o *orders) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.open.Clear()
}

// arrived writes the notes of a volume that is seen for the first time. If
// SoftLayer does not take them, from this user or for now, the next one to see
// the volume tries again.
func (d *Volumes) arrived(ctx context.Context, s *records.Storage) {
	order := d.ordered.take(ctx, s.VolumeID())
	if order == nil || order.notes == "" || s.Notes != "" {
		return
	}
	s.Notes = order.notes
	if err := d.SetNotes(ctx, s.ID, order.notes); err != nil && order.volume.Created.After(d.Opts.Now().Add(-OrderAge)) {
		d.ordered.add(ctx, order)
	}
}

// OnOrder is a volume that SoftLayer does not show yet. Only the process that
// ordered it knows all of it.
func (d *Volumes) OnOrder(ctx context.Context, id string) (*volume.Volume, error) {
	id = strings.ToLower(id)
	category := "storage_as_a_service"
	number, ok := keep.NumberOf(keep.StorageOrderKind, id)
	if !ok {
		category = "" // that of portable storage is not known
		if number, ok = keep.NumberOf(keep.DiskOrderKind, id); !ok {
			return nil, jumpgate.NotFound
		}
	}
	var order struct {
		AccountID  int               `json:"accountId"`
		CreateDate records.Timestamp `json:"createDate"`
		Items      []struct {
			Category    string            `json:"categoryCode"`
			BillingItem *records.Numbered `json:"billingItem"`
		} `json:"orderTopLevelItems"`
	}
	_, err := d.API.Do(ctx, upstream.Call{
		Service: "Billing_Order", ID: strconv.Itoa(number), Method: "getObject",
		Mask: "mask[id,accountId,createDate,orderTopLevelItems[id,categoryCode,billingItem.id]]",
	}, &order)
	if err != nil {
		return nil, err
	}
	// What was made and is not shown any more is gone.
	if len(order.Items) != 1 || !strings.HasPrefix(order.Items[0].Category, category) || order.Items[0].BillingItem != nil ||
		d.Opts.Now().Sub(order.CreateDate.Time) > OrderAge {
		d.ordered.take(ctx, id)
		return nil, jumpgate.NotFound
	}
	if v := d.ordered.get(ctx, id); v != nil {
		return v, nil
	}
	return &volume.Volume{ID: id, ProjectID: strconv.Itoa(order.AccountID), Status: "creating", Created: order.CreateDate.Time}, nil
}

// SetNotes replaces the notes of a volume or a snapshot.
func (d *Volumes) SetNotes(ctx context.Context, number int, notes string) error {
	return d.API.Order(ctx, upstream.Call{
		Service: "Network_Storage", ID: strconv.Itoa(number), Method: "editObject", Args: []any{map[string]string{"notes": notes}},
	})
}
