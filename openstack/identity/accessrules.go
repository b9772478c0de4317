package identity

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// serviceTypes are the names under which access rules know the services: the
// types of the catalog and their aliases.
var serviceTypes = map[jumpgate.Service][]string{
	jumpgate.Identity:  {"identity"},
	jumpgate.Compute:   {"compute"},
	jumpgate.Image:     {"image"},
	jumpgate.Volume:    {"volumev3", "block-storage", "block-store", "volume"},
	jumpgate.Network:   {"network"},
	jumpgate.Baremetal: {"baremetal"},
}

// permitted tells whether the access rules of t's application credential
// allow the request (keystonemiddleware, validate_allowed_request). The rules
// are not in the token, for they may be long: this asks the store.
func (s *service) permitted(r *jumpgate.Request, t *token) error {
	if t.grant == nil || !t.grant.rules {
		return nil
	}
	e := r.Endpoint()
	if e.Name == "v3_auth_tokens" && e.Service == jumpgate.Identity && r.Method == http.MethodGet {
		return nil // a token can always be looked at
	}
	rules, err := s.rulesOf(r, t)
	if err != nil {
		return err
	}
	path := strings.TrimPrefix(r.URL.Path, strings.TrimSuffix(r.Pattern, e.Path)) // below the service's mount
	for _, rule := range rules {
		if rule.Method == r.Method && slices.Contains(serviceTypes[e.Service], rule.Service) && matchPath(rule.Path, path) {
			return nil
		}
	}
	return jumpgate.Unauthorized
}

// rulesOf returns the access rules of t's application credential.
func (s *service) rulesOf(r *jumpgate.Request, t *token) ([]AccessRule, error) {
	if s.credentials == nil {
		return nil, jumpgate.Unauthorized
	}
	c, err := s.credentials.Get(r.Context(), t.grant.hex())
	if errors.Is(err, jumpgate.NotFound) {
		return nil, jumpgate.Unauthorized
	}
	if err != nil {
		return nil, stored(err)
	}
	return c.AccessRules, nil
}

var wildcards = regexp.MustCompile(`\{[^}]*\}|\*\*|\*`)

// matchPath tells whether a path is one of a pattern's: {name} and * stand
// for one segment, ** for any number (keystonemiddleware, _path_matches).
func matchPath(pattern, path string) bool {
	ends := make([]bool, len(path)+1) // where in path what was read of the pattern may end
	ends[0] = true
	for pattern != "" {
		at := wildcards.FindStringIndex(pattern)
		if at == nil {
			at = []int{len(pattern), len(pattern)}
		}
		ends = afterText(ends, path, pattern[:at[0]])
		switch pattern[at[0]:at[1]] {
		case "":
		case "**":
			ends = afterMany(ends, path, "\n", 0)
		default:
			ends = afterMany(ends, path, "/", 1)
		}
		pattern = pattern[at[1]:]
	}
	return ends[len(path)]
}

// afterText is where text may end that begins at one of begins.
func afterText(begins []bool, path, text string) []bool {
	ends := make([]bool, len(begins))
	for i, begin := range begins {
		if begin && strings.HasPrefix(path[i:], text) {
			ends[i+len(text)] = true
		}
	}
	return ends
}

// afterMany is the same for at least so many characters other than one.
func afterMany(begins []bool, path, but string, least int) []bool {
	ends := make([]bool, len(begins))
	begun := false
	for i := range begins {
		if i > 0 {
			begun = (begun || begins[i-1]) && path[i-1] != but[0]
		}
		ends[i] = begun || least == 0 && begins[i]
	}
	return ends
}

