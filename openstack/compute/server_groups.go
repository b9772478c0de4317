package compute

import (
	"net/http"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// ServerGroup says how servers are placed in regard to each other.
type ServerGroup struct {
	ID, Name          string
	Policy            string // affinity, anti-affinity, soft-affinity or soft-anti-affinity
	MaxPerHost        int    // with anti-affinity; 0: not said
	Members           []string
	ProjectID, UserID string
}

// ServerGroupNotFound is for an unknown group in an order.
func ServerGroupNotFound(id string) error {
	return jumpgate.BadRequest.New("Instance group %s could not be found.", id)
}

// UnsupportedPolicy is for a group that the cloud can't make.
func UnsupportedPolicy(reason string) error {
	return jumpgate.BadRequest.New("ServerGroup policy is not supported: %s", reason)
}

var (
	hardPolicies = anys("anti-affinity", "affinity")
	allPolicies  = anys("anti-affinity", "affinity", "soft-anti-affinity", "soft-affinity")

	serverGroupBody = &versionedBody{
		name: "server_group",
		members: []bodyMember{
			{name: "name", schema: nameSchema, required: 1},
			{name: "policies", schema: onePolicy(hardPolicies), until: 15, required: 1},
			{name: "policies", schema: onePolicy(allPolicies), since: 15, until: 64, required: 15},
			{name: "policy", schema: &schema.Schema{Type: stringType, Enum: allPolicies}, since: 64, required: 64},
			{name: "rules", schema: object(member("max_server_per_host", positiveInteger)), since: 64},
		},
	}

	serverGroupParams = &querySchema{params: []queryParam{
		{name: "all_projects", schema: anyString}, {name: "limit", schema: naturalNumber}, {name: "offset", schema: naturalNumber},
	}}
)

func onePolicy(known []any) *schema.Schema {
	return &schema.Schema{AllOf: []*schema.Schema{ // in the order of Nova's
		list(&schema.Schema{Type: stringType, Enum: known}), {Unique: true}, {MinItems: 1, MaxItems: 1},
	}}
}

var serverGroupFields = []rest.Field[*ServerGroup]{
	{Name: "id", Value: func(g *ServerGroup) any { return g.ID }},
	{Name: "name", Value: func(g *ServerGroup) any { return g.Name }},
	{Name: "policy", Since: 64, Value: func(g *ServerGroup) any { return g.Policy }},
	{Name: "rules", Since: 64, Value: func(g *ServerGroup) any {
		if g.MaxPerHost == 0 {
			return jumpgate.Object{}
		}
		return jumpgate.Object{{Name: "max_server_per_host", Value: g.MaxPerHost}}
	}},
	{Name: "policies", Until: 64, Value: func(g *ServerGroup) any { return []string{g.Policy} }},
	{Name: "metadata", Until: 64, Value: func(*ServerGroup) any { return jumpgate.Object{} }},
	{Name: "members", Value: func(g *ServerGroup) any { return append([]string{}, g.Members...) }},
	{Name: "project_id", Since: 13, Value: func(g *ServerGroup) any { return g.ProjectID }},
	{Name: "user_id", Since: 13, Value: func(g *ServerGroup) any { return g.UserID }},
}

func serverGroupView(r *jumpgate.Request, g *ServerGroup) jumpgate.Object {
	return rest.Show(serverGroupFields, rest.Answer{Version: minor(r)}, g)
}

func serverGroups(_ *service, driver any, t *table) {
	if d, ok := driver.(ServerGroupLister); ok {
		t.add(http.MethodGet, "os_server_groups", func(r *jumpgate.Request) (any, error) { return listServerGroups(r, d) })
		t.add(http.MethodGet, "os_server_group", func(r *jumpgate.Request) (any, error) { return showServerGroup(r, d) })
	}
	if d, ok := driver.(ServerGroupCreator); ok {
		t.add(http.MethodPost, "os_server_groups", func(r *jumpgate.Request) (any, error) { return createServerGroup(r, d) })
	}
	if d, ok := driver.(ServerGroupDeleter); ok {
		t.add(http.MethodDelete, "os_server_group", func(r *jumpgate.Request) (any, error) {
			id := r.Var("server_group_id")
			if err := d.DeleteServerGroup(r.Context(), id); err != nil {
				return nil, missing(err, "Instance group %s could not be found.", id)
			}
			return empty(http.StatusNoContent), nil
		})
	}
}

// listServerGroups ignores all_projects, as Nova does where no admin asks.
func listServerGroups(r *jumpgate.Request, d ServerGroupLister) (any, error) {
	p, err := readQuery(r, serverGroupParams)
	if err != nil {
		return nil, err
	}
	all, err := d.ServerGroups(r.Context())
	if err != nil {
		return nil, err
	}
	all = pageByOffset(p, all)
	views := make([]jumpgate.Object, len(all))
	for i, g := range all {
		views[i] = serverGroupView(r, g)
	}
	return jumpgate.Object{{Name: "server_groups", Value: views}}, nil
}

func showServerGroup(r *jumpgate.Request, d ServerGroupLister) (any, error) {
	all, err := d.ServerGroups(r.Context())
	if err != nil {
		return nil, err
	}
	id := r.Var("server_group_id")
	i := slices.IndexFunc(all, func(g *ServerGroup) bool { return g.ID == id })
	if i < 0 {
		return nil, jumpgate.NotFound.New("Instance group %s could not be found.", id)
	}
	return jumpgate.Object{{Name: "server_group", Value: serverGroupView(r, all[i])}}, nil
}

func createServerGroup(r *jumpgate.Request, d ServerGroupCreator) (any, error) {
	body, err := readBody(r, serverGroupBody)
	if err != nil {
		return nil, err
	}
	in := body.Object("server_group")
	g := ServerGroup{Name: strings.TrimSpace(in.String("name")), Policy: in.String("policy")}
	if policies := in.List("policies"); len(policies) > 0 {
		g.Policy, _ = policies[0].(string)
	}
	if rules := in.Object("rules"); len(rules) > 0 {
		if g.Policy != "anti-affinity" {
			return nil, jumpgate.BadRequest.New("Only anti-affinity policy supports rules.")
		}
		g.MaxPerHost = rules.Int("max_server_per_host", 0)
	}
	made, err := d.CreateServerGroup(r.Context(), g)
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "server_group", Value: serverGroupView(r, made)}}, nil
}
