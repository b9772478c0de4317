package compute

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// pagedMigrations is the minor version from which migrations are listed in
// pages, and have UUIDs; migrationOwners the one from which they tell whose
// they are.
const (
	pagedMigrations = 59
	migrationOwners = 80
)

var migrationParams = &querySchema{closedSince: pagedMigrations, params: []queryParam{
	{name: "hidden", schema: anyString}, {name: "host", schema: anyString}, {name: "instance_uuid", schema: anyString},
	{name: "source_compute", schema: anyString}, {name: "status", schema: anyString}, {name: "migration_type", schema: anyString},
	{name: "limit", since: pagedMigrations, schema: naturalNumber, single: true}, {name: "marker", since: pagedMigrations, schema: anyString, single: true},
	{name: "changes-since", since: pagedMigrations, schema: dateSchema, single: true}, {name: "changes-before", since: 66, schema: dateSchema, single: true},
	{name: "user_id", since: migrationOwners, schema: anyString, single: true}, {name: "project_id", since: migrationOwners, schema: anyString, single: true},
}}

// underWay are the statuses of a live migration that has not ended.
var underWay = []string{"queued", "preparing", "running", "post-migrating"}

// migrations takes over what refused has, for a driver that remembers moves.
func migrations(s *service, driver any, t *table) {
	d, ok := driver.(MigrationLister)
	if !ok || s.serverGetter == nil {
		return
	}
	m := migrationLister{s: s, d: d}
	m.ender, _ = driver.(MigrationEnder)
	t.add(http.MethodGet, "os_migrations", m.list)
	t.One(http.MethodGet, "v21_server_migrations", since(23, m.listOf))
	t.One(http.MethodGet, "v21_server_migration", since(23, m.show))
	if m.ender != nil {
		t.One(http.MethodDelete, "v21_server_migration", since(24, m.abort))
		t.One(http.MethodPost, "v21_server_migration_action", since(22, m.complete))
	}
}

type migrationLister struct {
	s     *service
	d     MigrationLister
	ender MigrationEnder
}

func (m *migrationLister) list(r *jumpgate.Request) (any, error) {
	p, err := readQuery(r, migrationParams)
	if err != nil {
		return nil, err
	}
	if err := allow(r, "os_compute_api:os-migrations:index", nil); err != nil {
		return nil, err
	}
	version := minor(r)
	if project := p.Get("project_id"); version < migrationOwners || project == "" || project != r.Env.ProjectID {
		if err := allow(r, "os_compute_api:os-migrations:index:all_projects", nil); err != nil {
			return nil, err
		}
	}
	all, err := m.d.Migrations(r.Context())
	if err == nil {
		all, err = filterMigrations(all, p, version)
	}
	if err != nil {
		return nil, err
	}
	var next jumpgate.Object
	if version >= pagedMigrations {
		id := func(m Migration) string { return m.UUID }
		if all, err = afterMarker(p, all, id, noMarker); err == nil {
			all, next, err = firstPage(r, p, all, id, "migrations_links")
		}
		if err != nil {
			return nil, err
		}
	}
	hosts := allow(r, "os_compute_api:os-migrations:index:host", nil) == nil
	views := make([]jumpgate.Object, len(all))
	for i := range all {
		views[i] = rest.Show(migrationFields, rest.Answer{Version: version}, migrationView{&all[i], m, r, hosts})
	}
	return append(jumpgate.Object{{Name: "migrations", Value: views}}, next...), nil
}

func filterMigrations(all []Migration, p rest.Params, version int) ([]Migration, error) {
	var q ServerQuery
	if version >= pagedMigrations {
		if err := q.readDates(p, version); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(m Migration) bool {
		changed := m.Updated
		if changed.IsZero() {
			changed = m.Created
		}
		host := p.Get("host")
		return !fits(p, "instance_uuid", m.ServerID) || !fits(p, "source_compute", m.Source) || !fits(p, "status", m.Status) ||
			!fits(p, "migration_type", m.Type) || host != "" && host != m.Source && host != m.Target ||
			version >= migrationOwners && (!fits(p, "user_id", m.UserID) || !fits(p, "project_id", m.ProjectID)) ||
			!q.ChangedSince.IsZero() && changed.Before(q.ChangedSince) || !q.ChangedBefore.IsZero() && changed.After(q.ChangedBefore)
	}), nil
}

