package compute

import (
	"context"
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// FloatingIP is an address that a project can move from server to server.
type FloatingIP struct {
	ID, Address, Pool string
	ServerID, FixedIP string // empty: not associated
}

// noFloatingIPs is a cloud where no network has any.
type noFloatingIPs struct{}

func (noFloatingIPs) FloatingIPs(context.Context) ([]FloatingIP, error)  { return nil, nil }
func (noFloatingIPs) FloatingIPPools(context.Context) ([]Network, error) { return nil, nil }
func (noFloatingIPs) ReleaseFloatingIP(context.Context, string) error    { return jumpgate.NotFound }
func (noFloatingIPs) AllocateFloatingIP(context.Context, string) (*FloatingIP, error) {
	return nil, jumpgate.NotFound
}

// floatingIPs takes the endpoints for a driver that has networks: one that has
// no floating addresses says so.
func floatingIPs(_ *service, driver any, t *table) {
	if _, ok := driver.(NetworkLister); !ok {
		return
	}
	lister, allocator := FloatingIPLister(noFloatingIPs{}), FloatingIPAllocator(noFloatingIPs{})
	if d, ok := driver.(FloatingIPLister); ok {
		lister = d
	} else {
		for _, name := range []string{"v2_os_floating_ips_id", "v21_os_floating_ips_id"} {
			t.Explain(http.MethodGet, name, "404: there are no floating addresses")
		}
	}
	if d, ok := driver.(FloatingIPAllocator); ok {
		allocator = d
	} else {
		for _, version := range []string{"v2_", "v21_"} {
			t.Explain(http.MethodPost, version+"os_floating_ips", "404: no network has a pool of floating addresses")
			t.Explain(http.MethodDelete, version+"os_floating_ips_id", "404: there are no floating addresses")
		}
	}
	for _, e := range []struct {
		method, name string
		handler
	}{
		{http.MethodGet, "os_floating_ip_pools", func(r *jumpgate.Request) (any, error) { return listFloatingPools(r, allocator) }},
		{http.MethodGet, "os_floating_ips", func(r *jumpgate.Request) (any, error) { return listFloatingIPs(r, lister) }},
		{http.MethodPost, "os_floating_ips", func(r *jumpgate.Request) (any, error) { return createFloatingIP(r, allocator) }},
		{http.MethodGet, "os_floating_ips_id", func(r *jumpgate.Request) (any, error) { return showFloatingIP(r, lister) }},
		{http.MethodDelete, "os_floating_ips_id", func(r *jumpgate.Request) (any, error) {
			id := r.Var("id")
			if err := allocator.ReleaseFloatingIP(r.Context(), id); err != nil {
				return nil, missing(err, "Floating IP not found for ID %s", id)
			}
			return empty(http.StatusAccepted), nil
		}},
	} {
		t.add(e.method, e.name, before(endOfProxies, e.handler))
	}
}

func listFloatingPools(r *jumpgate.Request, d FloatingIPAllocator) (any, error) {
	pools, err := d.FloatingIPPools(r.Context())
	views := make([]jumpgate.Object, len(pools))
	for i, pool := range pools {
		views[i] = jumpgate.Object{{Name: "name", Value: pool.Label}}
	}
	return jumpgate.Object{{Name: "floating_ip_pools", Value: views}}, err
}

func listFloatingIPs(r *jumpgate.Request, d FloatingIPLister) (any, error) {
	all, err := d.FloatingIPs(r.Context())
	views := make([]jumpgate.Object, len(all))
	for i := range all {
		views[i] = all[i].view()
	}
	return jumpgate.Object{{Name: "floating_ips", Value: views}}, err
}

func showFloatingIP(r *jumpgate.Request, d FloatingIPLister) (any, error) {
	all, err := d.FloatingIPs(r.Context())
	if err != nil {
		return nil, err
	}
	id := r.Var("id")
	i := slices.IndexFunc(all, func(f FloatingIP) bool { return f.ID == id })
	if i < 0 {
		return nil, jumpgate.NotFound.New("Floating IP not found for ID %s", id)
	}
	return jumpgate.Object{{Name: "floating_ip", Value: all[i].view()}}, nil
}

// createFloatingIP takes any body, and of that the pool.
func createFloatingIP(r *jumpgate.Request, d FloatingIPAllocator) (any, error) {
	body, err := optionalBody(r)
	if err != nil {
		return nil, err
	}
	pools, err := d.FloatingIPPools(r.Context())
	if err != nil {
		return nil, err
	}
	in, _ := body.(schema.Object)
	asked, _ := in.Get("pool")
	if (asked == nil || asked == "") && len(pools) > 0 {
		asked = pools[0].ID
	}
	pool := schema.Str(asked)
	i := slices.IndexFunc(pools, func(p Network) bool { return p.ID == pool || p.Label == pool })
	if i < 0 {
		return nil, jumpgate.NotFound.New("Floating IP pool not found.")
	}
	f, err := d.AllocateFloatingIP(r.Context(), pools[i].ID)
	if err != nil {
		return nil, allocationFault(err, in.String("pool"))
	}
	return jumpgate.Object{{Name: "floating_ip", Value: f.view()}}, nil
}

// allocationFault words why there is no address from a pool that was named,
// or not.
func allocationFault(err error, pool string) error {
	e := jumpgate.AsError(err)
	switch {
	case e.Message != "":
		return err
	case e.Kind == jumpgate.Forbidden && pool != "":
		return jumpgate.Forbidden.Wrap(err, "IP allocation over quota in pool %s.", pool)
	case e.Kind == jumpgate.Forbidden:
		return jumpgate.Forbidden.Wrap(err, "IP allocation over quota.")
	case pool != "":
		return missing(err, "No more floating IPs in pool %s.", pool)
	}
	return missing(err, "No more floating IPs available.")
}

func (f *FloatingIP) view() jumpgate.Object {
	return jumpgate.Object{
		{Name: "id", Value: f.ID},
		{Name: "ip", Value: f.Address},
		{Name: "pool", Value: f.Pool},
		{Name: "fixed_ip", Value: rest.OrNil(f.FixedIP)},
		{Name: "instance_id", Value: rest.OrNil(f.ServerID)},
	}
}
