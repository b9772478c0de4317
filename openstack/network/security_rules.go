package network

import (
	"context"
	"net/netip"

	"github.com/softlayer/jumpgate"
)

// remoteCIDR takes an address or a network and writes it with its mask. Bits
// behind the mask stay.
func remoteCIDR(v any) (any, error) {
	s, ok := v.(string)
	if ok && s == "" {
		return nil, nil
	}
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.String(), nil
	}
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen()).String(), nil
	}
	return nil, fault(jumpgate.BadRequest, "InvalidCIDR", "Invalid CIDR %s given as IP prefix.", show(v))
}

// completeRule rewrites what Neutron says in one way only, and holds the parts
// of a new rule against each other.
func completeRule(t *SecurityGroupRule) error {
	if t.EtherType == IPv6 {
		switch t.Protocol {
		case "icmp", "icmpv6":
			t.Protocol = "ipv6-icmp"
		case "1":
			t.Protocol = "58"
		}
	}
	if t.PortMin != nil && t.PortMax != nil && *t.PortMin == 1 && *t.PortMax == 65535 {
		t.PortMin, t.PortMax = nil, nil
	}
	if err := checkPortRange(t); err != nil {
		return err
	}
	if p := prefix(t.RemoteIP); p.IsValid() && p.Addr().Is4() != (t.EtherType == IPv4) {
		return fault(jumpgate.BadRequest, "SecurityGroupRuleParameterConflict", "Conflicting value ethertype %s for CIDR %s", t.EtherType, t.RemoteIP)
	}
	if t.EtherType == IPv4 {
		switch ProtocolNumber(t.Protocol) {
		case 41, 43, 44, 58, 59, 60: // parts of IPv6
			return fault(jumpgate.BadRequest, "SecurityGroupEthertypeConflictWithProtocol", "Invalid ethertype %s for protocol %s.", t.EtherType, t.Protocol)
		}
	}
	remotes := 0
	for _, s := range []string{t.RemoteIP, t.RemoteGroupID, t.RemoteAddressGroupID} {
		if s != "" {
			remotes++
		}
	}
	if remotes > 1 {
		return fault(jumpgate.BadRequest, "SecurityGroupMultipleRemoteEntites", "Only one of remote_ip_prefix or remote_group_id or remote_address_group_id may be provided.")
	}
	return nil
}

func checkPortRange(t *SecurityGroupRule) error {
	if t.PortMin == nil && t.PortMax == nil {
		return nil
	}
	if t.Protocol == "" {
		return fault(jumpgate.BadRequest, "SecurityGroupProtocolRequiredWithPorts", "Must also specify protocol if port range is given.")
	}
	switch number := ProtocolNumber(t.Protocol); number {
	case 6, 17, 33, 132, 136:
		if zero(t.PortMin) || zero(t.PortMax) {
			return fault(jumpgate.BadRequest, "SecurityGroupInvalidPortValue", "Invalid value for port 0")
		}
		if t.PortMin == nil || t.PortMax == nil || *t.PortMin > *t.PortMax {
			return fault(jumpgate.BadRequest, "SecurityGroupInvalidPortRange", "For TCP/UDP protocols, port_range_min must be <= port_range_max")
		}
	case 1, 58:
		for _, part := range []struct {
			attr, field string
			v           *int
		}{{"port_range_min", "type", t.PortMin}, {"port_range_max", "code", t.PortMax}} {
			if part.v != nil && *part.v > 255 {
				return fault(jumpgate.BadRequest, "SecurityGroupInvalidIcmpValue", "Invalid value for ICMP %s (%s) %d. It must be 0 to 255.", part.field, part.attr, *part.v)
			}
		}
		if t.PortMin == nil {
			return fault(jumpgate.BadRequest, "SecurityGroupMissingIcmpType", "ICMP code (port-range-max) %d is provided but ICMP type (port-range-min) is missing.", *t.PortMax)
		}
	default:
		return fault(jumpgate.BadRequest, "SecurityGroupInvalidProtocolForPort", "Ports cannot be specified for protocol %d. Ports are only supported for DCCP, SCTP, TCP, UDP, UDPLITE.", number)
	}
	return nil
}

func zero(port *int) bool { return port != nil && *port == 0 }

// distinctRules checks rules that one request makes: they are of one group and
// project, and no two of them are the same.
func distinctRules(_ context.Context, all []*SecurityGroupRule) error {
	seen := make(map[traffic]bool, len(all))
	for _, t := range all {
		if t.GroupID != all[0].GroupID {
			return fault(jumpgate.BadRequest, "SecurityGroupNotSingleGroupRules", "Only allowed to update rules for one security profile at a time")
		}
		if t.ProjectID != all[0].ProjectID {
			return fault(jumpgate.BadRequest, "SecurityGroupRulesNotSingleProject", "Multiple project_ids in bulk security group rule create not allowed")
		}
		of := t.traffic()
		if seen[of] {
			return fault(jumpgate.Conflict, "DuplicateSecurityGroupRuleInPost", "Duplicate Security Group Rule in POST.")
		}
		seen[of] = true
	}
	return nil
}

// traffic is what a rule allows.
type traffic struct {
	group                    string
	direction                Direction
	etherType                EtherType
	protocol                 int // -1: any
	least, most              int // ports; -1: not said
	from                     netip.Prefix
	fromGroup, fromAddresses string
}

func (t *SecurityGroupRule) traffic() traffic {
	port := func(n *int) int {
		if n == nil {
			return -1
		}
		return *n
	}
	of := traffic{
		group: t.GroupID, direction: t.Direction, etherType: t.EtherType, protocol: -1, least: port(t.PortMin), most: port(t.PortMax),
		fromGroup: t.RemoteGroupID, fromAddresses: t.RemoteAddressGroupID,
	}
	if t.Protocol != "" {
		of.protocol = ProtocolNumber(t.Protocol)
	}
	if p := prefix(t.RemoteIP); p.IsValid() && p.Bits() != 0 { // else from anywhere
		of.from = p
	}
	return of
}

// SameRule tells whether two rules of a group allow the same traffic.
func SameRule(a, b *SecurityGroupRule) bool { return a.traffic() == b.traffic() }
