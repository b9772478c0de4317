package compute

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

const (
	// itemPackage is the package of all that is sold by itself.
	itemPackage = "0"
	// globalCategory is that of the price of a global address.
	globalCategory = "global_ipv4"
	// longestPause is how long to wait at most between two looks for an
	// address that was ordered.
	longestPause = 2 * time.Second
)

// AllocateFloatingIP orders a global address, which is billed by the month. An
// order tells no address, so it waits until SoftLayer lists it.
func (d *Servers) AllocateFloatingIP(ctx context.Context, pool string) (*compute.FloatingIP, error) {
	if rule := d.Opts.Ordering.Address; rule != nil {
		if err := rule(ctx, pool); err != nil {
			return nil, err
		}
	}
	price, err := d.globalPrice.Get(ctx, d.LoadGlobalPrice)
	if err != nil {
		return nil, err
	}
	order, err := d.OrderGlobalIP(ctx, price)
	var no *upstream.Refusal
	switch {
	case errors.As(err, &no) && strings.Contains(no.Text, "limit"):
		return nil, jumpgate.Forbidden.Wrap(err, "")
	case errors.As(err, &no):
		return nil, jumpgate.NotFound.Wrap(err, "")
	case err != nil:
		return nil, err
	}
	g, err := d.orderedGlobalIP(ctx, order)
	if err != nil {
		return nil, jumpgate.BadGateway.Wrap(err, "The address was ordered, but the cloud did not tell it yet. Please look at the list of floating IPs before trying again.")
	}
	f := floatingIPOf(g)
	return &f, nil
}

func (d *Servers) OrderGlobalIP(ctx context.Context, price int) (order int, err error) {
	return d.Buy(ctx, map[string]any{
		"complexType": "SoftLayer_Container_Product_Order_Network_Subnet",
		"packageId":   0,
		"quantity":    1,
		"prices":      core.PriceList(price),
	})
}

// orderedGlobalIP waits for what an order brings, for as long as a call may
// take.
func (d *Servers) orderedGlobalIP(ctx context.Context, order int) (*records.GlobalIP, error) {
	ctx, cancel := context.WithTimeout(ctx, d.Opts.Timeout)
	defer cancel()
	for pause := d.API.Pause; ; pause = min(2*pause, longestPause) {
		all, err := d.globalIPs(ctx)
		if err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(all, func(g records.GlobalIP) bool { return g.BillingItem.OrderItem.Order.ID == order }); i >= 0 {
			return &all[i], nil
		}
		select {
		case <-ctx.Done():
			return nil, keep.Abandoned(ctx)
		case <-time.After(pause):
		}
	}
}

// LoadGlobalPrice asks what a global address costs: for the number of the
// price that is good everywhere.
func (d *Servers) LoadGlobalPrice(ctx context.Context) (int, error) {
	var items []struct {
		Category struct {
			Code string `json:"categoryCode"`
		} `json:"itemCategory"`
		Prices []struct {
			ID            int  `json:"id"`
			LocationGroup *int `json:"locationGroupId"`
		} `json:"prices"`
	}
	_, err := d.API.Do(ctx, upstream.Call{
		Service: "Product_Package", ID: itemPackage, Method: "getItems",
		Mask:   "mask[id,itemCategory[id,categoryCode],prices[id,locationGroupId]]",
		Filter: upstream.Filter{"items": upstream.Filter{"itemCategory": upstream.Filter{"categoryCode": upstream.Equals(globalCategory)}}},
	}, &items)
	if err != nil {
		return 0, err
	}
	for _, item := range items {
		for _, p := range item.Prices {
			if item.Category.Code == globalCategory && p.LocationGroup == nil && p.ID != 0 {
				return p.ID, nil
			}
		}
	}
	return 0, jumpgate.NotFound
}
