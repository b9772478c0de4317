package network

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// sold is an item that networks are ordered with.
type sold struct {
	KeyName  string `json:"keyName"`
	Capacity string `json:"capacity"`
	Category struct {
		Code string `json:"categoryCode"`
	} `json:"itemCategory"`
	Prices []struct {
		ID            int  `json:"id"`
		LocationGroup *int `json:"locationGroupId"`
	} `json:"prices"`
}

// soldIn is a package of what is sold.
type soldIn struct {
	ID    int    `json:"id"`
	Items []sold `json:"items"`
}

var (
	soldForm   = records.FormOf[sold]()
	soldInForm = records.FormOf[soldIn]()
)

// price is the one that is good everywhere; 0: there is none.
func (s *sold) price() int {
	for _, p := range s.Prices {
		if p.LocationGroup == nil {
			return p.ID
		}
	}
	return 0
}

// networksOrdered tells why nobody may order networks; nil: they may.
func (d *Networks) networksOrdered(what string) error {
	if d.Opts.OrderNetworks {
		return nil
	}
	return jumpgate.Forbidden.New("A %s would be ordered and billed by the month, which the configuration of this cloud does not allow. "+
		"Networks and subnets come with the first server of a datacenter.", what)
}

var _ interface {
	network.Creator[network.Network]
	network.Deleter
} = vlans{}

// vlanPackage is what VLANs are sold in.
const vlanPackage = "NETWORK_VLAN"

// Create implements network.Creator: it orders a VLAN, private unless it is to
// be external, in the datacenter that the hint names.
func (d vlans) Create(ctx context.Context, all []*network.Network) ([]*network.Network, error) {
	if err := d.networksOrdered("network"); err != nil {
		return nil, err
	}
	if len(all) != 1 {
		return nil, network.Invalid("Networks of this cloud are ordered one at a time.")
	}
	n := all[0]
	if err := d.orderable(n); err != nil {
		return nil, err
	}
	if rule := d.Opts.Ordering.Network; rule != nil {
		if err := rule(ctx, n); err != nil {
			return nil, err
		}
	}
	cat, err := d.CatalogueOf(ctx)
	if err != nil {
		return nil, err
	}
	hint := ""
	if len(n.ZoneHints) > 0 {
		hint = n.ZoneHints[0]
	}
	zone, err := d.Zone(cat, hint)
	if err != nil {
		return nil, network.ZoneNotFound(hint)
	}
	pkg, price, err := d.vlanPrice(ctx, n.External)
	if err != nil {
		return nil, err
	}
	order, err := d.Buy(ctx, map[string]any{
		"complexType": "SoftLayer_Container_Product_Order_Network_Vlan", "packageId": pkg, "quantity": 1, "location": zone,
		"name": shortName(n.Name), "prices": core.PriceList(price),
	})
	if text, no := refused(err); no && text != "" {
		return nil, network.OverQuota("network")
	}
	if err != nil {
		return nil, err
	}
	v, err := wait(ctx, d.Networks, d.VLANs, func(v *records.VLAN) bool { return v.BillingItem != nil && v.BillingItem.OrderItem.Order.ID == order })
	if err != nil {
		return nil, untold(err, "network")
	}
	if err := d.editVLAN(ctx, v, cmp.Or(n.Name, v.Called()), n.Description, n.Tags); err != nil {
		return nil, err
	}
	return []*network.Network{networkOf(ctx, v)}, nil
}

// orderable refuses what no VLAN can be.
func (d vlans) orderable(n *network.Network) error {
	mtu := privateMTU
	if n.External {
		mtu = publicMTU
	}
	switch {
	case len(n.ZoneHints) > 1:
		return network.Invalid("A network of this cloud is in one availability zone.")
	case !n.AdminStateUp:
		return network.Invalid("Networks of this cloud can't be switched off.")
	case n.MTU != 0 && n.MTU != mtu:
		return network.Invalid("The MTU of such a network is %d; this cloud has no other.", mtu)
	case !n.PortSecurity:
		return network.Invalid("Security groups can't be switched off for networks of this cloud; servers are open that are in none.")
	case n.Shared:
		return network.Invalid("Networks of this cloud belong to one account.")
	case n.Provider != network.Provider{}:
		return network.Invalid("This cloud chooses the VLAN itself.")
	}
	return nil
}

