package identity

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// resource is a collection that operators keep and that means nothing to the
// cloud behind: regions, policies, and the like. All of them are alike but for
// what is said here.
type resource struct {
	kind           string // of a record, and its name in bodies: "region"
	plural         string
	title          string // in faults: "region"
	list, one      string // endpoints
	variable       string // of the path
	create, update *field
	columns        []column // members in their order, with what they are when nothing is said
	filters        []string
	hidden         []string // members that are shown once
	looksFirst     bool     // Keystone looks for the thing before it asks the policy
	duplicate      func(id string) error
	fixed          func(r *jumpgate.Request) ([]jumpgate.Object, error) // what the Gateway has of its own, with links
	check          func(r *jumpgate.Request, now, next *record) error   // now is nil for a new one
	gone           func(r *jumpgate.Request, id string) error           // before one is deleted
	idFromBody     bool
}

type column struct {
	name  string
	value any
}

func (c *resource) shelf(s *service) shelf[record] {
	return shelf[record]{s.store, "identity_" + c.kind}
}

func (c *resource) missing(id string) error {
	if strings.HasSuffix(c.title, " for") { // Keystone's words for limits
		return jumpgate.NotFound.New("Could not find %s %s.", c.title, id)
	}
	return jumpgate.NotFound.New("Could not find %s: %s.", c.title, id)
}

// self is the link to the one with an id. A region may have one that is no
// segment of a path: nobody can ask for it, but it is in lists.
func (c *resource) self(s *service, r *jumpgate.Request, id string) (jumpgate.Member, error) {
	all, err := s.disp.EndpointURL(r, c.list)
	return jumpgate.Member{Name: "links", Value: jumpgate.Object{{Name: "self", Value: all + "/" + url.PathEscape(id)}}}, err
}

// present is a record as it is shown.
func (c *resource) present(s *service, r *jumpgate.Request, rec *record) (jumpgate.Object, error) {
	links, err := c.self(s, r, rec.String("id"))
	body := slices.DeleteFunc(slices.Clone(rec.Object), func(m schema.Member) bool { return slices.Contains(c.hidden, m.Name) })
	return append(body, links), err
}

