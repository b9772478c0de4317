package identity

import (
	"errors"
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// A domain's configuration is for the cloud that looks up the domain's users in
// a directory of its own. This keeps it, for those who read it.

// configOptions are those that a domain may have, with Keystone's defaults.
var configOptions = schema.Object{
	{Name: "identity", Value: schema.Object{{Name: "driver", Value: "sql"}, {Name: "list_limit", Value: nil}}},
	{Name: "ldap", Value: schema.Object{
		{Name: "url", Value: "ldap://localhost"}, {Name: "user", Value: nil}, {Name: "suffix", Value: "cn=example,cn=com"},
		{Name: "query_scope", Value: "one"}, {Name: "page_size", Value: number("0")}, {Name: "alias_dereferencing", Value: "default"},
		{Name: "debug_level", Value: nil}, {Name: "chase_referrals", Value: nil}, {Name: "user_tree_dn", Value: nil},
		{Name: "user_filter", Value: nil}, {Name: "user_objectclass", Value: "inetOrgPerson"}, {Name: "user_id_attribute", Value: "cn"},
		{Name: "user_name_attribute", Value: "sn"}, {Name: "user_mail_attribute", Value: "mail"},
		{Name: "user_description_attribute", Value: "description"}, {Name: "user_pass_attribute", Value: "userPassword"},
		{Name: "user_enabled_attribute", Value: "enabled"}, {Name: "user_enabled_invert", Value: false},
		{Name: "user_enabled_mask", Value: number("0")}, {Name: "user_enabled_default", Value: "True"},
		{Name: "user_attribute_ignore", Value: []any{"default_project_id"}}, {Name: "user_default_project_id_attribute", Value: nil},
		{Name: "user_enabled_emulation", Value: false}, {Name: "user_enabled_emulation_dn", Value: nil},
		{Name: "user_enabled_emulation_use_group_config", Value: false}, {Name: "user_additional_attribute_mapping", Value: []any{}},
		{Name: "group_tree_dn", Value: nil}, {Name: "group_filter", Value: nil}, {Name: "group_objectclass", Value: "groupOfNames"},
		{Name: "group_id_attribute", Value: "cn"}, {Name: "group_name_attribute", Value: "ou"}, {Name: "group_members_are_ids", Value: false},
		{Name: "group_member_attribute", Value: "member"}, {Name: "group_desc_attribute", Value: "description"},
		{Name: "group_attribute_ignore", Value: []any{}}, {Name: "group_additional_attribute_mapping", Value: []any{}},
		{Name: "tls_cacertfile", Value: nil}, {Name: "tls_cacertdir", Value: nil}, {Name: "use_tls", Value: false},
		{Name: "tls_req_cert", Value: "demand"}, {Name: "use_pool", Value: true}, {Name: "pool_size", Value: number("10")},
		{Name: "pool_retry_max", Value: number("3")}, {Name: "pool_retry_delay", Value: number("0.1")},
		{Name: "pool_connection_timeout", Value: number("-1")}, {Name: "pool_connection_lifetime", Value: number("600")},
		{Name: "use_auth_pool", Value: true}, {Name: "auth_pool_size", Value: number("100")}, {Name: "auth_pool_connection_lifetime", Value: number("60")},
	}},
}

// sensitiveOption is kept and never shown.
const sensitiveOption = "password"

const compliance = "security_compliance"

func badConfig(reason string) error {
	return jumpgate.Forbidden.New("Invalid domain specific configuration: %s.", reason)
}

// checkOption refuses what a domain can't have; empty names stand for all.
func checkOption(group, option string) error {
	known := configOptions.Object(group)
	switch {
	case group != "" && known == nil:
		return badConfig("Group " + group + " is not supported for domain specific configurations")
	case option != "" && !known.Has(option) && (group != "ldap" || option != sensitiveOption):
		return badConfig("Option " + option + " in group " + group + " is not supported for domain specific configurations")
	}
	return nil
}

func checkConfig(config schema.Object) error {
	if len(config) == 0 {
		return badConfig("No options specified")
	}
	for _, group := range config {
		options := config.Object(group.Name)
		if len(options) == 0 {
			return badConfig("The value of group " + group.Name + " specified in the config should be a dictionary of options")
		}
		for _, option := range options {
			if err := checkOption(group.Name, option.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

func noConfig(domain, group, option string) error {
	what := "any options"
	switch {
	case option != "":
		what = "option " + option + " in group " + group
	case group != "":
		what = "group " + group
	}
	return jumpgate.NotFound.New("Could not find %s in domain configuration for domain %s.", what, domain)
}

// pick is the part of a configuration that the path asks for; nil: there is
// none. The sensitive option is left out.
func pick(config schema.Object, group, option string) schema.Object {
	if option != "" {
		if v, ok := config.Object(group).Get(option); ok && option != sensitiveOption {
			return schema.Object{{Name: option, Value: v}}
		}
		return nil
	}
	var out schema.Object
	for _, g := range config {
		if group != "" && g.Name != group {
			continue
		}
		options := slices.DeleteFunc(slices.Clone(config.Object(g.Name)), func(m schema.Member) bool { return m.Name == sensitiveOption })
		if len(options) > 0 {
			out = append(out, schema.Member{Name: g.Name, Value: options})
		}
	}
	return out
}

func (s *service) configs() shelf[record] { return shelf[record]{s.store, "identity_domain_config"} }

func shownConfig(config schema.Object, status int) (any, error) {
	return &jumpgate.Response{Status: status, Body: jumpgate.Object{{Name: "config", Value: append(jumpgate.Object{}, config...)}}}, nil
}

// defaultConfig is GET /v3/domains/config/.../default.
func (s *service) defaultConfig(r *jumpgate.Request) (any, error) {
	group, option := pathVar(r, "group"), pathVar(r, "option")
	if err := checkOption(group, option); err != nil {
		return nil, err
	}
	if option == sensitiveOption {
		return nil, badConfig("Reading the default for option " + option + " in group " + group + " is not supported")
	}
	return shownConfig(pick(configOptions, group, option), http.StatusOK)
}

// showConfig is GET of a domain's configuration, of a group or of an option.
func (s *service) showConfig(r *jumpgate.Request) (any, error) {
	id, group, option := r.Var("domain_id"), pathVar(r, "group"), pathVar(r, "option")
	if group == compliance {
		return s.complianceConfig(r, id, option)
	}
	if err := s.allow(r, "get_domain_config", nil); err != nil {
		return nil, err
	}
	if err := checkOption(group, option); err != nil {
		return nil, err
	}
	rec, _, err := s.configs().get(r.Context(), "", id)
	if err != nil && !errors.Is(err, jumpgate.NotFound) {
		return nil, err
	}
	var part schema.Object
	if rec != nil {
		part = pick(rec.Object, group, option)
	}
	if d, err := s.domain(r, id); d == nil {
		return nil, errors.Join(err, noDomain(id))
	}
	if part == nil {
		return nil, noConfig(id, group, option)
	}
	return shownConfig(part, http.StatusOK)
}

// complianceConfig are the rules for passwords, of which there are none, and
// which everybody may read.
func (s *service) complianceConfig(r *jumpgate.Request, domain, option string) (any, error) {
	if err := s.allow(r, "get_security_compliance_domain_config", nil); err != nil {
		return nil, err
	}
	if domain != domainID {
		return nil, badConfig("Reading security compliance information for any domain other than the default domain is not allowed or supported.")
	}
	rules := schema.Object{{Name: "password_regex"}, {Name: "password_regex_description"}}
	switch {
	case option == "":
		return shownConfig(schema.Object{{Name: compliance, Value: rules}}, http.StatusOK)
	case rules.Has(option):
		return shownConfig(schema.Object{{Name: option}}, http.StatusOK)
	}
	return nil, badConfig("Reading security compliance values other than password_regex and password_regex_description is not allowed.")
}

// configBody is the body of a change of a domain that there is.
func (s *service) configBody(r *jumpgate.Request, action string) (schema.Object, error) {
	body, err := s.bodyFor(r, "config")
	if err != nil {
		return nil, err
	}
	return body, s.domainAfter(r, action)
}

// domainAfter looks for the domain of the path when the policy was asked.
func (s *service) domainAfter(r *jumpgate.Request, action string) error {
	if err := s.allow(r, action, nil); err != nil {
		return err
	}
	d, err := s.domain(r, r.Var("domain_id"))
	switch {
	case err != nil:
		return err
	case d == nil:
		return noDomain(r.Var("domain_id"))
	case s.store == nil:
		return errLacking
	}
	return nil
}

// createConfig is PUT /v3/domains/{domain_id}/config.
func (s *service) createConfig(r *jumpgate.Request) (any, error) {
	body, err := s.configBody(r, "create_domain_config")
	if err == nil {
		err = checkConfig(body)
	}
	if err != nil {
		return nil, err
	}
	id, status := r.Var("domain_id"), http.StatusOK
	_, version, err := s.configs().get(r.Context(), "", id)
	if errors.Is(err, jumpgate.NotFound) {
		status, err = http.StatusCreated, nil
	}
	if err == nil {
		err = s.configs().put(r.Context(), "", id, &record{body}, version)
	}
	if err != nil {
		return nil, err
	}
	return shownConfig(pick(body, "", ""), status)
}

// updateConfig is PATCH of a configuration, of a group or of an option.
func (s *service) updateConfig(r *jumpgate.Request) (any, error) {
	body, err := s.configBody(r, "update_domain_config")
	if err != nil {
		return nil, err
	}
	id, group, option := r.Var("domain_id"), pathVar(r, "group"), pathVar(r, "option")
	if option != "" {
		body = schema.Object{{Name: group, Value: body}}
	}
	if err := errors.Join(checkConfig(body), checkOption(group, option)); err != nil {
		return nil, err
	}
	rec, err := s.configs().update(r.Context(), "", id, func(now *record) error {
		if err := checkUpdate(now.Object, body, id, group, option); err != nil {
			return err
		}
		for _, g := range body {
			options := &record{slices.Clone(now.Object.Object(g.Name))}
			for _, o := range body.Object(g.Name) {
				options.set(o.Name, o.Value)
			}
			now.set(g.Name, options.Object)
		}
		return nil
	})
	if errors.Is(err, jumpgate.NotFound) && rec == nil {
		return nil, noConfig(id, group, option)
	}
	if err != nil {
		return nil, err
	}
	return shownConfig(pick(rec.Object, "", ""), http.StatusOK)
}

// checkUpdate refuses to update one thing with a body that has others.
func checkUpdate(now, body schema.Object, domain, group, option string) error {
	switch {
	case group == "":
	case option != "" && (len(body) != 1 || len(body.Object(group)) != 1):
		return badConfig("Trying to update option " + option + " in group " + group + ", so that, and only that, option must be specified  in the config")
	case len(body) != 1:
		return badConfig("Trying to update group " + group + ", so that, and only that, group must be specified in the config")
	case !body.Has(group):
		return badConfig("request to update group " + group + ", but config provided contains group " + body[0].Name + " instead")
	case option != "" && !body.Object(group).Has(option):
		return badConfig("Trying to update option " + option + " in group " + group + ", but config provided contains option " + body.Object(group)[0].Name + " instead")
	case option != "" && !now.Object(group).Has(option), !now.Has(group):
		return noConfig(domain, group, option)
	}
	return nil
}

// deleteConfig is DELETE of a configuration, of a group or of an option.
func (s *service) deleteConfig(r *jumpgate.Request) (any, error) {
	if err := s.domainAfter(r, "delete_domain_config"); err != nil {
		return nil, err
	}
	id, group, option := r.Var("domain_id"), pathVar(r, "group"), pathVar(r, "option")
	if err := checkOption(group, option); err != nil {
		return nil, err
	}
	if group == "" {
		err := s.configs().delete(r.Context(), "", id)
		if errors.Is(err, jumpgate.NotFound) { // Keystone does not look
			err = nil
		}
		return nil, err
	}
	_, err := s.configs().update(r.Context(), "", id, func(now *record) error {
		if !now.Has(group) || option != "" && !now.Object.Object(group).Has(option) {
			return noConfig(id, group, option)
		}
		is := func(name string) func(schema.Member) bool {
			return func(m schema.Member) bool { return m.Name == name }
		}
		options := slices.DeleteFunc(slices.Clone(now.Object.Object(group)), is(option))
		if option == "" || len(options) == 0 {
			now.Object = slices.DeleteFunc(slices.Clone(now.Object), is(group))
		} else {
			now.set(group, options)
		}
		return nil
	})
	if errors.Is(err, jumpgate.NotFound) {
		err = noConfig(id, group, option)
	}
	return nil, err
}
