package core

import (
	"context"
	"errors"
	"strconv"

	"github.com/softlayer/jumpgate"
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

// Buy places an order and returns its number.
func (d *Core) Buy(ctx context.Context, order map[string]any) (int, error) {
	var receipt struct {
		OrderID int `json:"orderId"`
	}
	_, err := d.API.Do(ctx, upstream.Call{Service: "Product_Order", Method: "placeOrder", Args: []any{order, false}}, &receipt)
	if err == nil && receipt.OrderID == 0 {
		err = jumpgate.BadGateway.Wrap(errNoOrder, "The cloud did not say whether it takes the order. Please look at what there is before trying again.")
	}
	return receipt.OrderID, err
}

var errNoOrder = errors.New("SoftLayer_Product_Order::placeOrder: no order")

// Cancel ends a bill at once, and with it what it is for.
func (d *Core) Cancel(ctx context.Context, b *records.BillingItem) error {
	return d.API.Order(ctx, upstream.Call{
		Service: "Billing_Item", ID: strconv.Itoa(b.ID), Method: "cancelItem", Args: []any{true, true, "No longer needed", ""},
	})
}
