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

// Buy is BuyFor somebody whom nobody else stands in for.
func (d *Core) Buy(ctx context.Context, order map[string]any) (int, error) {
	return d.BuyFor(ctx, jumpgate.NewUUID(), order)
}

// BuyFor places an order, once, and returns its number. If SoftLayer does not
// say what came of it, the order is looked for among those that were placed
// since. Whose it is then is kept by the name of the owner. An error after which
// it may have been placed is an upstream.Unsure.
func (d *Core) BuyFor(ctx context.Context, owner string, order map[string]any) (int, error) {
	since := d.Opts.Now()
	var receipt struct {
		OrderID int `json:"orderId"`
	}
	_, err := d.API.Do(ctx, upstream.Call{Service: "Product_Order", Method: "placeOrder", Args: []any{order, false}}, &receipt)
	var unsure *upstream.Unsure
	switch {
	case err != nil && !errors.As(err, &unsure):
		return 0, err
	case receipt.OrderID != 0 && d.claim(ctx, receipt.OrderID, owner):
		return receipt.OrderID, nil
	}
	if number, _ := d.PlacedSince(context.WithoutCancel(ctx), PricesOf(order), since, owner); number != 0 {
		return number, nil
	}
	kind := jumpgate.BadGateway
	if err != nil {
		kind = jumpgate.AsError(err).Kind
	}
	return 0, kind.Wrap(cmp.Or(err, upstream.NotTold(errNoOrder)), "The cloud did not say whether it takes the order. Please look at what there is before trying again.")
}

var errNoOrder = errors.New("SoftLayer_Product_Order::placeOrder: no order")

const (
	// orderRecord is the kind of the claims of orders, which are kept for as
	// long as anybody may look for one.
	orderRecord = "softlayer_order"
	claimAge    = time.Hour

	// orderSkew is how far the clocks of SoftLayer and of this machine may be
	// apart.
	orderSkew = 30 * time.Second

	// ordersSeen is how many of an account's latest orders are looked at, at
	// most, in pages.
	ordersSeen = 2000
	ordersPage = 200
)

// claim takes an order for its owner, and tells whether nobody else has it: two
// who order the same and hear nothing must not both be told of one. A store that
// takes nothing is no reason to lose an order.
func (d *Core) claim(ctx context.Context, number int, owner string) bool {
	return d.take(ctx, orderRecord, strconv.Itoa(number), owner)
}

// take is claim for what has a record of a kind.
func (d *Core) take(ctx context.Context, kind, id, owner string) bool {
	return d.Reserve(ctx, kind, id, owner, claimAge)
}

// Reserve takes what has a record of a kind for owner, for some time, unless
// another has it.
func (d *Core) Reserve(ctx context.Context, kind, id, owner string, age time.Duration) bool {
	ctx = context.WithoutCancel(ctx)
	key := jumpgate.StoreKey{Project: keep.Account(ctx), Kind: kind, ID: id}
	_, err := d.Opts.Store.Put(ctx, jumpgate.Record{StoreKey: key, Value: []byte(owner), Expires: d.Opts.Now().Add(age)})
	if !errors.Is(err, jumpgate.Conflict) {
		return true
	}
	r, err := d.Opts.Store.Get(ctx, key)
	return err == nil && string(r.Value) == owner
}

// PlacedSince finds an order of the principal's for the same prices, placed
// after a time, that no other owner has; 0: there is none. The one that the
// owner has already is it, where somebody was cut off before that was known.
func (d *Core) PlacedSince(ctx context.Context, wanted []int, since time.Time, owner string) (int, error) {
	if len(wanted) == 0 {
		return 0, nil
	}
	user := ""
	if p := jumpgate.PrincipalFrom(ctx); p != nil {
		user = p.UserID
	}
	var open []int
	for offset := 0; offset < ordersSeen; offset += ordersPage {
		page, err := placedForm.All(ctx, d.API, upstream.Call{
			Service: "Account", Method: "getOrders",
			Filter: upstream.Filter{"orders": upstream.Filter{"id": upstream.OrderBy("DESC")}}, Offset: offset, Limit: ordersPage,
		})
		if err != nil {
			return 0, err
		}
		for _, o := range page {
			switch {
			case o.Created.Before(since.Add(-orderSkew)): // and so are all that follow
				return d.firstOpen(ctx, open, owner), nil
			case user != "" && o.User.Name != "" && o.User.Name != user || !slices.Equal(o.prices(), wanted):
				continue
			}
			switch has, err := d.ownerOf(ctx, o.ID); {
			case err != nil:
				return 0, err
			case has == owner:
				return o.ID, nil
			case has == "":
				open = append(open, o.ID)
			}
		}
		if len(page) < ordersPage {
			break
		}
	}
	return d.firstOpen(ctx, open, owner), nil
}

// firstOpen takes the first of some orders that nobody has.
func (d *Core) firstOpen(ctx context.Context, open []int, owner string) int {
	for _, number := range open {
		if d.claim(ctx, number, owner) {
			return number
		}
	}
	return 0
}

// ownerOf is who has an order; "": nobody that anybody remembers.
func (d *Core) ownerOf(ctx context.Context, number int) (string, error) {
	r, err := d.Opts.Store.Get(ctx, jumpgate.StoreKey{Project: keep.Account(ctx), Kind: orderRecord, ID: strconv.Itoa(number)})
	switch {
	case errors.Is(err, jumpgate.NotFound):
		return "", nil
	case err != nil:
		return "", err
	}
	return string(r.Value), nil
}

var placedForm = records.FormOf[placed]()

// placed is SoftLayer_Billing_Order.
type placed struct {
	ID      int               `json:"id"`
	Created records.Timestamp `json:"createDate"`
	User    struct {
		Name string `json:"username"`
	} `json:"userRecord"`
	Items []struct {
		Price records.Number `json:"itemPriceId"`
	} `json:"items"`
}

// prices are the numbers of what o bought, sorted.
func (o *placed) prices() []int {
	list := make([]int, len(o.Items))
	for i := range o.Items {
		list[i] = int(o.Items[i].Price)
	}
	slices.Sort(list)
	return list
}

// PricesOf are the numbers of the prices of an order, sorted.
func PricesOf(order map[string]any) []int {
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
func (d *Core) Cancel(ctx context.Context, bill int) error {
	return d.API.Order(ctx, upstream.Call{
		Service: "Billing_Item", ID: strconv.Itoa(bill), Method: "cancelItem", Args: []any{true, true, "No longer needed", ""},
	})
}
