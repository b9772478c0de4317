package compute

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// zoneKey is the item of a group's metadata that makes its hosts a zone.
const zoneKey = "availability_zone"

// The bodies of groups of hosts (nova/api/openstack/compute/schemas/aggregates.py).
var (
	zoneName = &schema.Schema{AnyOf: []*schema.Schema{
		{Type: stringType, MinLength: 1, MaxLength: 255, Format: &schema.Format{
			Name:    "az_name",
			Valid:   func(v any) bool { s, ok := v.(string); return !ok || !strings.Contains(s, ":") && nameFormat.Valid(v) },
			Message: "An invalid 'name' value was provided. The name must be: printable characters except :, or not starting/ending with whitespace",
		}},
		nullSchema,
	}}
	aggregateCreateBody = &versionedBody{name: "aggregate", members: []bodyMember{
		{name: "name", schema: nameSchema, legacy: spacedName, required: 1},
		{name: zoneKey, schema: zoneName},
	}}
	aggregateUpdateBody = func() *schema.Schema {
		inner := object(member("name", spacedName), member(zoneKey, zoneName))
		inner.AnyOf = []*schema.Schema{{Open: true, Required: []string{"name"}}, {Open: true, Required: []string{zoneKey}}}
		return must(member("aggregate", inner))
	}()
	hostBody          = must(member("host", fqdnSchema))
	aggregateMetadata = must(member("metadata", &schema.Schema{Type: mapType, PatternProperties: &schema.PatternProperty{
		Pattern: metadataSchema.PatternProperties.Pattern, Schema: &schema.Schema{Type: []schema.Type{schema.String, schema.Null}, MaxLength: 255},
	}}))
	aggregateActions = map[string]*schema.Schema{"add_host": hostBody, "remove_host": hostBody, "set_metadata": aggregateMetadata}
)

// aggregateRule is the rule of what is done to groups.
func aggregateRule(what string) string { return "os_compute_api:os-aggregates:" + what }

// aggregates takes over what refused has, for a driver that keeps groups.
func aggregates(s *service, driver any, t *table) {
	d, ok := driver.(AggregateKeeper)
	if !ok || s.services == nil {
		return
	}
	k := aggregateKeeper{s, d}
	t.add(http.MethodGet, "os_aggregates", guarded(aggregateRule("index"), k.list))
	t.add(http.MethodPost, "os_aggregates", k.create)
	t.add(http.MethodGet, "os_aggregate", guarded(aggregateRule("show"), k.show))
	t.add(http.MethodPut, "os_aggregate", k.update)
	t.add(http.MethodDelete, "os_aggregate", guarded(aggregateRule("delete"), k.remove))
	t.add(http.MethodPost, "os_aggregate_action", k.act)
}

type aggregateKeeper struct {
	s *service
	d AggregateKeeper
}

// aggregateView shows a group. The answer to its creation has neither hosts nor
// metadata.
func aggregateView(r *jumpgate.Request, a *Aggregate, isNew bool) jumpgate.Object {
	o := jumpgate.Object{
		{Name: "id", Value: a.ID},
		{Name: "name", Value: a.Name},
	}
	if minor(r) >= 41 {
		o = append(o, jumpgate.Member{Name: "uuid", Value: a.UUID})
	}
	if !isNew {
		o = append(o, jumpgate.Member{Name: "hosts", Value: append([]string{}, a.Hosts...)}, jumpgate.Member{Name: "metadata", Value: textMap(a.Metadata)})
	}
	return append(o,
		jumpgate.Member{Name: "created_at", Value: jumpgate.DateOrNil(a.Created, jumpgate.DateMicros)},
		jumpgate.Member{Name: "updated_at", Value: jumpgate.DateOrNil(a.Updated, jumpgate.DateMicros)},
		jumpgate.Member{Name: "deleted_at", Value: nil},
		jumpgate.Member{Name: "deleted", Value: false},
		jumpgate.Member{Name: zoneKey, Value: rest.OrNil(a.Metadata[zoneKey])},
	)
}

func shownAggregate(r *jumpgate.Request, a *Aggregate, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "aggregate", Value: aggregateView(r, a, false)}}, nil
}

func (k aggregateKeeper) list(r *jumpgate.Request) (any, error) {
	all, err := k.d.Aggregates(r.Context())
	if err != nil {
		return nil, err
	}
	views := make([]jumpgate.Object, len(all))
	for i := range all {
		views[i] = aggregateView(r, &all[i], false)
	}
	return jumpgate.Object{{Name: "aggregates", Value: views}}, nil
}

// id is the number in r's path.
func (k aggregateKeeper) id(r *jumpgate.Request) (int, error) {
	n, err := strconv.Atoi(r.Var("aggregate_id"))
	if err != nil {
		return 0, jumpgate.BadRequest.New("Invalid input received: id must be an integer")
	}
	return n, nil
}

// find returns the group that r's path names.
func (k aggregateKeeper) find(r *jumpgate.Request) (*Aggregate, error) {
	id, err := k.id(r)
	if err != nil {
		return nil, err
	}
	all, err := k.d.Aggregates(r.Context())
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(a Aggregate) bool { return a.ID == id })
	if i < 0 {
		return nil, noAggregate(r)
	}
	return &all[i], nil
}

func noAggregate(r *jumpgate.Request) error {
	return jumpgate.NotFound.New("Aggregate %s could not be found.", r.Var("aggregate_id"))
}

func (k aggregateKeeper) show(r *jumpgate.Request) (any, error) {
	a, err := k.find(r)
	return shownAggregate(r, a, err)
}

