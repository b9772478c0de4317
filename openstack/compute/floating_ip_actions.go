package compute

import (
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// FloatingIPNotFound is for an address that the principal does not have.
func FloatingIPNotFound() error { return jumpgate.NotFound.New("floating IP not found") }

// FloatingIPFailed is for an address that can't be associated.
func FloatingIPFailed(address, fixed, server, reason string) error {
	return jumpgate.BadRequest.New("Unable to associate floating IP %s to fixed IP %s for instance %s. Error: %s", address, fixed, server, reason)
}

// FixedAddress returns the address of s that a floating IP is associated with:
// fixed or, if that is empty, the first IPv4 address. It reads only s.ID and
// s.Networks.
func FixedAddress(s *Server, floating, fixed string) (string, error) {
	var all []Address
	for _, n := range s.Networks {
		all = append(all, n.Addresses...)
	}
	all = slices.DeleteFunc(all, func(a Address) bool { return a.Floating })
	if len(all) == 0 {
		return "", jumpgate.BadRequest.New("Instance network is not ready yet")
	}
	i := slices.IndexFunc(all, func(a Address) bool { return fixed == "" && a.Version == 4 || fixed == a.Addr })
	switch {
	case i >= 0:
		return all[i].Addr, nil
	case fixed != "":
		return "", jumpgate.BadRequest.New("Specified fixed address not assigned to instance")
	}
	return "", jumpgate.BadRequest.New("Unable to associate floating IP %s to any fixed IPs for instance %s. "+
		"Instance has no fixed IPv4 addresses to associate.", floating, s.ID)
}

// doersOfFloatingIPs are the actions that add and remove an address.
func (s *service) doersOfFloatingIPs(driver any, can map[string]doer) {
	lister, listed := driver.(FloatingIPLister)
	d, ok := driver.(FloatingIPAssociator)
	if !listed || !ok {
		return
	}
	accepted := func(err error) (any, error) {
		if err != nil {
			return nil, err
		}
		return htmlAnswer(http.StatusAccepted), nil
	}
	can["addFloatingIp"] = func(r *jumpgate.Request, id string, in schema.Object) (any, error) {
		return accepted(d.AssociateFloatingIP(r.Context(), id, in.String("address"), in.String("fixed_address")))
	}
	can["removeFloatingIp"] = func(r *jumpgate.Request, id string, in schema.Object) (any, error) {
		address := in.String("address")
		all, err := lister.FloatingIPs(r.Context())
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(all, func(f FloatingIP) bool { return f.Address == address })
		switch {
		case i < 0:
			return nil, noFloatingIP(address)
		case all[i].ServerID != id:
			return nil, jumpgate.Conflict.New("Floating IP %s is not associated with instance %s.", address, id)
		}
		return accepted(d.DisassociateFloatingIP(r.Context(), all[i].ID))
	}
}

func noFloatingIP(address string) error {
	return jumpgate.NotFound.New("Floating IP not found for address %s.", address)
}
