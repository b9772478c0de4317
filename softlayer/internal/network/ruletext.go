package network

import (
	"net/netip"

	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// asPrefix is an address or a network as a network, as Neutron shows what a
// rule is about.
func asPrefix(remote string) string {
	if a, err := netip.ParseAddr(remote); err == nil {
		return netip.PrefixFrom(a, a.BitLen()).String()
	}
	return remote
}

// cidr is the same in one spelling, to compare: SoftLayer may spell it as it
// likes. Anywhere is nothing.
func cidr(remote string) string {
	p, err := netip.ParsePrefix(asPrefix(remote))
	switch {
	case err != nil:
		return remote
	case p.Bits() == 0:
		return ""
	}
	return p.Masked().String()
}

// wireProtocols are the protocols that SoftLayer's rules know, by IANA's
// numbers; 0: any.
var wireProtocols = map[int]string{0: "", 1: "icmp", 6: "tcp", 17: "udp", 58: "icmp", 112: "vrrp"}

// wireRule is r in SoftLayer's words, but for a group that it names.
func wireRule(r *network.SecurityGroupRule) (records.SecurityRule, error) {
	wire, ok := wireProtocols[protocolOf(r.Protocol)]
	switch {
	case !ok:
		return records.SecurityRule{}, network.Invalid("Security groups of this cloud know the protocols tcp, udp, icmp, ipv6-icmp and vrrp, not %s.", r.Protocol)
	case r.RemoteAddressGroupID != "":
		return records.SecurityRule{}, network.AddressGroupNotFound(r.RemoteAddressGroupID)
	}
	return records.SecurityRule{
		Direction: string(r.Direction), Ethertype: string(r.EtherType), Protocol: wire, PortMin: r.PortMin, PortMax: r.PortMax, RemoteIP: cidr(r.RemoteIP),
	}, nil
}