// vlanPrice asks what a VLAN costs: for the number of its price.
func (d *Networks) vlanPrice(ctx context.Context, public bool) (pkg, price int, err error) {
	packages, err := soldInForm.All(ctx, d.API, upstream.Call{
		Service: "Product_Package", Method: "getAllObjects", Filter: upstream.Filter{"keyName": upstream.Equals(vlanPackage)},
	})
	if err != nil {
		return 0, 0, err
	}
	key := "PRIVATE_NETWORK_VLAN"
	if public {
		key = "PUBLIC_NETWORK_VLAN"
	}
	for _, p := range packages {
		i := slices.IndexFunc(p.Items, func(s sold) bool { return s.KeyName == key && s.price() != 0 })
		if i >= 0 {
			return p.ID, p.Items[i].price(), nil
		}
	}
	return 0, 0, upstream.Unexpected("Product_Package::getAllObjects")
}

// Delete implements network.Deleter: it ends the bill. A VLAN that came with a
// server goes when SoftLayer takes it back.
func (d vlans) Delete(ctx context.Context, id string) error {
	v, err := d.VLAN(ctx, id)
	if err != nil {
		return err
	}
	if v.BillingItem == nil || v.BillingItem.ID == 0 {
		return inUse("NetworkInUse", "network", id, "it came with a server, and the cloud takes it back when it is empty")
	}
	book, err := d.PortBook(ctx)
	if err != nil {
		return err
	}
	if ports := book.waiting(func(p *keptPort) bool { return p.VLAN == v.ID }); len(ports) > 0 {
		return network.NetworkInUse(id, ports...)
	}
	var reasons []string
	_, err = d.API.Do(ctx, upstream.Call{Service: vlanService, ID: strconv.Itoa(v.ID), Method: "getCancelFailureReasons"}, &reasons)
	if err != nil {
		return err
	}
	if len(reasons) > 0 {
		return inUse("NetworkInUse", "network", id, "there are servers, subnets or a gateway on it")
	}
	err = d.endBill(ctx, v.BillingItem, "NetworkInUse", "network", id)
	if err == nil {
		d.vlanNotes.Expire(ctx, v.Note, d.Opts.Now().Add(goneAge))
	}
	return err
}

// endBill cancels something.
func (d *Networks) endBill(ctx context.Context, b *records.OrderBill, exception, what, id string) error {
	err := d.API.Order(ctx, upstream.Call{Service: "Billing_Item", ID: strconv.Itoa(b.ID), Method: "cancelService"})
	if _, no := refused(err); no {
		return inUse(exception, what, id, "the cloud does not let it go")
	}
	return err
}

func inUse(exception, what, id, why string) error {
	return network.Held(exception, what, id, why)
}

// untold is for what was ordered and is not to be seen yet.
func untold(err error, what string) error {
	return jumpgate.BadGateway.Wrap(err, "The %s was ordered, but the cloud did not tell it yet. Please look at the list before trying again.", what)
}

// wait looks for what an order brings, for as long as a call may take.
func wait[T any](ctx context.Context, d *Networks, list func(context.Context) ([]T, error), is func(*T) bool) (*T, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), d.Opts.Timeout)
	defer cancel()
	for pause := d.API.Pause; ; pause = min(2*pause, longestPause) {
		all, err := list(ctx)
		if err != nil {
			return nil, err
		}
		for i := range all {
			if is(&all[i]) {
				return &all[i], nil
			}
		}
		select {
		case <-ctx.Done():
			return nil, keep.Abandoned(ctx)
		case <-time.After(pause):
		}
	}
}
