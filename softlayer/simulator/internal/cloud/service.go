package cloud

import (
	"strings"
	"unicode"
)

// service is one service of the API: the objects its init parameter names, and its methods. The getters of an object's
// relations need no entry, see Cloud.method.
type service struct {
	name    string
	typ     string // of its objects
	find    func(c *call) node
	methods map[string]*method
}

// method is one method of a service.
type method struct {
	run func(*call) (any, error)
	// returns is the type of the result or of its elements, to which a mask applies. Empty: none does.
	returns string
	typ     *schemaType // the same for getters of relations
	// static methods need no object.
	static bool
	// list methods take a filter. Its paths start with one of roots, or without roots at the listed object itself.
	list  bool
	roots []string
}

// object returns what the call's init parameter names. Another account's objects are not found.
func (s *service) object(c *call) (node, error) {
	if s.find == nil {
		return nil, notFound(c.init)
	}
	n := s.find(c)
	if n == nil {
		return nil, notFound(c.init)
	}
	return n, nil
}

// method finds a method by its name or by that of the property it gets. Any property of the service's type has a getter.
func (sim *Cloud) method(s *service, name string) (*method, string, error) {
	if m := s.methods[name]; m != nil {
		return m, name, nil
	}
	getter := "get" + ucfirst(name)
	if m := s.methods[getter]; m != nil {
		return m, getter, nil
	}
	t := sim.schema.byName(s.typ)
	prop := (*property)(nil)
	if t != nil {
		if bare, ok := strings.CutPrefix(name, "get"); ok {
			prop, getter = t.prop(lcfirst(bare)), name
		}
		if prop == nil {
			prop, getter = t.prop(lcfirst(name)), "get"+ucfirst(name)
		}
	}
	if prop == nil || s.find == nil {
		return nil, "", noSuchMethod(name)
	}
	return relationGetter(prop), getter, nil
}

// relationGetter answers a property of the call's object.
func relationGetter(p *property) *method {
	m := &method{typ: p.typ, list: p.kind == toMany, roots: []string{p.name}}
	if p.name == "hourlyVirtualGuests" || p.name == "monthlyVirtualGuests" {
		m.roots = append(m.roots, "virtualGuests") // slcli relies on it
	}
	m.run = func(c *call) (any, error) {
		v, ok := c.object.value(p.name)
		if !ok && p.kind == toMany {
			return []node{}, nil
		}
		if !ok && p.countOf != "" {
			list, _ := c.object.value(p.countOf)
			return lengthOf(list), nil
		}
		return v, nil
	}
	return m
}

func ucfirst(s string) string {
	if s == "" {
		return s
	}
	return string(unicode.ToUpper(rune(s[0]))) + s[1:]
}

func lcfirst(s string) string {
	if s == "" {
		return s
	}
	return string(unicode.ToLower(rune(s[0]))) + s[1:]
}

// newServices is the table of all services. Names that share their objects in the cloud share them here.
func newServices() map[string]*service {
	services := map[string]*service{}
	for _, s := range []*service{
		accountService(), guestService(), orderService(), packageService(), presetService(),
		locationService("Location"), locationService("Location_Datacenter"), podService(), sshKeyService(),
		imageService(), userService(), vlanService(), subnetService(), eventService(),
		placementGroupService(), placementRuleService(), securityGroupService(), globalIPService(), componentService(), gatewayService(), gatewayVLANService(), addressService(), hostService(),
		hardwareService(hardwareTyp), hardwareService("Hardware"),
		diskService(), billingService(), billingOrderService(),
	} {
		services[s.name] = s
	}
	for _, s := range storageServices() {
		services[s.name] = s
	}
	return services
}

// self is getObject.
func self(typ string) *method {
	return &method{returns: typ, run: func(c *call) (any, error) { return c.object, nil }}
}

// found turns the result of a lookup into a node, keeping "none" a plain nil.
func found[T interface {
	comparable
	node
}](n T) node {
	var none T
	if n == none {
		return nil
	}
	return n
}

// listed is a method that answers the same list for everybody, filtered by paths that start at its elements.
func listed(typ string, list func(c *call) []node) *method {
	return &method{returns: typ, static: true, list: true, run: func(c *call) (any, error) { return list(c), nil }}
}
