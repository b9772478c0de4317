package network

import (
	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/resource"
)

// attribute is one member of a resource of type T.
type attribute[T any] = resource.Attribute[T]

// The traits of attributes, those of all services and Neutron's own.
const (
	post     = resource.Post
	put      = resource.Put
	required = resource.Required
	filter   = resource.Filter
	sorted   = resource.Sort
	hidden   = resource.Hidden
	null     = resource.Null
	leaveOut = resource.LeaveOut

	policed = resource.Own << iota // has rules of its own in the policy, for setting and changing it
	admins                         // has a rule of its own for who sees it
	echoed                         // shown when the resource is made even if it is left out later
)

// is puts the reason of a check into Neutron's sentence about a bad value.
func is(check check) resource.Check {
	return func(_ int, name string, v any) (any, error) {
		good, err := check(v)
		if why, ok := err.(reason); ok {
			return nil, badRequest("Invalid input for %s. Reason: %s.", name, string(why))
		}
		return good, err
	}
}

func routesView(routes []Route) []jumpgate.Object {
	views := make([]jumpgate.Object, len(routes))
	for i, r := range routes {
		views[i] = jumpgate.Object{{Name: "destination", Value: r.Destination.String()}, {Name: "nexthop", Value: r.NextHop.String()}}
	}
	return views
}

func fixedIPsView(ips []FixedIP) []jumpgate.Object {
	views := make([]jumpgate.Object, len(ips))
	for i, ip := range ips {
		views[i] = jumpgate.Object{{Name: "subnet_id", Value: ip.SubnetID}, {Name: "ip_address", Value: ip.Address.String()}}
	}
	return views
}

func poolsView(pools []Pool) []jumpgate.Object {
	views := make([]jumpgate.Object, len(pools))
	for i, p := range pools {
		views[i] = jumpgate.Object{{Name: "start", Value: p.Start.String()}, {Name: "end", Value: p.End.String()}}
	}
	return views
}
