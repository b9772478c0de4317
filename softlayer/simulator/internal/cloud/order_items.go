package cloud

import (
	"slices"
	"strings"
)

// itemOrders validate an order of a type and return how to carry it out.
var itemOrders = map[string]func(*call, map[string]any) (func() *purchase, error){
	subnetOrder:                (*call).parseSubnet,
	vlanOrder:                  (*call).parseVLAN,
	storageOrder:               (*call).parseVolume,
	upgradeOrder:               (*call).parseUpgradeOfVolume,
	snapshotOrder:              (*call).parseSnapshotSpace,
	snapshotOrder + "_Upgrade": (*call).parseSnapshotSpace,
	diskOrder:                  (*call).parseDisk,
}

// itemOrderOf returns the type of an order, without the prefix, and how to validate it, if it is one for items.
func itemOrderOf(order any) (string, func(*call, map[string]any) (func() *purchase, error)) {
	typ := strings.TrimPrefix(strAt(order, "complexType"), servicePrefix)
	return typ, itemOrders[typ]
}

func placeItems(c *call) (any, error) {
	order, err := c.template()
	if err != nil {
		return nil, err
	}
	typ, parse := itemOrderOf(order)
	buy, err := parse(c, order)
	if err != nil {
		return nil, err
	}
	items, prices, ids := []any{}, []any{}, []int{}
	for _, p := range listAt(order, "prices") {
		id, _ := toInt(at(p, "id"))
		price := c.sim.catalog.prices[id]
		ids = append(ids, id)
		items, prices = append(items, fields{"description": price.one("item").str("description")}), append(prices, priceFields(price))
	}
	p := buy()
	p.prices = ids
	c.acct.purchases = append(c.acct.purchases, p)
	r := c.receipt(p.orderID, fields{"complexType": servicePrefix + typ, "quantity": 1, "prices": prices}).(*record)
	r.fields["placedOrder"].(*record).fields["items"] = containers(c.sim.schema.byName("Billing_Order_Item"), items)
	return r, nil
}

func verifyItems(c *call) (any, error) {
	order, err := c.template()
	if err != nil {
		return nil, err
	}
	_, parse := itemOrderOf(order)
	_, err = parse(c, order)
	return echo(order), err
}

// orderedItems are the products of an order by category. Each price must be one of the package.
func (c *call) orderedItems(order map[string]any, pkg int) (map[string]*record, error) {
	if id, ok := toInt(order["packageId"]); !ok || id != pkg {
		return nil, invalidValue("Invalid value provided for 'packageId'.")
	}
	if quantity, ok := toInt(order["quantity"]); ok && quantity != 1 {
		return nil, invalidValue("Invalid value provided for 'quantity'.")
	}
	items := map[string]*record{}
	for _, p := range listAt(order, "prices") {
		id, _ := toInt(at(p, "id"))
		price := c.sim.catalog.prices[id]
		if price == nil || !slices.Contains(c.sim.catalog.pkg(pkg).fields["itemPrices"].([]node), node(price)) {
			return nil, invalidValue("Invalid price %d.", id)
		}
		category := price.fields["categories"].([]node)[0].(*record).str("categoryCode")
		if items[category] != nil {
			return nil, public("Only one price of category '%s' can be ordered.", category)
		}
		items[category] = price
	}
	return items, nil
}

func (c *call) orderedPlace(order map[string]any) (*record, error) {
	where := textOf(order["location"])
	dc := c.sim.catalog.datacenter(where)
	if id, ok := parseInt(where); ok {
		dc = byID(c.sim.catalog.datacenters, id)
	}
	if dc == nil {
		return nil, invalidValue("Invalid value provided for 'location'.")
	}
	return dc, nil
}
