package identity

import (
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/schema"
)

// Everything is in the one domain that every Keystone is born with.
const (
	domainID   = "default"
	domainName = "Default"
)

var domainRef = jumpgate.Object{{Name: "id", Value: domainID}, {Name: "name", Value: domainName}}

// ourDomain tells whether d names the default domain. As in Keystone the name
// goes before the id, and names are compared as MySQL compares them: without
// regard to case.
func ourDomain(d schema.Object) bool {
	if name := d.String("name"); name != "" {
		return strings.EqualFold(name, domainName)
	}
	return d.String("id") == domainID
}

// presentDomain is the domain as Keystone shows it (recording 070).
func (s *service) presentDomain(r *jumpgate.Request) (jumpgate.Object, error) {
	links, err := s.self(r, "v3_domains_with_id", "domain_id", domainID)
	return jumpgate.Object{
		{Name: "id", Value: domainID},
		{Name: "name", Value: domainName},
		{Name: "description", Value: "The default domain"},
		{Name: "enabled", Value: true},
		{Name: "tags", Value: []string{}},
		{Name: "options", Value: jumpgate.Object{}},
		links,
	}, err
}

// listDomains is GET /v3/domains (recordings 069, 070).
func (s *service) listDomains(r *jumpgate.Request) (any, error) {
	if err := operatorOnly(r, "list_domains"); err != nil {
		return nil, err
	}
	d, err := s.presentDomain(r)
	if err != nil {
		return nil, err
	}
	return s.list(r, "domains", []jumpgate.Object{d}, "name", "enabled")
}

// showDomain is GET /v3/domains/{domain_id}: for everybody whose token has a
// project in the domain (keystone.common.policies.domain).
func (s *service) showDomain(r *jumpgate.Request) (any, error) {
	id, by := r.Var("domain_id"), r.Env.Principal
	switch {
	case id != domainID && operator(by):
		return nil, jumpgate.NotFound.New("Could not find domain: %s.", id)
	case id != domainID || by.ProjectID == "":
		return nil, forbidden("get_domain")
	}
	d, err := s.presentDomain(r)
	return jumpgate.Object{{Name: "domain", Value: d}}, err
}

// domainConfig is GET of a group of the domain's configuration, or of one of
// its options. Everybody may read the rules for passwords, of which there are
// none.
func (s *service) domainConfig(r *jumpgate.Request) (any, error) {
	const group = "security_compliance"
	if r.Var("group") != group {
		return nil, forbidden("get_domain_config")
	}
	no := func(what string) error {
		return jumpgate.Forbidden.New("Invalid domain specific configuration: Reading security compliance %s..", what)
	}
	if r.Var("domain_id") != domainID {
		return nil, no("information for any domain other than the default domain is not allowed or supported")
	}
	rules := jumpgate.Object{{Name: "password_regex", Value: nil}, {Name: "password_regex_description", Value: nil}}
	option := r.Var("option")
	if option == "" {
		return jumpgate.Object{{Name: "config", Value: jumpgate.Object{{Name: group, Value: rules}}}}, nil
	}
	for _, rule := range rules {
		if rule.Name == option {
			return jumpgate.Object{{Name: "config", Value: jumpgate.Object{rule}}}, nil
		}
	}
	return nil, no("values other than password_regex and password_regex_description is not allowed")
}
