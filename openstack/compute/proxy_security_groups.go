package compute

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// SecurityGroup says what a server's interfaces let in.
type SecurityGroup struct {
	ID, Name, Description, ProjectID string
	Rules                            []SecurityGroupRule
}

// SecurityGroupRule lets some traffic in.
type SecurityGroupRule struct {
	ID               string
	Protocol         string // tcp, udp, icmp; empty: any
	PortMin, PortMax *int   // nil: all
	RemoteIP         string // a CIDR; if this and RemoteGroupID are empty: anywhere
	RemoteGroupID    string
}

var securityGroupParams = &querySchema{params: []queryParam{
	{name: "limit", schema: naturalNumber}, {name: "offset", schema: naturalNumber}, {name: "all_tenants", schema: anyString},
}}

func securityGroups(s *service, driver any, t *table) {
	d, ok := driver.(SecurityGroupLister)
	if !ok {
		return
	}
	t.add(http.MethodGet, "os_security_groups", before(endOfProxies, func(r *jumpgate.Request) (any, error) { return s.listSecurityGroups(r, d) }))
	t.add(http.MethodGet, "os_security_group", before(endOfProxies, func(r *jumpgate.Request) (any, error) { return showSecurityGroup(r, d) }))
	if s.serverGetter != nil {
		t.add(http.MethodGet, "os_server_security_groups", func(r *jumpgate.Request) (any, error) { return s.serverSecurityGroups(r, d) })
	}
}

// listSecurityGroups shows an admin those of all projects where the query has
// all_tenants, whatever its value.
func (s *service) listSecurityGroups(r *jumpgate.Request, d SecurityGroupLister) (any, error) {
	p, err := readQuery(r, securityGroupParams)
	if err != nil {
		return nil, err
	}
	list := d.SecurityGroups
	if every, ok := d.(AllSecurityGroupLister); ok && r.URL.Query().Has("all_tenants") && allow(r, "context_is_admin", nil) == nil {
		list = every.AllSecurityGroups
	}
	all, err := list(r.Context())
	if err != nil {
		return nil, err
	}
	return securityGroupsView(pageByOffset(p, all), all), nil
}

func showSecurityGroup(r *jumpgate.Request, d SecurityGroupLister) (any, error) {
	all, i, err := findSecurityGroup(r.Context(), d, r.Var("security_group_id"))
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "security_group", Value: all[i].view(all)}}, nil
}

// serverSecurityGroups shows the groups that a server names.
func (s *service) serverSecurityGroups(r *jumpgate.Request, d SecurityGroupLister) (any, error) {
	server, err := s.serverGetter.Server(r.Context(), serverID(r))
	if err != nil {
		return nil, serverFault(err, serverID(r), 0)
	}
	var list, all []SecurityGroup
	if len(server.SecurityGroups) > 0 {
		if all, err = d.SecurityGroups(r.Context()); err != nil {
			return nil, err
		}
	}
	for _, g := range all {
		if slices.Contains(server.SecurityGroups, g.Name) {
			list = append(list, g)
		}
	}
	return securityGroupsView(list, all), nil
}

// securityGroupsView shows a list by name, as Nova does.
func securityGroupsView(list, all []SecurityGroup) jumpgate.Object {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b SecurityGroup) int {
		return cmp.Or(cmp.Compare(a.ProjectID, b.ProjectID), cmp.Compare(a.Name, b.Name))
	})
	views := make([]jumpgate.Object, len(list))
	for i := range list {
		views[i] = list[i].view(all)
	}
	return jumpgate.Object{{Name: "security_groups", Value: views}}
}

// view shows g. A rule of a group that is not among all is left out.
func (g *SecurityGroup) view(all []SecurityGroup) jumpgate.Object {
	rules := []jumpgate.Object{}
	for i := range g.Rules {
		if rule := g.ruleView(&g.Rules[i], all); rule != nil {
			rules = append(rules, rule)
		}
	}
	return jumpgate.Object{
		{Name: "id", Value: g.ID},
		{Name: "description", Value: g.Description},
		{Name: "name", Value: g.Name},
		{Name: "tenant_id", Value: g.ProjectID},
		{Name: "rules", Value: rules},
	}
}

// ruleView shows a rule of g; nil: the group that it lets in is not among all.
func (g *SecurityGroup) ruleView(rule *SecurityGroupRule, all []SecurityGroup) jumpgate.Object {
	group, network := jumpgate.Object{}, jumpgate.Object{}
	switch i := slices.IndexFunc(all, func(o SecurityGroup) bool { return o.ID == rule.RemoteGroupID }); {
	case rule.RemoteGroupID == "":
		network = jumpgate.Object{{Name: "cidr", Value: rule.source()}}
	case i < 0:
		return nil
	default:
		group = jumpgate.Object{{Name: "name", Value: all[i].Name}, {Name: "tenant_id", Value: all[i].ProjectID}}
	}
	from, to := rule.ports()
	return jumpgate.Object{
		{Name: "id", Value: rule.ID},
		{Name: "parent_group_id", Value: g.ID},
		{Name: "ip_protocol", Value: rest.OrNil(rule.Protocol)},
		{Name: "from_port", Value: from},
		{Name: "to_port", Value: to},
		{Name: "group", Value: group},
		{Name: "ip_range", Value: network},
	}
}

// source is the network that Nova shows where a rule names none, of IPv6, too.
func (rule *SecurityGroupRule) source() string { return cmp.Or(rule.RemoteIP, "0.0.0.0/0") }

// ports are those that Nova shows: of a protocol that names none, all there
// are.
func (rule *SecurityGroupRule) ports() (from, to *int) {
	if rule.Protocol == "" || rule.PortMin != nil || rule.PortMax != nil {
		return rule.PortMin, rule.PortMax
	}
	least, most := -1, -1
	if p := strings.ToLower(rule.Protocol); p == "tcp" || p == "udp" {
		least, most = 1, 65535
	}
	return &least, &most
}
