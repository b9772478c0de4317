package compute

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// keptGroup is a server group that SoftLayer has no place for, by its id, or
// what it does not know of a placement group. That a server is in one is in the
// notes of the server. The soft policies promise nothing; affinity is kept by
// one dedicated host, which the first order of a member chooses.
type keptGroup struct {
	Name, Policy string
	UserID       string
	MaxPerHost   int
	Host         int // the dedicated host of a group with affinity; 0: none yet
	Created      time.Time
	Deleted      bool // as soon as SoftLayer lets go of the members of the placement group
}

const (
	groupRecord = "softlayer_server_group"

	affinity = "affinity"
)

// keepGroup keeps a group under an id.
func (d *Servers) keepGroup(ctx context.Context, id string, g keptGroup) error {
	value, err := json.Marshal(g)
	if err != nil {
		return err
	}
	key := jumpgate.StoreKey{Project: keep.Account(ctx), Kind: groupRecord, ID: id}
	_, err = d.Opts.Store.Put(context.WithoutCancel(ctx), jumpgate.Record{StoreKey: key, Value: value})
	var full *jumpgate.StoreFullError
	if errors.As(err, &full) {
		return fmt.Errorf("%w: %w", compute.TooManyServerGroups(), err)
	}
	return err
}

// createKeptGroup makes a group with a policy that SoftLayer does not know.
func (d *Servers) createKeptGroup(ctx context.Context, g compute.ServerGroup) (*compute.ServerGroup, error) {
	if g.Policy == affinity {
		hosts, err := d.dedicatedHosts(ctx)
		if err != nil {
			return nil, err
		}
		if len(hosts) == 0 {
			return nil, compute.UnsupportedPolicy("this cloud keeps servers together on a dedicated host alone, and this project has none.")
		}
	}
	g.ID, g.ProjectID, g.UserID = jumpgate.NewUUID(), keep.Account(ctx), jumpgate.PrincipalFrom(ctx).UserID
	err := d.keepGroup(ctx, g.ID, keptGroup{Name: g.Name, Policy: g.Policy, UserID: g.UserID, Created: d.Opts.Now().UTC()})
	if err != nil {
		return nil, err
	}
	return &g, nil
}

// listKeptGroups are those of all that are no placement groups, oldest first. A
// call finds their members, if there are any such groups.
func (d *Servers) listKeptGroups(ctx context.Context, all map[string]keptGroup) ([]*compute.ServerGroup, error) {
	var list []*compute.ServerGroup
	byID := make(map[string]*compute.ServerGroup)
	for id, g := range all {
		if _, placement := keep.NumberOf(keep.ServerGroupKind, id); !placement {
			s := &compute.ServerGroup{ID: id, Name: g.Name, Policy: g.Policy, ProjectID: keep.Account(ctx), UserID: g.UserID}
			list, byID[id] = append(list, s), s
		}
	}
	if list == nil {
		return nil, nil
	}
	slices.SortFunc(list, func(a, b *compute.ServerGroup) int {
		return cmp.Or(all[a.ID].Created.Compare(all[b.ID].Created), strings.Compare(a.ID, b.ID))
	})
	s := everything()
	s.where["notes"] = upstream.Contains(keep.InGroup)
	for member, err := range guestsAs(ctx, d, memberForm, s, new(place)) {
		if err != nil {
			return nil, err
		}
		if _, kept := keep.Split(member.Notes); byID[kept.Group] != nil && !member.Gone() {
			g := byID[kept.Group]
			g.Members = append(g.Members, strings.ToLower(member.GlobalIdentifier))
		}
	}
	return list, nil
}

// joinKept puts into an order that the server is in a group which SoftLayer does
// not know, and returns in which zone that is; "": any.
func (d *Servers) joinKept(ctx context.Context, c *compute.ServerCreate, zone string, t map[string]any) (string, error) {
	id := c.ServerGroup
	var g keptGroup
	found, err := d.Recall(ctx, groupRecord, id, &g)
	switch {
	case err != nil:
		return "", err
	case !found:
		return "", compute.ServerGroupNotFound(id)
	case g.Policy != affinity:
		return zone, nil
	}
	hosts, err := d.dedicatedHosts(ctx)
	if err != nil {
		return "", err
	}
	host := func(number int) int {
		return slices.IndexFunc(hosts, func(h dedicatedHost) bool { return h.ID == number })
	}
	named, _ := keep.NumberOf(keep.HostKind, c.Hypervisor)
	err = core.Amend(ctx, d.Core, groupRecord, id, time.Time{}, func(now *keptGroup) {
		if now.Name == "" && now.Policy == "" { // deleted meanwhile
			*now = g
		}
		if host(now.Host) < 0 { // or cancelled, and then nobody is on it any more
			now.Host = cmp.Or(named, roomiest(hosts, zone))
		}
		g = *now
	})
	i := host(g.Host)
	switch {
	case err != nil:
		return "", err
	case i < 0:
		return "", jumpgate.BadRequest.New("Instance group %s can't have a member there: its servers are on one dedicated host, and there is none.", id)
	case named != 0 && named != g.Host:
		return "", jumpgate.BadRequest.New("Instance group %s is on another host than %s.", id, c.Hypervisor)
	case zone != "" && zone != hosts[i].Datacenter.Name:
		return "", jumpgate.BadRequest.New("Instance group %s is in availability zone %s; its servers can't be in %s.", id, hosts[i].Datacenter.Name, zone)
	}
	t["dedicatedHost"] = map[string]any{"id": g.Host}
	return hosts[i].Datacenter.Name, nil
}

// roomiest is the host in a zone, or in any, that has most room; 0: none.
func roomiest(hosts []dedicatedHost, zone string) int {
	best, free := 0, -1
	for i := range hosts {
		h := &hosts[i]
		if room := h.CPUs - h.Allocation.CPUs; (zone == "" || zone == h.Datacenter.Name) && room > free {
			best, free = h.ID, room
		}
	}
	return best
}

// deleteKeptGroup forgets a group. Its servers stay, in no group.
func (d *Servers) deleteKeptGroup(ctx context.Context, id string) error {
	return d.Opts.Store.Delete(context.WithoutCancel(ctx), jumpgate.StoreKey{Project: keep.Account(ctx), Kind: groupRecord, ID: id}, 0)
}
