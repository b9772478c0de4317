package compute

import (
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
)

// Network is a network as Nova shows it.
type Network struct {
	ID, Label string
}

// networks shows networks as Nova did for clients that don't ask the network
// service themselves.
func networks(_ *service, driver any, t *table) {
	d, ok := driver.(NetworkLister)
	if !ok {
		return
	}
	for _, kind := range []struct {
		list, one string
		view      func(Network) jumpgate.Object
	}{
		{"os_networks", "os_network", networkView},
		{"os_tenant_networks", "os_tenant_network", tenantNetworkView},
	} {
		t.add(http.MethodGet, kind.list, before(endOfProxies, func(r *jumpgate.Request) (any, error) {
			all, err := d.Networks(r.Context())
			views := make([]jumpgate.Object, len(all))
			for i, n := range all {
				views[i] = kind.view(n)
			}
			return jumpgate.Object{{Name: "networks", Value: views}}, err
		}))
		t.add(http.MethodGet, kind.one, before(endOfProxies, func(r *jumpgate.Request) (any, error) {
			all, err := d.Networks(r.Context())
			if err != nil {
				return nil, err
			}
			i := slices.IndexFunc(all, func(n Network) bool { return n.ID == r.Var("network_id") })
			if i < 0 {
				return nil, jumpgate.NotFound.New("Network not found")
			}
			return jumpgate.Object{{Name: "network", Value: kind.view(all[i])}}, nil
		}))
	}
}

// networkView is mostly empty: so is Nova's, since it has no networks itself.
func networkView(n Network) jumpgate.Object {
	o := jumpgate.Object{{Name: "id", Value: n.ID}}
	for _, name := range []string{"cidr", "netmask", "gateway", "broadcast", "dns1", "dns2", "cidr_v6", "gateway_v6"} {
		o = append(o, jumpgate.Member{Name: name, Value: nil})
	}
	return append(o, jumpgate.Member{Name: "label", Value: n.Label}, jumpgate.Member{Name: "netmask_v6", Value: nil})
}

func tenantNetworkView(n Network) jumpgate.Object {
	return jumpgate.Object{{Name: "id", Value: n.ID}, {Name: "cidr", Value: "None"}, {Name: "label", Value: n.Label}}
}
