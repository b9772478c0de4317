package baremetal

import (
	"github.com/softlayer/jumpgate/openstack/internal/resource"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// check holds what a client sent, or what its patch makes of a thing, against
// a schema.
func check(name string, s *schema.Schema, v any) error {
	if f := s.Check(v); f != nil {
		return badRequest("Schema error for %s: %s", name, f.Message)
	}
	return nil
}

// make answers a POST of a new thing.
func (k *kind[T]) make(c *call, creator Creator[T]) (any, error) {
	if _, err := c.arguments0(); err != nil {
		return nil, err
	}
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	if body == nil {
		return nil, badRequest("Missing mandatory parameter: %s", k.noun)
	}
	if err := check(k.noun, k.attrs.Schema(newest, post), body); err != nil {
		return nil, err
	}
	in, _ := body.(schema.Object)
	item := new(T)
	if err := k.attrs.Fill(c.minor, item, in); err != nil {
		return nil, err
	}
	may := k.may
	if may == nil {
		may = func(c *call, _ *T) error { return c.permit(k.rule("create"), nil) }
	}
	if err := may(c, item); err != nil {
		return nil, err
	}
	for i := range k.attrs {
		a := &k.attrs[i]
		if v, given := in.Get(a.Name); given && !a.In(c.minor) && v != nil && v != "" {
			return nil, notAcceptable()
		}
	}
	if k.create != nil {
		if err := k.create(c, item, in); err != nil {
			return nil, err
		}
	}
	made, err := creator.Create(c.Context(), item)
	if err != nil {
		return nil, err
	}
	return c.created(k.path+"/"+recordOf(made).UUID, k.view(c, made, nil)), nil
}

// update answers a PATCH of a thing.
func (k *kind[T]) update(c *call, updater Updater[T]) (any, error) {
	p, err := k.readPatch(c)
	if err != nil {
		return nil, err
	}
	item, err := k.authorized(c, p)
	if err != nil {
		return nil, err
	}
	if k.change != nil {
		if err := k.change(c, item, p); err != nil {
			return nil, err
		}
	}
	before, err := k.document(item)
	if err != nil {
		return nil, err
	}
	after, err := p.apply(before)
	if err != nil {
		return nil, err
	}
	if err := check("patch", k.attrs.Schema(newest, post|put), after); err != nil {
		return nil, err
	}
	u, err := k.difference(c, before, after)
	if err != nil {
		return nil, err
	}
	u.ResetInterfaces = p.reset
	if k.changed != nil {
		next := *item
		u.Apply(&next)
		if err := k.changed(c, item, &next, u.Fields); err != nil {
			return nil, err
		}
	}
	uuid := recordOf(item).UUID
	if item, err = updater.Update(c.Context(), uuid, u); err != nil {
		return nil, k.word(err, uuid)
	}
	return k.view(c, item, nil), nil
}

// authorized gets the thing that a patch is for, if the caller may change what
// it changes.
func (k *kind[T]) authorized(c *call, p patch) (*T, error) {
	rules := []string{k.rule("update")}
	if k.rules != nil {
		rules = k.rules(p)
	}
	item, err := k.get(c, c.Var(k.id), rules[0])
	if err != nil || k.about == nil {
		return item, err
	}
	t, err := k.about(c.Context(), item)
	for _, rule := range rules {
		if err == nil {
			err = c.permit(rule, t)
		}
	}
	return item, err
}

// document is a thing as a patch sees it, with values as in a request.
func (k *kind[T]) document(item *T) (schema.Object, error) {
	var o schema.Object
	for i := range k.attrs {
		if a := &k.attrs[i]; a.Does.Has(post) || a.Does.Has(put) {
			o = append(o, schema.Member{Name: a.Name, Value: resource.JSON(a.Get(item))})
		}
	}
	text, err := o.MarshalJSON()
	if err != nil {
		return nil, err
	}
	v, err := schema.Parse(text)
	o, _ = v.(schema.Object)
	return o, err
}

// difference is what a patch made of a thing, as a change.
func (k *kind[T]) difference(c *call, before, after schema.Object) (Update[T], error) {
	var changes resource.Changes[T]
	for i := range k.attrs {
		a := &k.attrs[i]
		old, _ := before.Get(a.Name)
		v, _ := after.Get(a.Name)
		if !a.Writable() || schema.Repr(old) == schema.Repr(v) {
			continue
		}
		v, err := a.Read(c.minor, v)
		if err != nil {
			return Update[T]{}, err
		}
		changes.Add(a, schema.Plain(v))
	}
	return NewUpdate(changes.Apply, changes.Names...), nil
}

// arguments0 refuses a query where an endpoint takes none.
func (c *call) arguments0() (arguments, error) {
	q, err := c.query()
	for name := range q {
		return nil, badRequest("Unexpected arguments: %s", name)
	}
	return q, err
}
