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
	OrderAge = time.Hour
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
func (d *Volumes) arrived(ctx context.Context, s *records.Storage) {
	order := d.ordered.take(s.VolumeID())
	if order == nil || order.notes == "" || s.Notes != "" {
		return
	}
	s.Notes = order.notes
	if err := d.SetNotes(ctx, s.ID, order.notes); err != nil && order.volume.Created.After(d.Opts.Now().Add(-OrderAge)) {
		d.ordered.add(order.account, order.notes, &order.volume)
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
		d.ordered.take(id)
		return nil, jumpgate.NotFound
	}
	if v := d.ordered.get(id); v != nil {
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

func (o *orders) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.open = nil
}
