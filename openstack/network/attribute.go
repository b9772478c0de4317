package network

import (
	"net/netip"
	"time"

	"github.com/softlayer/jumpgate"
)

// attribute is one member of a resource of type T: how it is shown, read,
// checked, filtered and sorted by.
type attribute[T any] struct {
	name string
	// at returns a pointer to the field that holds the attribute. Where the
	// field alone does not say what is shown, view does; where a value is not
	// simply written to the field, set does that.
	at    func(*T) any
	does  traits
	is    check // what a value must be; nil: anything of the field's type
	byDef any   // what is set where a client says nothing; nil: nothing
	view  func(*T) any
	set   func(*T, any)
}

// traits say what clients may do with an attribute.
type traits int

const (
	post     traits = 1 << iota // may be set when the resource is made
	put                         // may be changed
	required                    // must be set when the resource is made
	filter                      // lists may be filtered by it
	sorted                      // lists may be sorted by it
	policed                     // has rules of its own in the policy, for setting and changing it
	hidden                      // is never shown
	null                        // its zero value is shown as null
	leaveOut                    // not shown while it is null or empty
	admins                      // has a rule of its own for who sees it
	echoed                      // shown when the resource is made even if it is left out later
)

func (t traits) has(some traits) bool { return t&some == some }

// value returns what is shown of the attribute of item; ok is false where it
// is not shown.
func (a *attribute[T]) value(item *T) (v any, ok bool) {
	if a.view != nil {
		v = a.view(item)
	} else {
		v = shown(a.at(item), a.does.has(null))
	}
	if a.does.has(leaveOut) && (v == nil || v == "") {
		return nil, false
	}
	return v, true
}

// shown is the JSON form of what p points to.
func shown(p any, zeroIsNull bool) any {
	var v any
	zero := false
	switch p := p.(type) {
	case *string:
		v, zero = *p, *p == ""
	case *bool:
		v = *p
	case *int:
		v, zero = *p, *p == 0
	case **int:
		if *p == nil {
			return nil
		}
		v = **p
	case *[]string:
		v = *p
	case *netip.Addr:
		if !p.IsValid() {
			return nil
		}
		v = p.String()
	case *netip.Prefix:
		if !p.IsValid() {
			return nil
		}
		v = p.String()
	case *time.Time:
		return p.UTC().Format(time.RFC3339)
	case *Direction:
		v = string(*p)
	case *EtherType:
		v = string(*p)
	case *[]Route:
		return routesView(*p)
	case *[]FixedIP:
		return fixedIPsView(*p)
	default:
		panic("network: no JSON form of a field")
	}
	if zero && zeroIsNull {
		return nil
	}
	return v
}

// assign writes v, which a check returned, to what p points to.
func assign(p, v any) {
	switch p := p.(type) {
	case *string:
		*p, _ = v.(string)
	case *bool:
		*p, _ = v.(bool)
	case *int:
		*p, _ = v.(int)
	case **int:
		*p = nil
		if n, ok := v.(int); ok {
			*p = &n
		}
	case *[]string:
		*p, _ = v.([]string)
	case *netip.Addr:
		*p, _ = v.(netip.Addr)
	case *netip.Prefix:
		*p, _ = v.(netip.Prefix)
	case *Direction:
		s, _ := v.(string)
		*p = Direction(s)
	case *EtherType:
		s, _ := v.(string)
		*p = EtherType(s)
	case *[]Route:
		*p, _ = v.([]Route)
	case *[]FixedIP:
		*p, _ = v.([]FixedIP)
	default:
		panic("network: a field that can't be set")
	}
}

// write gives the attribute of item a value that was checked.
func (a *attribute[T]) write(item *T, v any) {
	if a.set != nil {
		a.set(item, v)
		return
	}
	assign(a.at(item), v)
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
