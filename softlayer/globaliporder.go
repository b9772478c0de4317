package softlayer

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
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
func (d *Driver) AllocateFloatingIP(ctx context.Context, _ string) (*compute.FloatingIP, error) {
	price, err := d.globalPrice.get(ctx, accountKey(ctx), d.loadGlobalPrice)
	if err != nil {
		return nil, err
	}
	order, err := d.orderGlobalIP(ctx, price)
	var no *refusal
	switch {
	case errors.As(err, &no) && strings.Contains(no.text, "limit"):
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
	f := g.floatingIP()
	return &f, nil
}

func (d *Driver) orderGlobalIP(ctx context.Context, price int) (order int, err error) {
	return d.buy(ctx, map[string]any{
		"complexType": "SoftLayer_Container_Product_Order_Network_Subnet",
		"packageId":   0,
		"quantity":    1,
		"prices":      priceList(price),
	})
}

// orderedGlobalIP waits for what an order brings, for as long as a call may
// take.
func (d *Driver) orderedGlobalIP(ctx context.Context, order int) (*globalIP, error) {
	ctx, cancel := context.WithTimeout(ctx, d.opts.Timeout)
	defer cancel()
	for pause := d.api.pause; ; pause = min(2*pause, longestPause) {
		all, err := d.globalIPs(ctx)
		if err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(all, func(g globalIP) bool { return g.BillingItem.OrderItem.Order.ID == order }); i >= 0 {
			return &all[i], nil
		}
		select {
		case <-ctx.Done():
			return nil, abandoned(ctx)
		case <-time.After(pause):
		}
	}
}

// loadGlobalPrice asks what a global address costs: for the number of the
// price that is good everywhere.
func (d *Driver) loadGlobalPrice(ctx context.Context) (int, error) {
	var items []struct {
		Category struct {
			Code string `json:"categoryCode"`
		} `json:"itemCategory"`
		Prices []struct {
			ID            int  `json:"id"`
			LocationGroup *int `json:"locationGroupId"`
		} `json:"prices"`
	}
	_, err := d.api.do(ctx, call{
		service: "Product_Package", id: itemPackage, method: "getItems",
		mask:   "mask[id,itemCategory[id,categoryCode],prices[id,locationGroupId]]",
		filter: filter{"items": filter{"itemCategory": filter{"categoryCode": equals(globalCategory)}}},
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
