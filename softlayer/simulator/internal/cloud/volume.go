package cloud

import (
	"slices"
	"strconv"
	"time"
)

// volume is block storage that servers reach through the network (SoftLayer_Network_Storage), or a snapshot of some.
type volume struct {
	account    *account
	purchase   // of a snapshot empty
	id         int
	username   string
	capacity   int // GB
	snapshotGB int // the space for snapshots
	iops       int
	tier       *tier // nil: performance
	lun        int
	osType     string
	datacenter *record
	notes      string
	guests     []*guest // that may mount it

	snapshots []*volume // oldest first
	parent    *volume   // of a snapshot
	taken     time.Time // when a snapshot was
	origin    *volume   // what it is a copy of
	upgrade   *upgrade  // nil: none is on order
}

// upgrade is an order of what a volume is to have.
type upgrade struct {
	*purchase
	capacity, iops int
	tier           *tier
}

// purchase is what is known of something that was ordered by itself: who ordered it and when, and since when it is gone.
type purchase struct {
	ordered                                time.Time
	orderID, orderItemID, billingID, buyer int
	hourly                                 bool
	category                               string
	cancelled                              time.Time
	refused                                bool // some time after it was taken
	prices                                 []int
}

// What is ordered is there after one step, ready after three and, once it is cancelled, away after one more. None of
// it is known of the cloud.
const (
	stepsToAppear = 1
	stepsToReady  = 3
	stepsToVanish = 1
)

func (p *purchase) after(a *account, since time.Time, steps int) bool {
	return !since.IsZero() && !a.now.Before(since.Add(time.Duration(steps)*a.sim.opts.Step))
}

func (p *purchase) visible(a *account) bool {
	return !p.refused && p.after(a, p.ordered, stepsToAppear) && !p.after(a, p.cancelled, stepsToVanish)
}

func (p *purchase) ready(a *account) bool { return p.after(a, p.ordered, stepsToReady) }

// billed is what p costs: until it is cancelled.
func (p *purchase) billed(a *account, typ string, pkg int, resource node) *record {
	if !p.cancelled.IsZero() {
		return nil
	}
	item := a.order(p).fields["items"].([]node)[0].(*record)
	r := newRecord(typ, fields{
		"id": p.billingID, "categoryCode": p.category, "description": categoryNames[p.category], "createDate": p.ordered,
		"cancellationDate": nil, "cycleStartDate": p.ordered, "lastBillDate": nil, "modifyDate": p.ordered, "nextBillDate": nil,
		"hostName": nil, "domainName": nil, "orderItemId": p.orderItemID, "parentId": nil, "laborFee": "0", "setupFee": "0",
		"oneTimeFee": "0", "recurringFee": "0", "hourlyRecurringFee": "0", "recurringMonths": 1, "serviceProviderId": 1,
		"hourlyFlag": p.hourly, "orderItem": item, "resource": resource, "children": []node{}, "activeChildren": []node{},
		"package": a.sim.catalog.pkg(pkg),
	})
	return r
}

// order is the order of p, which has one item. That has a billing item from when there is something to bill on, even
// after it is cancelled.
func (a *account) order(p *purchase) *record {
	item := newRecord("Billing_Order_Item", fields{
		"id": p.orderItemID, "categoryCode": p.category, "description": categoryNames[p.category], "quantity": nil, "parentId": nil,
	})
	if !p.refused && p.after(a, p.ordered, stepsToAppear) {
		item.fields["billingItem"] = newRecord("Billing_Item", fields{
			"id": p.billingID, "categoryCode": p.category, "cancellationDate": when(p.cancelled), "parentId": nil,
		})
	}
	items := []node{item}
	for i, id := range p.prices {
		if i == 0 {
			item.fields["itemPriceId"] = strconv.Itoa(id)
			continue
		}
		category := a.sim.catalog.prices[id].one("item").one("itemCategory").str("categoryCode")
		items = append(items, newRecord("Billing_Order_Item", fields{
			"id": p.orderItemID + i, "categoryCode": category, "description": categoryNames[category], "quantity": nil, "parentId": p.orderItemID,
			"itemPriceId": strconv.Itoa(id),
		}))
	}
	order := newRecord("Billing_Order", fields{
		"id": p.orderID, "accountId": a.id(), "status": p.status(), "createDate": p.ordered, "modifyDate": p.ordered,
		"userRecordId": p.buyer, "orderTypeId": 4, "items": items, "orderTopLevelItems": []node{item},
	})
	item.fields["order"] = order
	if i := slices.IndexFunc(a.users, func(u *user) bool { return u.id() == p.buyer }); i >= 0 {
		order.fields["userRecord"] = a.users[i].record
	}
	return order
}