// newRules reads the access rules of a new application credential. One that
// the user has already is not made again.
func (s *service) newRules(r *jumpgate.Request, asked []any) ([]AccessRule, error) {
	if len(asked) == 0 {
		return nil, nil
	}
	have, err := s.credentials.AccessRules(r.Context(), r.Env.Principal.UserID)
	if err != nil {
		return nil, stored(err)
	}
	if len(asked)+len(have) > maxCredentials {
		return nil, jumpgate.Forbidden.New("Unable to create additional access rules, maximum of %d already exceeded for user.", maxCredentials)
	}
	var rules []AccessRule
	for _, v := range asked {
		o := v.(schema.Object)
		rule := AccessRule{ID: o.String("id"), Service: o.String("service"), Path: o.String("path"), Method: o.String("method")}
		i := slices.IndexFunc(have, func(old AccessRule) bool {
			return rule.ID != "" && rule.ID == old.ID || rule.same(old)
		})
		switch {
		case i >= 0:
			rule = have[i]
		case rule.Service == "" || rule.Path == "" || rule.Method == "":
			return nil, jumpgate.NotFound.New("Could not find Access Rule: %s.", rule.ID)
		default:
			var id [16]byte
			_, _ = rand.Read(id[:]) // never fails
			rule.ID = hex.EncodeToString(id[:])
			have = append(have, rule)
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

func presentRule(rule AccessRule) jumpgate.Object {
	return jumpgate.Object{
		{Name: "id", Value: rule.ID},
		{Name: "service", Value: rule.Service},
		{Name: "path", Value: rule.Path},
		{Name: "method", Value: rule.Method},
	}
}

func presentRules(rules []AccessRule) jumpgate.Member {
	list := make([]jumpgate.Object, len(rules))
	for i, rule := range rules {
		list[i] = presentRule(rule)
	}
	return jumpgate.Member{Name: "access_rules", Value: list}
}

// userRules are the access rules of the user of the path, if the policy lets
// the caller do action with them.
func (s *service) userRules(r *jumpgate.Request, action string) ([]AccessRule, error) {
	id := r.Var("user_id")
	if err := s.allow(r, action, jumpgate.Target{"target.user.id": id}); err != nil {
		return nil, err
	}
	if err := tokenOf(r).notDelegated(); err != nil {
		return nil, err
	}
	if s.credentials == nil {
		return nil, nil
	}
	rules, err := s.credentials.AccessRules(r.Context(), id)
	return rules, stored(err)
}

func (s *service) linkedRule(r *jumpgate.Request, rule AccessRule) (jumpgate.Object, error) {
	base, err := s.disp.EndpointURL(r, "v3_auth_index")
	return append(presentRule(rule), jumpgate.Member{Name: "links", Value: jumpgate.Object{
		{Name: "self", Value: base + "/access_rules/" + rule.ID},
	}}), err
}

// listAccessRules is GET /v3/users/{user_id}/access_rules.
func (s *service) listAccessRules(r *jumpgate.Request) (any, error) {
	rules, err := s.userRules(r, "list_access_rules")
	if err != nil {
		return nil, err
	}
	items := make([]jumpgate.Object, len(rules))
	for i, rule := range rules {
		if items[i], err = s.linkedRule(r, rule); err != nil {
			return nil, err
		}
	}
	return s.list(r, "access_rules", items, "service", "path", "method")
}

// showAccessRule is GET of one.
func (s *service) showAccessRule(r *jumpgate.Request) (any, error) {
	rules, err := s.userRules(r, "get_access_rule")
	if err != nil {
		return nil, err
	}
	for _, rule := range rules {
		if rule.ID == r.Var("access_rule_id") {
			item, err := s.linkedRule(r, rule)
			return jumpgate.Object{{Name: "access_rule", Value: item}}, err
		}
	}
	return nil, noSuchRule(r)
}

func noSuchRule(r *jumpgate.Request) error {
	return jumpgate.NotFound.New("Could not find Access Rule: %s.", r.Var("access_rule_id"))
}

// deleteAccessRule is DELETE of one.
func (s *service) deleteAccessRule(r *jumpgate.Request) (any, error) {
	if _, err := s.userRules(r, "delete_access_rule"); err != nil {
		return nil, err
	}
	if s.credentials == nil {
		return nil, noSuchRule(r)
	}
	if err := tokenOf(r).mayManage(); err != nil {
		return nil, err
	}
	err := s.credentials.DeleteAccessRule(r.Context(), r.Var("user_id"), r.Var("access_rule_id"))
	switch {
	case errors.Is(err, jumpgate.NotFound):
		return nil, noSuchRule(r)
	case errors.Is(err, jumpgate.Forbidden):
		return nil, jumpgate.Forbidden.New("May not delete access rule in use")
	}
	return nil, stored(err)
}
