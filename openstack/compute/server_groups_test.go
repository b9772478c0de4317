package compute_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

func (c *cloud) ServerGroups(context.Context) ([]*compute.ServerGroup, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.groups), nil
}

// groupIDs are those of the recordings.
var groupIDs = []string{"c74bc68c-6bcc-47c1-b5ce-a0db67063dfb", "cbf0b054-4246-4e68-b190-6a781aad23ad"}

func (c *cloud) CreateServerGroup(_ context.Context, g compute.ServerGroup) (*compute.ServerGroup, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g.ID, g.ProjectID, g.UserID = groupIDs[len(c.groups)], project, user
	c.groups = append(c.groups, &g)
	return &g, nil
}

func (c *cloud) DeleteServerGroup(_ context.Context, id string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(c.groups)
	c.groups = slices.DeleteFunc(c.groups, func(g *compute.ServerGroup) bool { return g.ID == id })
	if len(c.groups) == n {
		return jumpgate.NotFound
	}
	return nil
}

// TestServerGroupForms holds the forms of a group by version.
func TestServerGroupForms(t *testing.T) {
	c := newCloud()
	c.groups = []*compute.ServerGroup{{
		ID: "g", Name: "n", Policy: "anti-affinity", MaxPerHost: 3, Members: []string{golden}, ProjectID: "p", UserID: "u",
	}}
	gw := newGateway(t, c)
	const (
		start = `{"server_group": {"id": "g", "name": "n", `
		old   = `"policies": ["anti-affinity"], "metadata": {}, "members": ["` + golden + `"]`
		owner = `, "project_id": "p", "user_id": "u"`
		rules = `"policy": "anti-affinity", "rules": {"max_server_per_host": 3}, "members": ["` + golden + `"]`
	)
	for version, want := range map[string]string{
		"2.1": start + old + "}}", "2.12": start + old + "}}", "2.13": start + old + owner + "}}", "2.63": start + old + owner + "}}",
		"2.64": start + rules + owner + "}}", "2.96": start + rules + owner + "}}",
	} {
		if got := get(gw, "/v2.1/os-server-groups/g", at(version)...).Body.String(); got != want {
			t.Errorf("at %s:\n got %s\nwant %s", version, got, want)
		}
	}
}

// TestServerGroupInput holds what is refused, and what is asked of a driver.
func TestServerGroupInput(t *testing.T) {
	for _, test := range []struct{ version, body, want string }{
		{"2.1", `{"name": "n", "policies": ["affinity"]}`, ""},
		{"2.14", `{"name": "n", "policies": ["soft-affinity"]}`, "badRequest: Invalid input for field/attribute 0. Value: soft-affinity. 'soft-affinity' is not one of ['anti-affinity', 'affinity']"},
		{"2.15", `{"name": "n", "policies": ["soft-affinity"]}`, ""},
		{"2.15", `{"name": "n", "policies": []}`, "badRequest: Invalid input for field/attribute policies. Value: []. [] is too short"},
		{"2.63", `{"name": "n", "policy": "affinity"}`, "badRequest: Invalid input for field/attribute server_group. Value: {'name': 'n', 'policy': 'affinity'}. 'policies' is a required property"},
		{"2.64", `{"name": "n", "policies": ["affinity"]}`, "badRequest: Invalid input for field/attribute server_group. Value: {'name': 'n', 'policies': ['affinity']}. 'policy' is a required property"},
		{"2.64", `{"name": "n", "policy": "anti-affinity", "rules": {"max_server_per_host": "2"}}`, ""},
		{"2.64", `{"name": "n", "policy": "anti-affinity", "rules": {"max_server_per_host": 0}}`, "badRequest: Invalid input for field/attribute max_server_per_host. Value: 0. 0 is less than the minimum of 1"},
		{"2.64", `{"name": "n", "policy": "affinity", "rules": {"max_server_per_host": 2}}`, "badRequest: Only anti-affinity policy supports rules."},
		{"2.64", `{"policy": "affinity"}`, "badRequest: Invalid input for field/attribute server_group. Value: {'policy': 'affinity'}. 'name' is a required property"},
	} {
		c := newCloud()
		w := do(newGateway(t, c), "POST", "/v2.1/os-server-groups", `{"server_group": `+test.body+`}`, at(test.version)...)
		if got := keyedFault(w); got != test.want && (test.want != "" || w.Code != 200) {
			t.Errorf("%s at %s:\n got %s\nwant %s", test.body, test.version, got, test.want)
		}
		if strings.Contains(test.body, `"2"`) && (len(c.groups) != 1 || c.groups[0].MaxPerHost != 2 || c.groups[0].Policy != "anti-affinity") {
			t.Errorf("%+v", c.groups)
		}
	}
	c := newCloud()
	for _, name := range []string{"a", "b", "c"} {
		c.groups = append(c.groups, &compute.ServerGroup{ID: name})
	}
	gw := newGateway(t, c)
	for query, want := range map[string]int{"": 3, "?limit=2": 2, "?offset=1": 2, "?offset=9": 0, "?limit=0": 3, "?all_projects=1": 3, "?limit=1&offset=2": 1} {
		if got := strings.Count(get(gw, "/v2.1/os-server-groups"+query).Body.String(), `"id"`); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	if got := keyedFault(get(gw, "/v2.1/os-server-groups?offset=a")); !strings.HasPrefix(got, "badRequest: Invalid input for query parameters offset.") {
		t.Error(got)
	}
}
