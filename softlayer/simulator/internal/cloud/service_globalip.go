package cloud

import (
	"slices"
	"strings"
)

func globalIPService() *service {
	return &service{
		name: globalIPTyp, typ: globalIPTyp,
		find: func(c *call) node {
			id, _ := parseInt(c.init)
			return found(c.acct.globalIP(func(g *globalIP) bool { return g.id() == id }))
		},
		methods: map[string]*method{
			"getObject": self(globalIPTyp),
			"route": {run: func(c *call) (any, error) {
				to, err := c.acct.destination("Network_Subnet_IpAddress", toStr(c.arg(0)))
				if err != nil {
					return nil, err
				}
				return c.object.(*globalIP).route(to)
			}},
			"unroute": {run: func(c *call) (any, error) { return c.object.(*globalIP).route(nil) }},
		},
	}
}

func subnetService() *service {
	onRoute := func(to func(c *call) (*nic, error)) *method {
		return &method{run: func(c *call) (any, error) {
			g := c.acct.globalIP(func(g *globalIP) bool { return node(g.subnet) == c.object })
			if g == nil {
				return nil, public("The subnet cannot be routed.")
			}
			nic, err := to(c)
			if err != nil {
				return nil, err
			}
			return g.route(nic)
		}}
	}
	return &service{
		name: "Network_Subnet", typ: "Network_Subnet",
		find: func(c *call) node {
			id, _ := parseInt(c.init)
			list := c.acct.visibleSubnets()
			if i := slices.IndexFunc(list, func(s *subnet) bool { return s.id() == id }); i >= 0 {
				return list[i]
			}
			if g := c.acct.globalIP(func(g *globalIP) bool { return g.subnet.id() == id }); g != nil {
				return g.subnet
			}
			return nil
		},
		methods: map[string]*method{
			"getObject": self("Network_Subnet"),
			"editNote": {run: func(c *call) (any, error) {
				subnetRecord(c.object).fields["note"] = toStr(c.arg(0))
				return true, nil
			}},
			"setTags": {run: func(c *call) (any, error) { return setTags(c, subnetRecord(c.object)) }},
			"route": onRoute(func(c *call) (*nic, error) {
				return c.acct.destination(strings.TrimPrefix(toStr(c.arg(0)), servicePrefix), textOf(c.arg(1)))
			}),
			"clearRoute": onRoute(func(*call) (*nic, error) { return nil, nil }),
		},
	}
}

func subnetRecord(n node) *record {
	if s, ok := n.(*subnet); ok {
		return s.record
	}
	return n.(*record)
}

// destination finds the public interface that a type and an identifier name: of an address that is in use, or of a server.
func (a *account) destination(typ, identifier string) (*nic, error) {
	id, _ := parseInt(identifier)
	for _, g := range a.guests {
		c := g.nic(1)
		if c == nil || c.subnet == nil {
			continue
		}
		switch typ {
		case "Network_Subnet_IpAddress":
			if r := c.address(); r.id() == id || r.str("ipAddress") == identifier {
				return c, nil
			}
		case "Virtual_Guest":
			if g.id == id || strings.EqualFold(g.guid, identifier) || g.hostname == identifier || g.hostname+"<"+g.domain+">" == identifier {
				return c, nil
			}
		default:
			return nil, invalidValue("Invalid value provided for 'type'. A global IP address is routed to addresses and servers.")
		}
	}
	return nil, invalidValue("Invalid value provided for 'identifier'.")
}