// items are all there are, the Gateway's own first.
func (c *resource) items(s *service, r *jumpgate.Request) ([]jumpgate.Object, error) {
	var items []jumpgate.Object
	if c.fixed != nil {
		var err error
		if items, err = c.fixed(r); err != nil {
			return nil, err
		}
	}
	for rec, err := range c.shelf(s).list(r.Context(), "") {
		if err != nil {
			return nil, err
		}
		item, err := c.present(s, r, rec)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}

// find returns a kept one, and otherwise one of the Gateway's own as it is
// shown.
func (c *resource) find(s *service, r *jumpgate.Request, id string) (*record, jumpgate.Object, error) {
	rec, _, err := c.shelf(s).get(r.Context(), "", id)
	if err == nil || !errors.Is(err, jumpgate.NotFound) {
		return rec, nil, err
	}
	if c.fixed != nil {
		items, err := c.fixed(r)
		if err != nil {
			return nil, nil, err
		}
		for _, item := range items {
			if idOf(item) == id {
				return nil, item, nil
			}
		}
	}
	return nil, nil, c.missing(id)
}

func idOf(item jumpgate.Object) any {
	for _, m := range item {
		if m.Name == "id" {
			return m.Value
		}
	}
	return nil
}

// asked finds the one of the path, and where Keystone does so in that order
// asks the policy afterwards.
func (c *resource) asked(s *service, r *jumpgate.Request, verb string) (*record, jumpgate.Object, error) {
	rec, item, err := c.find(s, r, r.Var(c.variable))
	if err == nil && c.looksFirst {
		err = s.allow(r, verb+"_"+c.kind, nil)
	}
	return rec, item, err
}

func (c *resource) listAll(s *service) func(*jumpgate.Request) (any, error) {
	return func(r *jumpgate.Request) (any, error) {
		items, err := c.items(s, r)
		if err != nil {
			return nil, err
		}
		return s.list(r, c.plural, items, c.filters...)
	}
}

func (c *resource) show(s *service) func(*jumpgate.Request) (any, error) {
	return func(r *jumpgate.Request) (any, error) {
		rec, item, err := c.asked(s, r, "get")
		if err == nil && rec != nil {
			item, err = c.present(s, r, rec)
		}
		return jumpgate.Object{{Name: c.kind, Value: item}}, err
	}
}

// fill is a new record of a body: the columns in their order, what else was
// said, and the id.
func (c *resource) fill(id string, body schema.Object) *record {
	rec := &record{}
	for _, col := range c.columns {
		value := col.value
		if v, ok := body.Get(col.name); ok {
			value = v
		}
		if col.name == "id" {
			value = id
		}
		rec.set(col.name, value)
	}
	for _, m := range body {
		if m.Name != "id" && m.Name != "links" {
			rec.set(m.Name, m.Value)
		}
	}
	return rec
}

func (c *resource) make(s *service) func(*jumpgate.Request) (any, error) {
	return func(r *jumpgate.Request) (any, error) {
		body, err := s.bodyFor(r, c.kind)
		if err != nil {
			return nil, err
		}
		if err := c.create.fault(body); err != nil {
			return nil, err
		}
		id := newID()
		if given := body.String("id"); c.idFromBody && given != "" {
			id = given
		}
		if v := pathVar(r, c.variable); c.idFromBody && r.Method == http.MethodPut && v != "" {
			if err := sameID(body, v); err != nil {
				return nil, err
			}
			id = v
		}
		return c.keep(s, r, c.fill(id, body), id)
	}
}

// keep keeps a new record and shows it whole.
func (c *resource) keep(s *service, r *jumpgate.Request, rec *record, id string) (any, error) {
	if s.store == nil {
		return nil, errLacking
	}
	if _, _, err := c.find(s, r, id); err == nil && c.duplicate != nil {
		return nil, c.duplicate(id)
	}
	if c.check != nil {
		if err := c.check(r, nil, rec); err != nil {
			return nil, err
		}
	}
	err := c.shelf(s).put(r.Context(), "", id, rec, 0)
	if errors.Is(err, jumpgate.Conflict) && c.duplicate != nil {
		return nil, c.duplicate(id)
	}
	if err != nil {
		return nil, err
	}
	links, err := c.self(s, r, id)
	return &jumpgate.Response{
		Status: http.StatusCreated,
		Body:   jumpgate.Object{{Name: c.kind, Value: append(slices.Clone(rec.Object), links)}},
	}, err
}

// errFixed is for what is the Gateway's own: its catalog comes from its
// options.
var errFixed = jumpgate.Forbidden.New("This belongs to the configuration and can't be changed here.")

func (c *resource) change(s *service) func(*jumpgate.Request) (any, error) {
	return func(r *jumpgate.Request) (any, error) {
		body, err := s.bodyFor(r, c.kind)
		if err != nil {
			return nil, err
		}
		rec, _, err := c.asked(s, r, "update")
		if err != nil {
			return nil, err
		}
		id := r.Var(c.variable)
		if err := errors.Join(c.update.fault(body), sameID(body, id)); err != nil {
			return nil, err
		}
		if rec == nil {
			return nil, errFixed
		}
		rec, err = c.shelf(s).update(r.Context(), "", id, func(now *record) error {
			next := &record{slices.Clone(now.Object)}
			for _, m := range body {
				if m.Name != "links" {
					next.set(m.Name, m.Value)
				}
			}
			if c.check != nil {
				if err := c.check(r, now, next); err != nil {
					return err
				}
			}
			*now = *next
			return nil
		})
		if err != nil {
			return nil, err
		}
		item, err := c.present(s, r, rec)
		return jumpgate.Object{{Name: c.kind, Value: item}}, err
	}
}

func (c *resource) drop(s *service) func(*jumpgate.Request) (any, error) {
	return func(r *jumpgate.Request) (any, error) {
		rec, _, err := c.asked(s, r, "delete")
		if err != nil {
			return nil, err
		}
		if rec == nil {
			return nil, errFixed
		}
		id := r.Var(c.variable)
		if c.gone != nil {
			if err := c.gone(r, id); err != nil {
				return nil, err
			}
		}
		return nil, c.shelf(s).delete(r.Context(), "", id)
	}
}

// serve sets the handlers of a resource.
func (c *resource) serve(s *service, served map[string]jumpgate.Methods) {
	served[c.list] = jumpgate.Methods{http.MethodGet: c.listAll(s), http.MethodPost: c.make(s)}
	served[c.one] = jumpgate.Methods{http.MethodGet: c.show(s), http.MethodPatch: c.change(s), http.MethodDelete: c.drop(s)}
}
