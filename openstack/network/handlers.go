package network

import (
	"context"
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

func (k *kind[T]) show(r *jumpgate.Request) (any, error) {
	ctx := k.s.context(r)
	item, err := k.get(ctx, r, r.Var(k.id))
	if err != nil {
		return nil, err
	}
	if err := k.readable(ctx, item, r.Var(k.id)); err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: k.one, Value: k.wanted(ctx, r.URL.Query()["fields"]).View(item)}}, nil
}

// readable hides a thing that the caller may not see, as if it were not
// there.
func (k *kind[T]) readable(ctx context.Context, item *T, id string) error {
	switch ok, err := k.sees(ctx, item); {
	case err != nil:
		return err
	case !ok:
		return k.notFound(id)
	}
	return nil
}

func (k *kind[T]) create(r *jumpgate.Request) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	in, bulk, err := k.items(body)
	if err != nil {
		return nil, err
	}
	ctx := k.s.context(r)
	all := make([]*T, len(in))
	for i := range in {
		if all[i], err = k.prepare(ctx, r, in[i]); err != nil {
			return nil, err
		}
	}
	if k.together != nil {
		if err := k.together(ctx, all); err != nil {
			return nil, err
		}
	}
	creator, ok := k.from(r).(Creator[T])
	if !ok {
		return nil, jumpgate.NotImplemented
	}
	made, err := creator.Create(ctx, all)
	if err != nil {
		return nil, err
	}
	want := k.wanted(ctx, nil)
	if !bulk {
		return &jumpgate.Response{Status: http.StatusCreated, Body: jumpgate.Object{{Name: k.one, Value: k.born(made[0], want)}}}, nil
	}
	views := make([]jumpgate.Object, len(made))
	for i, item := range made {
		views[i] = k.born(item, want)
	}
	return &jumpgate.Response{Status: http.StatusCreated, Body: jumpgate.Object{{Name: k.many, Value: views}}}, nil
}

// prepare checks one thing that is to be made.
func (k *kind[T]) prepare(ctx context.Context, r *jumpgate.Request, in map[string]any) (*T, error) {
	own := ""
	if p := jumpgate.PrincipalFrom(ctx); p != nil {
		own = p.ProjectID
	}
	project, err := k.owner(in, own, AllProjects(ctx))
	if err != nil {
		return nil, err
	}
	if err := k.known(in); err != nil {
		return nil, err
	}
	item, given, err := k.filled(in)
	if err != nil {
		return nil, err
	}
	*k.project(item) = project
	if k.parent != nil {
		k.parent(r, item)
	}
	if err := k.allow(ctx, "create", item, given, in); err != nil {
		return nil, err
	}
	if k.checks != nil {
		return item, k.checks(ctx, item)
	}
	return item, nil
}

func (k *kind[T]) update(r *jumpgate.Request) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	in, err := inside(body, k.one)
	if err != nil {
		return nil, err
	}
	if err := k.known(in); err != nil {
		return nil, err
	}
	u, err := k.changed(in)
	if err != nil {
		return nil, err
	}
	ctx, id := k.s.context(r), r.Var(k.id)
	old, err := k.permitted(ctx, r, "update", u.Fields, in)
	if err != nil {
		return nil, err
	}
	if u.Revision, err = k.constrained(r, old); err != nil {
		return nil, err
	}
	if k.changes != nil {
		if err := k.changes(ctx, old, u); err != nil {
			return nil, err
		}
	}
	updater, ok := k.from(r).(Updater[T])
	if !ok {
		return nil, jumpgate.NotImplemented
	}
	item, err := updater.Update(ctx, id, *u)
	if err != nil {
		return nil, k.found(err, id)
	}
	return jumpgate.Object{{Name: k.one, Value: k.wanted(ctx, nil).View(item)}}, nil
}

func (k *kind[T]) remove(r *jumpgate.Request) (any, error) {
	ctx, id := k.s.context(r), r.Var(k.id)
	old, err := k.permitted(ctx, r, "delete", nil, nil)
	if err != nil {
		return nil, err
	}
	if _, err := k.constrained(r, old); err != nil {
		return nil, err
	}
	deleter, ok := k.from(r).(Deleter)
	if !ok {
		return nil, jumpgate.NotImplemented
	}
	return nil, k.found(deleter.Delete(ctx, id), id)
}

// permitted gets the thing of the path if the caller may do something to it:
// allow says what fields and in are.
func (k *kind[T]) permitted(ctx context.Context, r *jumpgate.Request, verb string, fields []string, in map[string]any) (*T, error) {
	item, err := k.get(ctx, r, r.Var(k.id))
	if err != nil {
		return nil, err
	}
	if err := k.allow(ctx, verb, item, fields, in); err != nil {
		if hidden := k.readable(ctx, item, r.Var(k.id)); hidden != nil {
			return nil, hidden
		}
		return nil, err
	}
	return item, nil
}

// constrained compares the revision of a thing with the one the client wants.
func (k *kind[T]) constrained(r *jumpgate.Request, item *T) (int, error) {
	want, err := constraint(r)
	if err != nil || want < 0 || k.revision == nil {
		return -1, err
	}
	if have := *k.revision(item); have != want {
		return -1, RevisionMismatch(want, have)
	}
	return want, nil
}

// answerable refuses requests of clients that take no JSON, as Pecan does.
func answerable(r *jumpgate.Request) error {
	if e := r.Endpoint(); e == nil || e.Version == "" || rest.TakesJSON(r.Header) {
		return nil
	}
	return jumpgate.NotAcceptable.New("The server could not comply with the request since it is either malformed or otherwise incorrect.")
}
