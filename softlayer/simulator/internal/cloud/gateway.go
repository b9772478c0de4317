package cloud

import (
	"slices"
	"strconv"
)

// gateway is a pair of machines of an account that VLANs are put behind. It has a public and a private VLAN of its own.
type gateway struct {
	*record
	account *account
	dc      *record
	inside  []*gatewayVLAN
}

// gatewayVLAN is a VLAN behind a gateway. Bypassed, its traffic goes past it.
type gatewayVLAN struct {
	*record
	gateway *gateway
	vlan    *vlan
}

const (
	gatewayTyp     = "Network_Gateway"
	gatewayVLANTyp = "Network_Gateway_Vlan"
)

func (a *account) newGateway(o Gateway) *gateway {
	dc := a.sim.catalog.datacenters[0]
	if o.Datacenter != "" {
		dc = mustFind("datacenter", o.Datacenter, a.sim.catalog.datacenter(o.Datacenter))
	}
	public, private := a.newVLAN(dc, true), a.newVLAN(dc, false)
	g := &gateway{account: a, dc: dc}
	outside, within := public.subnets[0].addressRecord(2), private.subnets[0].addressRecord(2)
	public.subnets[0].hold(2)
	private.subnets[0].hold(2)
	g.record = newRecord(gatewayTyp, fields{
		"id": a.sim.inv.id("gateway"), "accountId": a.id(), "name": o.Name, "groupNumber": 1, "networkSpace": "BOTH", "statusId": 1,
		"publicVlanId": public.id(), "privateVlanId": private.id(), "publicIpAddressId": outside.id(), "privateIpAddressId": within.id(),
		"publicVlan": public, "privateVlan": private, "publicIpAddress": outside, "privateIpAddress": within, "account": a.self,
		"status":      newRecord("Network_Gateway_Status", fields{"id": 1, "keyName": "ACTIVE", "name": "Active"}).freeze(),
		"insideVlans": func() any { return nodes(g.inside) }, "members": []node{},
	})
	a.gateways = append(a.gateways, g)
	if o.Inside {
		for _, v := range a.vlans {
			if v.dc == dc && v != public && v != private && v.behind() == nil {
				g.attach(v, false)
			}
		}
	}
	return g
}

// attach puts a VLAN behind g.
func (g *gateway) attach(v *vlan, bypass bool) *gatewayVLAN {
	in := &gatewayVLAN{gateway: g, vlan: v}
	in.record = newRecord(gatewayVLANTyp, fields{
		"id": g.account.sim.inv.id("gatewayVlan"), "bypassFlag": bypass, "networkGatewayId": g.id(), "networkVlanId": v.id(),
		"networkGateway": g, "networkVlan": v,
	})
	g.inside = append(g.inside, in)
	return in
}

// behind is how a gateway has v; nil: none does.
func (v *vlan) behind() *gatewayVLAN {
	for _, g := range v.account.gateways {
		if i := slices.IndexFunc(g.inside, func(in *gatewayVLAN) bool { return in.vlan == v }); i >= 0 {
			return g.inside[i]
		}
	}
	return nil
}

func (a *account) gateway(id int) *gateway {
	if i := slices.IndexFunc(a.gateways, func(g *gateway) bool { return g.id() == id }); i >= 0 {
		return a.gateways[i]
	}
	return nil
}

func gatewayService() *service {
	return &service{
		name: gatewayTyp, typ: gatewayTyp,
		find: func(c *call) node {
			id, _ := parseInt(c.init)
			return found(c.acct.gateway(id))
		},
		methods: map[string]*method{
			"getObject": self(gatewayTyp),
			"rename": {run: func(c *call) (any, error) {
				c.object.(*gateway).fields["name"] = toStr(c.arg(0))
				return true, nil
			}},
		},
	}
}

func gatewayVLANService() *service {
	bypass := func(to bool) *method {
		return &method{run: func(c *call) (any, error) {
			c.object.(*gatewayVLAN).fields["bypassFlag"] = to
			return nil, nil
		}}
	}
	return &service{
		name: gatewayVLANTyp, typ: gatewayVLANTyp,
		find: func(c *call) node {
			id, _ := parseInt(c.init)
			for _, g := range c.acct.gateways {
				if i := slices.IndexFunc(g.inside, func(in *gatewayVLAN) bool { return in.id() == id }); i >= 0 {
					return g.inside[i]
				}
			}
			return nil
		},
		methods: map[string]*method{
			"getObject":    self(gatewayVLANTyp),
			"createObject": {returns: gatewayVLANTyp, static: true, run: attachVLAN},
			"deleteObject": {run: func(c *call) (any, error) {
				in := c.object.(*gatewayVLAN)
				in.gateway.inside = slices.DeleteFunc(in.gateway.inside, func(o *gatewayVLAN) bool { return o == in })
				return nil, nil
			}},
			"bypass":   bypass(true),
			"unbypass": bypass(false),
		},
	}
}

// attachVLAN puts a VLAN behind a gateway, which must be in the same datacenter.
func attachVLAN(c *call) (any, error) {
	t, err := c.template()
	if err != nil {
		return nil, err
	}
	if err := c.sim.checkTemplate(t, c.sim.schema.byName(gatewayVLANTyp)); err != nil {
		return nil, err
	}
	to, _ := toInt(t["networkGatewayId"])
	which, _ := toInt(t["networkVlanId"])
	g, v := c.acct.gateway(to), c.acct.vlan(which)
	switch {
	case g == nil:
		return nil, notFound(strconv.Itoa(to))
	case v == nil:
		return nil, notFound(strconv.Itoa(which))
	case v.behind() != nil:
		return nil, public("The VLAN %d is attached to a gateway already.", v.id())
	case v.dc != g.dc:
		return nil, public("The VLAN %d can't be reached by the gateway.", v.id())
	}
	in := g.attach(v, toBool(t["bypassFlag"]))
	c.created = textOf(in.id())
	return in, nil
}
