package conformance

import (
	"net/http"
	"slices"
	"testing"

	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/security/groups"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/subnets"
	"github.com/gophercloud/gophercloud/v2/pagination"
)

// networkLists holds what any network service lists against what it shows,
// page by page against at once, and against what is nobody's.
func (s *suite) networkLists(t *testing.T) {
	ctx, neutron := t.Context(), s.client(t, 0, openstack.NewNetworkV2)
	for _, list := range []struct {
		what string
		ids  func(limit int, marker string) ([]string, error)
		show func(id string) error
	}{
		{
			"network",
			func(limit int, marker string) ([]string, error) {
				return idsOf(t, networks.List(neutron, networks.ListOpts{Limit: limit, Marker: marker}), networks.ExtractNetworks, func(n networks.Network) string { return n.ID })
			},
			func(id string) error { return networks.Get(ctx, neutron, id).Err },
		},
		{
			"subnet",
			func(limit int, marker string) ([]string, error) {
				return idsOf(t, subnets.List(neutron, subnets.ListOpts{Limit: limit, Marker: marker}), subnets.ExtractSubnets, func(n subnets.Subnet) string { return n.ID })
			},
			func(id string) error { return subnets.Get(ctx, neutron, id).Err },
		},
		{
			"port",
			func(limit int, marker string) ([]string, error) {
				return idsOf(t, ports.List(neutron, ports.ListOpts{Limit: limit, Marker: marker}), ports.ExtractPorts, func(p ports.Port) string { return p.ID })
			},
			func(id string) error { return ports.Get(ctx, neutron, id).Err },
		},
		{
			"security group",
			func(limit int, marker string) ([]string, error) {
				return idsOf(t, groups.List(neutron, groups.ListOpts{Limit: limit, Marker: marker}), groups.ExtractGroups, func(g groups.SecGroup) string { return g.ID })
			},
			func(id string) error { return groups.Get(ctx, neutron, id).Err },
		},
	} {
		t.Run(list.what, func(t *testing.T) {
			all, err := list.ids(0, "")
			must(t, "list", err)
			if paged, err := list.ids(1, ""); err != nil || !slices.Equal(paged, all) {
				t.Errorf("page by page %v, %v; at once %v", paged, err, all)
			}
			for i, id := range all {
				if rest, err := list.ids(1000, id); err != nil || !slices.Equal(rest, all[i+1:]) {
					t.Errorf("after number %d: %v, %v; want %v", i, rest, err, all[i+1:])
				}
				must(t, "show what is in the list", list.show(id))
			}
			refused(t, "show an unknown one", list.show(nobodysID), http.StatusNotFound)
			_, err = list.ids(1000, nobodysID) // Neutron heeds a marker only with a limit
			refused(t, "unknown marker", err, http.StatusNotFound)
		})
	}
}

// idsOf reads all pages of a list.
func idsOf[T any](t *testing.T, pager pagination.Pager, extract func(pagination.Page) ([]T, error), id func(T) string) ([]string, error) {
	t.Helper()
	pages, err := pager.AllPages(t.Context())
	if err != nil {
		return nil, err
	}
	list, err := extract(pages)
	ids := make([]string, len(list))
	for i, one := range list {
		ids[i] = id(one)
	}
	return ids, err
}
