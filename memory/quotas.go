package memory

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

var (
	_ compute.LimitsGetter = machines{}
	_ compute.QuotaKeeper  = machines{}
)

// stockQuota is Nova's default.
var stockQuota = compute.Limits{
	MaxInstances: 10, MaxCores: 20, MaxRAM: 51200, MaxKeypairs: 100, MaxServerGroups: 10, MaxServerGroupMembers: 10, MaxMetadata: 128,
	Kept: map[string]int{"injected_files": 5, "injected_file_content_bytes": 10240},
}

// defaultClass is the class of quotas that projects have.
const defaultClass = "default"

// quotaOwner is whose quotas were changed: a project's or, with a user, that
// one's in the project.
type quotaOwner struct{ project, user string }

// limits are the quotas of a project, or of a user in it. The lock is held.
func (c *Cloud) limits(projectID, userID string) compute.Limits {
	l := c.class(defaultClass)
	owners := []quotaOwner{{projectID, ""}}
	if userID != "" {
		owners = append(owners, quotaOwner{projectID, userID})
	}
	for _, owner := range owners {
		for name, n := range c.quotas[owner] {
			l.SetQuota(name, n)
		}
	}
	return l
}

// class are the quotas of a class. The lock is held.
func (c *Cloud) class(name string) compute.Limits {
	l := stockQuota
	for name, n := range c.classes[name] {
		l.SetQuota(name, n)
	}
	return l
}

// SetQuota changes the quotas of a project, by its name; -1 means unlimited. A
// project that is not there is an error.
func (c *Cloud) SetQuota(projectName string, l compute.Limits) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.dir.projectNamed(projectName)
	if p == nil {
		return fmt.Errorf("memory: there is no project called %q", projectName)
	}
	quotas := make(map[string]int)
	for _, name := range []string{"instances", "cores", "ram", "key_pairs", "metadata_items", "server_groups", "server_group_members"} {
		quotas[name] = l.Quota(name)
	}
	maps.Copy(quotas, l.Kept)
	c.quotas[quotaOwner{project: p.ID}] = quotas
	return nil
}

// Quota returns the quotas of a project, by its name; of one that is not there
// those that a new project has.
func (c *Cloud) Quota(projectName string) compute.Limits {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p := c.dir.projectNamed(projectName); p != nil {
		return c.limits(p.ID, "")
	}
	return c.class(defaultClass)
}

// Limits implements compute.LimitsGetter.
func (m machines) Limits(ctx context.Context) (*compute.Limits, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	l := m.c.used(caller(ctx).ProjectID, "")
	return &l, nil
}

// used is limits with what is used of them. The lock is held.
func (c *Cloud) used(projectID, userID string) compute.Limits {
	l := c.limits(projectID, userID)
	for _, s := range c.servers {
		c.settle(s)
		if s.ProjectID != projectID || s.deleted || s.unlimited || userID != "" && s.UserID != userID {
			continue
		}
		l.Instances++
		l.Cores += s.Flavor.VCPUs
		l.RAM += s.Flavor.RAM
	}
	for _, g := range c.groups {
		if g.ProjectID == projectID && (userID == "" || g.UserID == userID) {
			l.ServerGroups++
		}
	}
	return l
}

// checkQuota refuses n more servers of a flavor where they would be too many
// for the project or for the user; with n of 0 it counts the flavor's resources
// alone, for a resize.
func (c *Cloud) checkQuota(projectID, userID string, f *compute.Flavor, n int) error {
	if err := exceeds(c.used(projectID, ""), f, n); err != nil {
		return err
	}
	if c.quotas[quotaOwner{projectID, userID}] == nil {
		return nil
	}
	return exceeds(c.used(projectID, userID), f, n)
}

func exceeds(l compute.Limits, f *compute.Flavor, n int) error {
	times := max(n, 1)
	var names, wants, useds, limits []string
	for _, q := range []struct {
		name              string
		limit, used, want int
	}{
		{"cores", l.MaxCores, l.Cores, f.VCPUs * times},
		{"instances", l.MaxInstances, l.Instances, n},
		{"ram", l.MaxRAM, l.RAM, f.RAM * times},
	} {
		if q.limit >= 0 && q.used+q.want > q.limit && q.want > 0 {
			names, wants = append(names, q.name), append(wants, strconv.Itoa(q.want))
			useds, limits = append(useds, strconv.Itoa(q.used)), append(limits, strconv.Itoa(q.limit))
		}
	}
	if names == nil {
		return nil
	}
	list := func(of []string) string { return strings.Join(of, ", ") }
	return jumpgate.Forbidden.New("Quota exceeded for %s: Requested %s, but already used %s of %s %s",
		list(names), list(wants), list(useds), list(limits), list(names))
}

// checkMetadata refuses too many items of metadata. The lock is held.
func (c *Cloud) checkMetadata(projectID string, items map[string]string) error {
	if most := c.limits(projectID, "").MaxMetadata; most >= 0 && len(items) > most {
		return compute.TooMuchMetadata(most)
	}
	return nil
}

// isProject tells whether there is a project. The lock is held.
func (c *Cloud) isProject(id string) bool { return c.dir.project(id) != nil }

// ProjectQuotas implements compute.QuotaKeeper.
func (m machines) ProjectQuotas(_ context.Context, projectID, userID string) (*compute.Limits, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	if !m.c.isProject(projectID) {
		return nil, compute.ProjectNotFound(projectID)
	}
	l := m.c.used(projectID, userID)
	return &l, nil
}

// ClassQuotas implements compute.QuotaKeeper.
func (m machines) ClassQuotas(_ context.Context, class string) (*compute.Limits, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	l := m.c.class(class)
	return &l, nil
}

// SetProjectQuotas implements compute.QuotaKeeper.
func (m machines) SetProjectQuotas(_ context.Context, projectID, userID string, quotas map[string]int) error {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	owner := quotaOwner{projectID, userID}
	if m.c.quotas[owner] == nil {
		m.c.quotas[owner] = make(map[string]int)
	}
	maps.Copy(m.c.quotas[owner], quotas)
	return nil
}

// SetClassQuotas implements compute.QuotaKeeper.
func (m machines) SetClassQuotas(_ context.Context, class string, quotas map[string]int) error {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	if m.c.classes[class] == nil {
		m.c.classes[class] = make(map[string]int)
	}
	maps.Copy(m.c.classes[class], quotas)
	return nil
}

// ResetProjectQuotas implements compute.QuotaKeeper.
func (m machines) ResetProjectQuotas(_ context.Context, projectID, userID string) error {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	maps.DeleteFunc(m.c.quotas, func(owner quotaOwner, _ map[string]int) bool {
		return owner.project == projectID && (userID == "" || owner.user == userID)
	})
	return nil
}