func (p *purchase) status() string {
	if p.refused {
		return "CANCELLED"
	}
	return "APPROVED"
}

func (a *account) newPurchase(buyer int, category string, hourly bool) purchase {
	inv := a.sim.inv
	return purchase{
		ordered: a.now, orderID: inv.id("order"), orderItemID: inv.id("orderItem"), billingID: inv.id("billing"), buyer: buyer, hourly: hourly,
		category: category,
	}
}

// addVolume puts an ordered volume into the account.
func (a *account) addVolume(v *volume) {
	v.account, v.id = a, a.sim.inv.id("storage")
	v.lun = len(a.volumes) % 256
	v.username = "SL02SEL" + strconv.Itoa(a.id()) + "-" + strconv.Itoa(len(a.volumes)+1)
	a.volumes = append(a.volumes, v)
}

// visibleVolumes are those that are there by now.
func (a *account) visibleVolumes() []*volume {
	a.volumes = slices.DeleteFunc(a.volumes, func(v *volume) bool { return v.after(a, v.cancelled, stepsToVanish) })
	for _, v := range a.volumes {
		if u := v.upgrade; u != nil && (u.refused || u.after(a, u.ordered, stepsToReady)) {
			if v.upgrade = nil; !u.refused {
				v.capacity, v.tier, v.iops = u.capacity, u.tier, u.iops
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(a.volumes), func(v *volume) bool { return !v.visible(a) })
}

// storage finds a volume or a snapshot by number.
func (a *account) storage(init string) *volume {
	id, ok := parseInt(init)
	if !ok {
		return nil
	}
	for _, v := range a.visibleVolumes() {
		if v.id == id {
			return v
		}
		for _, s := range v.snapshots {
			if s.id == id {
				return s
			}
		}
	}
	return nil
}

// storageOf are the volumes that g may mount.
func (a *account) storageOf(g *guest) []*volume {
	if g.host == nil {
		return nil // it never could
	}
	return slices.DeleteFunc(a.visibleVolumes(), func(v *volume) bool { return !slices.Contains(v.guests, g) })
}

// snapshot keeps what is on v now.
func (v *volume) snapshot(notes string) *volume {
	s := &volume{
		account: v.account, id: v.account.sim.inv.id("storage"), capacity: v.capacity, tier: v.tier, iops: v.iops,
		datacenter: v.datacenter, notes: notes, parent: v, taken: v.account.now,
		username: v.username + "_SNAPSHOT_" + strconv.Itoa(len(v.snapshots)+1),
	}
	v.snapshots = append(v.snapshots, s)
	return s
}

// initiator is the name and the secret with which g signs in to storage: made when it may mount some for the first time.
func (g *guest) initiator() *record {
	if g.host == nil {
		name := "SL02SU" + strconv.Itoa(g.account.id()) + "-V" + strconv.Itoa(g.id)
		credential := newRecord("Network_Storage_Credential", fields{
			"id": g.account.sim.inv.id("credential"), "accountId": textOf(g.account.id()), "username": name,
			"password": g.account.sim.inv.password(), "createDate": g.account.now, "modifyDate": g.account.now, "nasCredentialTypeId": 2,
		})
		g.host = newRecord("Network_Storage_Allowed_Host", fields{
			"id": g.account.sim.inv.id("allowedHost"), "accountId": g.account.id(), "credentialId": credential.id(),
			"name": "iqn.2020-07.com.ibm:" + name, "resourceTableId": g.id, "resourceTableName": "VIRTUAL_GUEST", "credential": credential,
		})
	}
	return g.host
}
