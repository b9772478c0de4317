package compute

import (
	"net/http"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/resource"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// ServerGroup says how servers are placed relative to each other.
type ServerGroup struct {
	ID, Name          string
	Policy            string // affinity, anti-affinity, soft-affinity or soft-anti-affinity
	MaxPerHost        int    // with anti-affinity; 0: not set
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

	serverGroupParams = &querySchema{params: []queryParam{
		{name: "all_projects", schema: anyString}, {name: "limit", schema: naturalNumber}, {name: "offset", schema: naturalNumber},
	}}
)

const mustSet = resource.Post | resource.Required

// serverGroupAttributes are those of a server group, as Nova shows them. Its
// policy was a list of one until 2.64.
var serverGroupAttributes = resource.Attributes[ServerGroup]{
	{Name: "id", At: func(g *ServerGroup) any { return &g.ID }},
	{Name: "name", At: func(g *ServerGroup) any { return &g.Name }, Does: mustSet, Schema: nameSchema,
		Set: func(g *ServerGroup, v any) { g.Name = strings.TrimSpace(v.(string)) }},
	{Name: "policy", Since: 64, At: func(g *ServerGroup) any { return &g.Policy }, Does: mustSet, Schema: &schema.Schema{Type: stringType, Enum: allPolicies}},
	{Name: "rules", Since: 64, At: func(g *ServerGroup) any { return &g.MaxPerHost }, Does: resource.Post,
		Schema: object(member("max_server_per_host", positiveInteger)), Check: groupRules, View: groupRulesView},
	policyList(0, 15, hardPolicies),
	policyList(15, 64, allPolicies),
	{Name: "metadata", Until: 64, View: func(*ServerGroup) any { return jumpgate.Object{} }},
	{Name: "members", At: func(g *ServerGroup) any { return &g.Members }},
	{Name: "project_id", Since: 13, At: func(g *ServerGroup) any { return &g.ProjectID }},
	{Name: "user_id", Since: 13, At: func(g *ServerGroup) any { return &g.UserID }},
}

// policyList is the policy as old versions have it.
func policyList(since, until int, known []any) resource.Attribute[ServerGroup] {
	return resource.Attribute[ServerGroup]{
		Name: "policies", Since: since, Until: until, Does: mustSet,
		Schema: &schema.Schema{AllOf: []*schema.Schema{ // in the order of Nova's
			list(&schema.Schema{Type: stringType, Enum: known}), {Unique: true}, {MinItems: 1, MaxItems: 1},
		}},
		View: func(g *ServerGroup) any { return []string{g.Policy} },
		Set:  func(g *ServerGroup, v any) { g.Policy = v.([]any)[0].(string) },
	}
}

// groupRules reads the only rule that there is.
func groupRules(_ int, _ string, v any) (any, error) {
	rules, _ := v.(schema.Object)
	return rules.Int("max_server_per_host", 0), nil
}

func groupRulesView(g *ServerGroup) any {
	if g.MaxPerHost == 0 {
		return jumpgate.Object{}
	}
	return jumpgate.Object{{Name: "max_server_per_host", Value: g.MaxPerHost}}
}

func serverGroupBody(minor int) *schema.Schema {
	return resourceBody("server_group", serverGroupAttributes, minor)
}

func serverGroupView(r *jumpgate.Request, g *ServerGroup) jumpgate.Object {
	return serverGroupAttributes.Version(minor(r)).View(g)
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
	body, err := readSchema(r, serverGroupBody(minor(r)))
	if err != nil {
		return nil, err
	}
	var g ServerGroup
	if err := serverGroupAttributes.Fill(minor(r), &g, body.Object("server_group")); err != nil {
		return nil, err
	}
	if g.MaxPerHost > 0 && g.Policy != "anti-affinity" {
		return nil, jumpgate.BadRequest.New("Only anti-affinity policy supports rules.")
	}
	made, err := d.CreateServerGroup(r.Context(), g)
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "server_group", Value: serverGroupView(r, made)}}, nil
}