// number is null where there is none.
func number(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

// migrationFields are the members of a migration among all. Its hosts are told
// to some alone.
var migrationFields = []rest.Field[migrationView]{
	{Name: "id", Value: func(v migrationView) any { return v.Number }},
	{Name: "source_compute", Value: func(v migrationView) any { return v.host(v.Source) }},
	{Name: "source_node", Value: func(v migrationView) any { return v.host(v.Source) }},
	{Name: "dest_compute", Value: func(v migrationView) any { return v.host(v.Target) }},
	{Name: "dest_node", Value: func(v migrationView) any { return v.host(v.Target) }},
	{Name: "dest_host", Value: func(migrationView) any { return nil }},
	{Name: "old_instance_type_id", Value: func(v migrationView) any { return number(v.OldFlavor) }},
	{Name: "new_instance_type_id", Value: func(v migrationView) any { return number(v.NewFlavor) }},
	{Name: "instance_uuid", Value: func(v migrationView) any { return v.ServerID }},
	{Name: "status", Value: func(v migrationView) any { return v.Status }},
	{Name: "created_at", Value: func(v migrationView) any { return jumpgate.DateOrNil(v.Created, jumpgate.DateMicros) }},
	{Name: "updated_at", Value: func(v migrationView) any { return jumpgate.DateOrNil(v.Updated, jumpgate.DateMicros) }},
	{Name: "migration_type", Since: 23, Value: func(v migrationView) any { return v.Type }},
	{Name: "uuid", Since: pagedMigrations, Value: func(v migrationView) any { return v.UUID }},
	{Name: "user_id", Since: migrationOwners, Value: func(v migrationView) any { return v.UserID }},
	{Name: "project_id", Since: migrationOwners, Value: func(v migrationView) any { return v.ProjectID }},
	{Name: "links", Since: 23, When: func(v migrationView) bool { return v.isUnderWay() }, Value: func(v migrationView) any {
		return rest.OrError(v.m.links(v.r, v.Migration))
	}},
}

// migrationView is a migration on its way to a client, who sees hosts or not.
type migrationView struct {
	*Migration
	m     *migrationLister
	r     *jumpgate.Request
	hosts bool
}

func (v migrationView) host(name string) any {
	if !v.hosts {
		return nil
	}
	return rest.OrNil(name)
}

func (m *migrationLister) links(r *jumpgate.Request, one *Migration) ([]jumpgate.Object, error) {
	self, err := m.s.disp.EndpointURL(r, "v21_server_migration", "server_id", one.ServerID, "migration_id", strconv.Itoa(one.Number))
	if err != nil {
		return nil, err
	}
	bookmark, err := m.s.disp.BookmarkURL(r, "v21_server_migration", "server_id", one.ServerID, "migration_id", strconv.Itoa(one.Number))
	return []jumpgate.Object{rest.Link("self", self), rest.Link("bookmark", bookmark)}, err
}

func (m *Migration) isUnderWay() bool {
	return m.Type == "live-migration" && slices.Contains(underWay, m.Status)
}

// serverMigrations are the moves of r's server, for those whom rule lets see
// them.
func (m *migrationLister) serverMigrations(r *jumpgate.Request, rule string) (*Server, []Migration, error) {
	server, err := m.s.thisServer(r)
	if err != nil {
		return nil, nil, err
	}
	if err := allow(r, "os_compute_api:servers:migrations:"+rule, jumpgate.Target{"project_id": server.ProjectID}); err != nil {
		return nil, nil, err
	}
	all, err := m.d.Migrations(r.Context())
	return server, slices.DeleteFunc(slices.Clone(all), func(one Migration) bool { return one.ServerID != server.ID }), err
}

func (m *migrationLister) listOf(r *jumpgate.Request) (any, error) {
	_, all, err := m.serverMigrations(r, "index")
	if err != nil {
		return nil, err
	}
	views := []jumpgate.Object{}
	for i := range all {
		if all[i].isUnderWay() {
			views = append(views, all[i].serverView(r))
		}
	}
	return jumpgate.Object{{Name: "migrations", Value: views}}, nil
}

// serverView is a migration as its server has it.
func (m *Migration) serverView(r *jumpgate.Request) jumpgate.Object {
	o := jumpgate.Object{
		{Name: "created_at", Value: jumpgate.DateOrNil(m.Created, jumpgate.DateMicros)},
		{Name: "dest_compute", Value: rest.OrNil(m.Target)}, {Name: "dest_host", Value: nil}, {Name: "dest_node", Value: rest.OrNil(m.Target)},
		{Name: "disk_processed_bytes", Value: nil}, {Name: "disk_remaining_bytes", Value: nil}, {Name: "disk_total_bytes", Value: nil},
		{Name: "id", Value: m.Number},
		{Name: "memory_processed_bytes", Value: nil}, {Name: "memory_remaining_bytes", Value: nil}, {Name: "memory_total_bytes", Value: nil},
		{Name: "server_uuid", Value: m.ServerID},
		{Name: "source_compute", Value: rest.OrNil(m.Source)}, {Name: "source_node", Value: rest.OrNil(m.Source)},
		{Name: "status", Value: m.Status},
		{Name: "updated_at", Value: jumpgate.DateOrNil(m.Updated, jumpgate.DateMicros)},
	}
	if minor(r) >= pagedMigrations {
		o = append(o, jumpgate.Member{Name: "uuid", Value: m.UUID})
	}
	if minor(r) >= migrationOwners {
		o = append(o, jumpgate.Member{Name: "user_id", Value: m.UserID}, jumpgate.Member{Name: "project_id", Value: m.ProjectID})
	}
	return o
}

// find returns the migration that r's path names, of one server.
func (m *migrationLister) find(r *jumpgate.Request, rule string) (*Server, *Migration, error) {
	server, all, err := m.serverMigrations(r, rule)
	if err != nil {
		return nil, nil, err
	}
	id := r.Var("migration_id")
	i := slices.IndexFunc(all, func(one Migration) bool { return strconv.Itoa(one.Number) == id })
	if i < 0 {
		return server, nil, nil
	}
	return server, &all[i], nil
}

func (m *migrationLister) show(r *jumpgate.Request) (any, error) {
	server, one, err := m.find(r, "show")
	id := r.Var("migration_id")
	switch {
	case err != nil:
		return nil, err
	case one == nil:
		return nil, jumpgate.NotFound.New("In-progress live migration %s is not found for server %s.", id, server.ID)
	case one.Type != "live-migration":
		return nil, jumpgate.NotFound.New("Migration %s for server %s is not live-migration.", id, server.ID)
	case !one.isUnderWay():
		return nil, jumpgate.NotFound.New("Live migration %s for server %s is not in progress.", id, server.ID)
	}
	return jumpgate.Object{{Name: "migration", Value: one.serverView(r)}}, nil
}

// ended finds a live migration that may be ended.
func (m *migrationLister) ended(r *jumpgate.Request, rule, verb string, unknown jumpgate.Kind) (*Server, *Migration, error) {
	server, one, err := m.find(r, rule)
	id := r.Var("migration_id")
	switch {
	case err != nil:
		return nil, nil, err
	case one == nil:
		return nil, nil, unknown.New("Migration %s not found for instance %s", id, server.ID)
	case !one.isUnderWay():
		return nil, nil, jumpgate.BadRequest.New("Migration %s state of instance %s is %s. Cannot %s while the migration is in this state.", id, server.ID, one.Status, verb)
	}
	return server, one, nil
}

func (m *migrationLister) abort(r *jumpgate.Request) (any, error) {
	server, one, err := m.ended(r, "delete", "abort live migration", jumpgate.NotFound)
	if err != nil {
		return nil, err
	}
	return empty(http.StatusAccepted), serverFault(m.ender.AbortMigration(r.Context(), server.ID, one.Number), server.ID, noAction)
}

func (m *migrationLister) complete(r *jumpgate.Request) (any, error) {
	name, value, err := readAction(r)
	switch {
	case err != nil:
		return nil, err
	case name != "force_complete":
		return nil, jumpgate.BadRequest.New("There is no such action: %s", name)
	}
	if _, err := checkBody(r, must(member(name, &schema.Schema{Type: nullSchema.Type})), value); err != nil {
		return nil, err
	}
	server, one, err := m.ended(r, "force_complete", "force_complete", jumpgate.BadRequest)
	if err != nil {
		return nil, err
	}
	return empty(http.StatusAccepted), serverFault(m.ender.CompleteMigration(r.Context(), server.ID, one.Number), server.ID, noAction)
}
