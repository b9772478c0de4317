package memory

import (
	"context"
	"net/netip"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

var (
	_ network.MeteringDriver    = (*nets)(nil)
	_ network.SegmentDriver     = (*nets)(nil)
	_ network.LogDriver         = (*nets)(nil)
	_ network.DefaultRuleDriver = (*nets)(nil)
)

// MeteringLabels implements network.MeteringDriver.
func (n *nets) MeteringLabels() network.Lister[network.MeteringLabel] { return n.labels }

// MeteringRules implements network.MeteringDriver.
func (n *nets) MeteringRules() network.Lister[network.MeteringRule] { return n.meters }

// Segments implements network.SegmentDriver.
func (n *nets) Segments() network.Lister[network.Segment] { return n.segments }

// Logs implements network.LogDriver.
func (n *nets) Logs() network.Lister[network.Log] { return n.logs }

// LoggableResources implements network.LogDriver.
func (n *nets) LoggableResources() []string { return []string{"security_group"} }

// DefaultSecurityGroupRules implements network.DefaultRuleDriver.
func (n *nets) DefaultSecurityGroupRules() network.Lister[network.DefaultRule] { return n.templates }

func (n *nets) labelShelf() *shelf[network.MeteringLabel] {
	return &shelf[network.MeteringLabel]{
		n: n, items: make(map[string]*network.MeteringLabel), head: func(t *network.MeteringLabel) head { return head{&t.ID, &t.ProjectID, nil} },
		sees: func(_ context.Context, t *network.MeteringLabel) bool { return t.Shared },
		erase: func(t *network.MeteringLabel) {
			for _, r := range n.meters.items {
				if r.LabelID == t.ID {
					n.meters.take(r)
				}
			}
		},
	}
}

func (n *nets) meterShelf() *shelf[network.MeteringRule] {
	return &shelf[network.MeteringRule]{
		n: n, items: make(map[string]*network.MeteringRule), head: func(t *network.MeteringRule) head { return head{&t.ID, &t.ProjectID, nil} },
		add: func(_ context.Context, t *network.MeteringRule) error {
			mine, err := netip.ParsePrefix(t.RemoteIP)
			for _, other := range n.meters.items {
				theirs, err2 := netip.ParsePrefix(other.RemoteIP)
				if err == nil && err2 == nil && other.LabelID == t.LabelID && other.Direction == t.Direction && mine.Overlaps(theirs) {
					return network.Fault(jumpgate.Conflict, "MeteringLabelRuleOverlaps", "Metering label rule with remote_ip_prefix '%s' overlaps another.", t.RemoteIP)
				}
			}
			return nil
		},
	}
}

// segmentShelf has one segment of each network, and what administrators add.
func (n *nets) segmentShelf() *shelf[network.Segment] {
	return &shelf[network.Segment]{
		n: n, items: make(map[string]*network.Segment), head: func(t *network.Segment) head { return headOf(&t.Standard) },
		add: func(ctx context.Context, t *network.Segment) error {
			if n.networks.visible(ctx, t.NetworkID) == nil {
				return network.NetworkNotFound(t.NetworkID)
			}
			t.ProjectID = ""
			if t.SegmentationID == nil && t.NetworkType != "flat" && t.NetworkType != "local" {
				n.serial++
				id := 1000 + n.serial
				t.SegmentationID = &id
			}
			return nil
		},
		leave: func(_ context.Context, t *network.Segment) error {
			for _, s := range n.subnets.items {
				if s.SegmentID == t.ID {
					return network.Fault(jumpgate.Conflict, "SegmentInUse", "Segment '%s' cannot be deleted: The segment is still associated with subnet(s) '%s'.", t.ID, s.ID)
				}
			}
			return nil
		},
	}
}

func (n *nets) logShelf() *shelf[network.Log] {
	return &shelf[network.Log]{
		n: n, items: make(map[string]*network.Log), head: func(t *network.Log) head { return headOf(&t.Standard) },
		add: func(ctx context.Context, t *network.Log) error {
			missing := func(id string) error {
				return network.Fault(jumpgate.NotFound, "ResourceNotFound", "The resource %s could not be found.", id)
			}
			switch {
			case t.ResourceID != "" && n.groups.visible(ctx, t.ResourceID) == nil:
				return missing(t.ResourceID)
			case t.TargetID != "" && n.ports.visible(ctx, t.TargetID) == nil:
				return missing(t.TargetID)
			}
			return nil
		},
	}
}

// templateShelf has the rules that groups are born with: at first those that
// let everything out, and for default groups the own ports in.
func (n *nets) templateShelf() *shelf[network.DefaultRule] {
	s := &shelf[network.DefaultRule]{
		n: n, items: make(map[string]*network.DefaultRule), head: func(t *network.DefaultRule) head { return head{&t.ID, new(string), nil} },
		sees: func(context.Context, *network.DefaultRule) bool { return true },
		add: func(_ context.Context, t *network.DefaultRule) error {
			for _, other := range n.templates.items {
				if sameTemplate(other, t) {
					return network.Fault(jumpgate.Conflict, "DefaultSecurityGroupRuleExists", "Default Security group rule already exists. Rule id is %s.", other.ID)
				}
			}
			return nil
		},
	}
	for _, version := range []network.EtherType{network.IPv4, network.IPv6} {
		for _, t := range []network.DefaultRule{
			{Direction: network.Egress, InDefaultGroup: true, InOtherGroups: true}, {Direction: network.Ingress, RemoteGroupID: parent, InDefaultGroup: true},
		} {
			t.ID, t.EtherType = stableUUID("default rule", string(version)+string(t.Direction)), version
			s.items[t.ID] = &t
		}
	}
	return s
}

// parent is the group itself that is born.
const parent = "PARENT"

func ruleOf(t *network.DefaultRule) network.SecurityGroupRule {
	return network.SecurityGroupRule{
		Standard: network.Standard{Description: t.Description}, Direction: t.Direction, EtherType: t.EtherType, Protocol: t.Protocol,
		PortMin: t.PortMin, PortMax: t.PortMax, RemoteIP: t.RemoteIP, RemoteGroupID: t.RemoteGroupID, RemoteAddressGroupID: t.RemoteAddressGroupID,
		Born: true,
	}
}

func sameTemplate(a, b *network.DefaultRule) bool {
	x, y := ruleOf(a), ruleOf(b)
	return a.InDefaultGroup == b.InDefaultGroup && a.InOtherGroups == b.InOtherGroups && network.SameRule(&x, &y)
}
