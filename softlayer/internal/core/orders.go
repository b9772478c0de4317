package core

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

func PriceList(numbers ...int) []any {
	list := make([]any, len(numbers))
	for i, n := range numbers {
		list[i] = map[string]any{"id": n}
	}
	return list
}

// Buy places an order, once, and returns its number. If SoftLayer does not say
// what came of it, the order is looked for among those that were placed since.
func (d *Core) Buy(ctx context.Context, order map[string]any) (int, error) {
	since := d.Opts.Now()
	var receipt struct {
		OrderID int `json:"orderId"`
	}
	_, err := d.API.Do(ctx, upstream.Call{Service: "Product_Order", Method: "placeOrder", Args: []any{order, false}}, &receipt)
	var unsure *upstream.Unsure
	switch {
	case err != nil && !errors.As(err, &unsure):
		return 0, err
	case receipt.OrderID != 0 && d.claim(ctx, receipt.OrderID):
		return receipt.OrderID, nil
	}
	if number := d.placedSince(context.WithoutCancel(ctx), order, since); number != 0 {
		return number, nil
	}
	kind := jumpgate.BadGateway
	if err != nil {
		kind = jumpgate.AsError(err).Kind
	}
	return 0, kind.Wrap(cmp.Or(err, errNoOrder), "The cloud did not say whether it takes the order. Please look at what there is before trying again.")
}

var errNoOrder = errors.New("SoftLayer_Product_Order::placeOrder: no order")

const (
	// orderRecord is the kind of the claims of orders, which are kept for as
	// long as anybody may look for one.
	orderRecord = "softlayer_order"
	claimAge    = time.Hour

	// orderSkew is how far the clocks of SoftLayer and of this machine may be
	// apart, ordersSeen how many of an account's latest orders are looked at.
	orderSkew  = 30 * time.Second
	ordersSeen = 100
)

// claim takes an order for the one who placed it, or looks for it, and tells
// whether nobody else has it: two who order the same and hear nothing must not
// both be told of one. A store that takes nothing is no reason to lose an order.
func (d *Core) claim(ctx context.Context, number int) bool {
	_, err := d.Opts.Store.Put(context.WithoutCancel(ctx), jumpgate.Record{
		StoreKey: jumpgate.StoreKey{Project: keep.Account(ctx), Kind: orderRecord, ID: strconv.Itoa(number)},
		Value:    []byte("{}"), Expires: d.Opts.Now().Add(claimAge),
	})
	return !errors.Is(err, jumpgate.Conflict)
}

// placedSince finds an order of the principal's for the same prices, placed
// after a time, that nobody has claimed; 0: there is none.
func (d *Core) placedSince(ctx context.Context, order map[string]any, since time.Time) int {
	wanted := pricesOf(order)
	if len(wanted) == 0 {
		return 0
	}
	var latest []struct {
		ID      int               `json:"id"`
		Created records.Timestamp `json:"createDate"`
		User    struct {
			Name string `json:"username"`
		} `json:"userRecord"`
		Items []struct {
			Price records.Number `json:"itemPriceId"`
		} `json:"items"`
	}
	_, err := d.API.Do(ctx, upstream.Call{
		Service: "Account", Method: "getOrders", Mask: "mask[id,createDate,userRecord[id,username],items[id,itemPriceId]]",
		Filter: upstream.Filter{"orders": upstream.Filter{"id": upstream.OrderBy("DESC")}}, Limit: ordersSeen,
	}, &latest)
	if err != nil {
		return 0
	}
	for _, o := range latest {
		var prices []int
		for _, i := range o.Items {
			prices = append(prices, int(i.Price))
		}
		slices.Sort(prices)
		p := jumpgate.PrincipalFrom(ctx)
		mine := p == nil || o.User.Name == "" || o.User.Name == p.UserID
		if mine && !o.Created.Before(since.Add(-orderSkew)) && slices.Equal(prices, wanted) && d.claim(ctx, o.ID) {
			return o.ID
		}
	}
	return 0
}

// pricesOf are the numbers of the prices of an order, sorted.
func pricesOf(order map[string]any) []int {
	list, _ := order["prices"].([]any)
	var prices []int
	for _, p := range list {
		if price, ok := p.(map[string]any); ok {
			n, _ := price["id"].(int)
			prices = append(prices, n)
		}
	}
	slices.Sort(prices)
	return prices
}

// Cancel ends a bill at once, and with it what it is for.
func (d *Core) Cancel(ctx context.Context, b *records.BillingItem) error {
	return d.API.Order(ctx, upstream.Call{
		Service: "Billing_Item", ID: strconv.Itoa(b.ID), Method: "cancelItem", Args: []any{true, true, "No longer needed", ""},
	})
}