func (k aggregateKeeper) create(r *jumpgate.Request) (any, error) {
	body, err := readBody(r, aggregateCreateBody)
	if err == nil {
		err = allow(r, aggregateRule("create"), nil)
	}
	if err != nil {
		return nil, err
	}
	in := body.Object("aggregate")
	name := strings.TrimSpace(in.String("name"))
	a, err := k.d.CreateAggregate(r.Context(), name, strings.TrimSpace(in.String(zoneKey)))
	if err != nil {
		return nil, aggregateTaken(err, name)
	}
	return jumpgate.Object{{Name: "aggregate", Value: aggregateView(r, a, true)}}, nil
}

func aggregateTaken(err error, name string) error {
	if e := jumpgate.AsError(err); err != nil && e.Kind == jumpgate.Conflict && e.Message == "" {
		return jumpgate.Conflict.Wrap(err, "Aggregate %s already exists.", name)
	}
	return err
}

// change changes the group that r's path names. A name of its own is for the
// fault of one that is taken.
func (k aggregateKeeper) change(r *jumpgate.Request, name string, change func(*Aggregate) error) (any, error) {
	id, err := k.id(r)
	if err != nil {
		return nil, err
	}
	a, err := k.d.ChangeAggregate(r.Context(), id, change)
	if e := jumpgate.AsError(err); err != nil && e.Kind == jumpgate.NotFound && e.Message == "" {
		err = noAggregate(r)
	}
	return shownAggregate(r, a, aggregateTaken(err, name))
}

func (k aggregateKeeper) update(r *jumpgate.Request) (any, error) {
	body, err := readSchema(r, aggregateUpdateBody)
	if err == nil {
		err = allow(r, aggregateRule("update"), nil)
	}
	if err != nil {
		return nil, err
	}
	in := body.Object("aggregate")
	name := strings.TrimSpace(in.String("name"))
	return k.change(r, name, func(a *Aggregate) error {
		if in.Has("name") {
			a.Name = name
		}
		if in.Has(zoneKey) {
			a.Metadata = withItem(a.Metadata, zoneKey, in.String(zoneKey))
		}
		return nil
	})
}

// withItem is m with an item, or without it for an empty value.
func withItem(m map[string]string, key, value string) map[string]string {
	changed := make(map[string]string, len(m)+1)
	maps.Copy(changed, m)
	if delete(changed, key); value != "" {
		changed[key] = value
	}
	return changed
}

func (k aggregateKeeper) remove(r *jumpgate.Request) (any, error) {
	a, err := k.find(r)
	switch {
	case err != nil:
		return nil, err
	case len(a.Hosts) > 0:
		return nil, jumpgate.BadRequest.New("Cannot remove host from aggregate %d. Reason: Host aggregate is not empty.", a.ID)
	}
	if err := k.d.DeleteAggregate(r.Context(), a.ID); err != nil {
		return nil, missing(err, "Aggregate %s could not be found.", r.Var("aggregate_id"))
	}
	return empty(http.StatusOK), nil
}

// act does an action to a group.
func (k aggregateKeeper) act(r *jumpgate.Request) (any, error) {
	name, value, err := readAction(r)
	if err != nil {
		return nil, err
	}
	inner := aggregateActions[name]
	if inner == nil {
		return nil, jumpgate.BadRequest.New("There is no such action: %s", name)
	}
	if value, err = checkBody(r, must(member(name, inner)), value); err != nil {
		return nil, err
	}
	if err := allow(r, aggregateRule(name), nil); err != nil {
		return nil, err
	}
	in := value.(schema.Object).Object(name)
	switch name {
	case "add_host":
		return k.addHost(r, in.String("host"))
	case "remove_host":
		return k.removeHost(r, in.String("host"))
	}
	return k.change(r, "", func(a *Aggregate) error {
		for _, m := range in.Object("metadata") {
			a.Metadata = withItem(a.Metadata, m.Name, in.Object("metadata").String(m.Name))
		}
		return nil
	})
}

// addHost adds a host that there is, and that is in no other zone.
func (k aggregateKeeper) addHost(r *jumpgate.Request, host string) (any, error) {
	a, err := k.find(r)
	if err != nil {
		return nil, err
	}
	services, err := k.s.services.Services(r.Context())
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(services, func(s Service) bool { return s.Host == host && s.binary() == computeBinary }) {
		return nil, jumpgate.NotFound.New("Compute host %s could not be found.", host)
	}
	all, err := k.d.Aggregates(r.Context())
	if err != nil {
		return nil, err
	}
	for _, other := range all {
		zone, other := other.Metadata[zoneKey], slices.Contains(other.Hosts, host)
		if mine := a.Metadata[zoneKey]; other && mine != "" && zone != "" && zone != mine {
			return nil, jumpgate.Conflict.New("Cannot add host to aggregate %d. Reason: One or more hosts already in availability zone(s) ['%s'].", a.ID, zone)
		}
	}
	return k.change(r, "", func(a *Aggregate) error {
		if slices.Contains(a.Hosts, host) {
			return jumpgate.Conflict.New("Aggregate %d already has host %s.", a.ID, host)
		}
		a.Hosts = append(slices.Clone(a.Hosts), host)
		return nil
	})
}

func (k aggregateKeeper) removeHost(r *jumpgate.Request, host string) (any, error) {
	return k.change(r, "", func(a *Aggregate) error {
		i := slices.Index(a.Hosts, host)
		if i < 0 {
			return jumpgate.NotFound.New("Cannot remove host %s in aggregate %d", host, a.ID)
		}
		a.Hosts = slices.Delete(slices.Clone(a.Hosts), i, i+1)
		return nil
	})
}
