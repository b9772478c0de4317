package cloud

import "slices"

// billed is something that can be cancelled by its billing item.
type billed struct {
	item   *record
	cancel func() error
}

// bill finds what a billing item of the account is for.
func (a *account) bill(init string) *billed {
	id, ok := parseInt(init)
	if !ok {
		return nil
	}
	for _, v := range a.visibleVolumes() {
		if v.billingID == id {
			return &billed{v.billingItem(), func() error { v.cancelled, v.guests = a.now, nil; return nil }}
		}
	}
	for _, v := range a.visibleVolumes() {
		if space := v.spaceItem(); space != nil && space.id() == id {
			return &billed{space, func() error { v.snapshotGB, v.snapshots = 0, nil; return nil }}
		}
	}
	for _, d := range a.visibleDisks() {
		if d.billingID == id {
			item, _ := d.value("billingItem")
			r, _ := item.(*record)
			return &billed{r, func() error {
				if d.guest != nil && !d.guest.cancelled {
					return public("The disk image %d is attached to a computing instance.", d.id)
				}
				d.cancelled = a.now
				return nil
			}}
		}
	}
	if b := a.networkBill(id); b != nil {
		return b
	}
	if g := a.globalIP(func(g *globalIP) bool { return g.billingID == id }); g != nil {
		return &billed{g.billingItem(), g.cancel}
	}
	if i := slices.IndexFunc(a.hardware(), func(m *metal) bool { return m.billingID == id }); i >= 0 {
		m := a.metals[i]
		item, _ := m.value("billingItem")
		r, _ := item.(*record)
		return &billed{r, func() error {
			if m.job != nil {
				return activeTransaction(m.id())
			}
			m.reclaim()
			return nil
		}}
	}
	if i := slices.IndexFunc(a.guests, func(g *guest) bool { return g.billingID == id }); i >= 0 {
		g := a.guests[i]
		return &billed{g.billingItem(), func() error {
			if g.tx != nil {
				return activeTransaction(g.id)
			}
			g.reclaim()
			return nil
		}}
	}
	return nil
}

func billingService() *service {
	find := func(c *call) *billed {
		b := c.acct.bill(c.init)
		if b == nil || b.item == nil {
			return nil
		}
		return b
	}
	cancel := &method{run: func(c *call) (any, error) {
		if b := find(c); b != nil {
			return true, b.cancel()
		}
		return nil, notFound(c.init)
	}}
	return &service{
		name: "Billing_Item", typ: "Billing_Item",
		find: func(c *call) node {
			if b := find(c); b != nil {
				return b.item
			}
			return nil
		},
		methods: map[string]*method{
			"getObject": self("Billing_Item"), "cancelService": cancel,
			// An order to cancel at the end of the month is carried out at once: there are no months here.
			"cancelItem": cancel,
		},
	}
}

// billingOrderService knows the orders of what is sold by itself.
func billingOrderService() *service {
	return &service{
		name: "Billing_Order", typ: "Billing_Order",
		find: func(c *call) node {
			id, _ := parseInt(c.init)
			for _, p := range c.acct.purchases {
				if p.orderID == id {
					return c.acct.order(p)
				}
			}
			return nil
		},
		methods: map[string]*method{"getObject": self("Billing_Order")},
	}
}
