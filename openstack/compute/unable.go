package compute

import (
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// unsupported is what Nova says where its hypervisor can't.
const unsupported = "The requested functionality is not supported."

func noPasswords(*Server, schema.Object) error {
	return jumpgate.NotImplemented.New("Unable to set password on instance")
}

func noCrashDumps(*Server, schema.Object) error {
	return jumpgate.BadRequest.New("Triggering crash dump is not supported")
}

// noMoreFixedIPs is of a network that gives each server the address it has,
// and no more.
func noMoreFixedIPs(_ *Server, in schema.Object) error {
	network, _ := in.Get("networkId")
	return jumpgate.BadRequest.New("No fixed IP addresses available for network: %s", schema.Str(network))
}

func fixedIPStays(s *Server, in schema.Object) error {
	address := in.String("address")
	for _, n := range s.Networks {
		if slices.ContainsFunc(n.Addresses, func(a Address) bool { return a.Addr == address && !a.Floating }) {
			return jumpgate.BadRequest.New("Instance %s can't be without fixed IP '%s'.", s.ID, address)
		}
	}
	return jumpgate.BadRequest.New("Instance %s does not have fixed IP '%s'.", s.ID, address)
}

func noFloatingIPToAdd(s *Server, in schema.Object) error {
	if _, err := FixedAddress(s, in.String("address"), in.String("fixed_address")); err != nil {
		return err
	}
	return FloatingIPNotFound()
}

func noFloatingIPToRemove(_ *Server, in schema.Object) error {
	return noFloatingIP(in.String("address"))
}

// noSecurityGroups is of a cloud that has none.
func noSecurityGroups(s *Server, in schema.Object) error {
	group, err := groupNamed(in)
	if err != nil {
		return err
	}
	return jumpgate.NotFound.New("Security group %s is not found for project %s", group, s.ProjectID)
}
