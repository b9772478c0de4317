package network

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
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

// BuyGlobalIP orders a global address, which is billed by the month, if the
// program lets it. An order tells no address, so it waits until SoftLayer
// lists it. SoftLayer's no is an upstream.Refusal.
func (d *Networks) BuyGlobalIP(ctx context.Context) (*records.GlobalIP, error) {
	if rule := d.Opts.Ordering.Address; rule != nil {
		if err := rule(ctx, PoolName); err != nil {
			return nil, err
		}
	}
	price, err := d.globalPrice.Get(ctx, d.LoadGlobalPrice)
	if err != nil {
		return nil, err
	}
	order, err := d.OrderGlobalIP(ctx, price)
	if err != nil {
		return nil, err
	}
	g, err := wait(ctx, d, d.GlobalIPs, func(g *records.GlobalIP) bool { return g.BillingItem.OrderItem.Order.ID == order })
	if err != nil {
		return nil, jumpgate.BadGateway.Wrap(err, "The address was ordered, but the cloud did not tell it yet. Please look at the list of floating IPs before trying again.")
	}
	return g, nil
}

// OrderGlobalIP places the order.
func (d *Networks) OrderGlobalIP(ctx context.Context, price int) (order int, err error) {
	return d.Buy(ctx, map[string]any{
		"complexType": "SoftLayer_Container_Product_Order_Network_Subnet",
		"packageId":   0,
		"quantity":    1,
		"prices":      core.PriceList(price),
	})
}

// LoadGlobalPrice asks what a global address costs: for the number of the
// price that is good everywhere.
func (d *Networks) LoadGlobalPrice(ctx context.Context) (int, error) {
	items, err := soldForm.All(ctx, d.API, upstream.Call{
		Service: "Product_Package", ID: itemPackage, Method: "getItems",
		Filter: upstream.Filter{"items": upstream.Filter{"itemCategory": upstream.Filter{"categoryCode": upstream.Equals(globalCategory)}}},
	})
	if err != nil {
		return 0, err
	}
	for i := range items {
		if price := items[i].price(); items[i].Category.Code == globalCategory && price != 0 {
			return price, nil
		}
	}
	return 0, jumpgate.NotFound
}

// CancelGlobalIP gives a global address back.
func (d *Networks) CancelGlobalIP(ctx context.Context, id string) error {
	g, err := d.GlobalIP(ctx, id)
	if err != nil {
		return err
	}
	err = d.API.Order(ctx, upstream.Call{Service: "Billing_Item", ID: strconv.Itoa(g.BillingItem.ID), Method: "cancelService"})
	if err == nil {
		d.subnetNotes.Expire(ctx, g.Address.Subnet.Note, d.Opts.Now().Add(goneAge))
	}
	return busyAddress(err, g.Address.IP)
}

// busyAddress words SoftLayer's no to something about an address. It changes
// routes one at a time, each for a while.
func busyAddress(err error, address string) error {
	var no *upstream.Refusal
	if errors.As(err, &no) {
		return jumpgate.Conflict.Wrap(err, "The cloud is still busy with floating IP %s. Please try again later.", address)
	}
	return err
}
