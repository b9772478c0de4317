package network

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
)

// addressGroups serves lists of addresses that rules of security groups name.
func addressGroups(s *service, driver any) {
	d, ok := driver.(AddressGroupDriver)
	if !ok {
		return
	}
	all := d.AddressGroups()
	k := provide(s, addressGroupKind(), all, "address-group")
	if updater, ok := all.(Updater[AddressGroup]); ok {
		s.add("v2_address_group_add_addresses", jumpgate.Methods{http.MethodPut: func(r *jumpgate.Request) (any, error) {
			return readdress(r, k, updater, "add_addresses", func(g *AddressGroup, more []string) ([]string, error) {
				if both := common(g.Addresses, more); len(both) > 0 {
					return nil, fault(jumpgate.BadRequest, "AddressesAlreadyExist", "Addresses %s already exist in the address group %s.", strings.Join(both, ", "), g.ID)
				}
				return append(slices.Clone(g.Addresses), more...), nil
			})
		}})
		s.add("v2_address_group_remove_addresses", jumpgate.Methods{http.MethodPut: func(r *jumpgate.Request) (any, error) {
			return readdress(r, k, updater, "remove_addresses", func(g *AddressGroup, less []string) ([]string, error) {
				if both := common(less, g.Addresses); len(both) < len(less) {
					missing := slices.DeleteFunc(slices.Clone(less), func(a string) bool { return slices.Contains(both, a) })
					return nil, fault(jumpgate.NotFound, "AddressesNotFound", "Addresses %s not found in the address group %s.", strings.Join(missing, ", "), g.ID)
				}
				return slices.DeleteFunc(slices.Clone(g.Addresses), func(a string) bool { return slices.Contains(less, a) }), nil
			})
		}})
	}
}

func common(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(v string) bool { return !slices.Contains(b, v) })
}

func addressGroupKind() *kind[AddressGroup] {
	k := &kind[AddressGroup]{
		one: "address_group", many: "address_groups", list: "v2_address_groups", item: "v2_address_group", id: "address_group_id",
		notFound: AddressGroupNotFound,
		attrs: []attribute[AddressGroup]{
			{Name: "name", At: func(t *AddressGroup) any { return &t.Name }, Does: post | put | filter | sorted, Check: is(text(255)), Default: ""},
			{Name: "addresses", At: func(t *AddressGroup) any { return &t.Addresses }, Does: post, Check: is(addresses)},
			{Name: "shared", At: func(t *AddressGroup) any { return &t.Shared }, Does: filter | hidden},
		},
	}
	return ofStandard(k, func(t *AddressGroup) *Standard { return &t.Standard })
}

// addresses takes a list of networks and addresses, which become networks of
// one.
func addresses(v any) (any, error) {
	return listOf(func(item any) (any, error) {
		s, _ := item.(string)
		p := prefix(s)
		if a, err := netip.ParseAddr(s); !p.IsValid() || err == nil && a.Zone() != "" {
			return nil, because("'%s' is not a valid IP subnet", show(item))
		}
		return p.String(), nil
	})(v)
}

func readdress(r *jumpgate.Request, k *kind[AddressGroup], updater Updater[AddressGroup], rule string, change func(*AddressGroup, []string) ([]string, error)) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	if _, ok := body["addresses"]; !ok {
		return nil, badRequest("Failed to parse request. Required attribute 'addresses' not specified")
	}
	given, err := addresses(body["addresses"])
	if err != nil {
		return nil, badRequest("Invalid input for addresses. Reason: %s.", err)
	}
	ctx, g, err := k.may(r, rule)
	if err != nil {
		return nil, err
	}
	texts, _ := given.([]string)
	now, err := change(g, texts)
	if err != nil {
		return nil, err
	}
	changed, err := updater.Update(ctx, g.ID, NewUpdate(func(t *AddressGroup) { t.Addresses = now }, "addresses"))
	if err != nil {
		return nil, k.found(err, g.ID)
	}
	return jumpgate.Object{{Name: k.one, Value: k.wanted(ctx, nil).View(changed)}}, nil
}
