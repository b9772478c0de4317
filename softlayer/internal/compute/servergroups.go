package compute

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// placementGroup is SoftLayer_Virtual_PlacementGroup: guests behind one router,
// each on a host of its own.
type placementGroup struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
	Rule struct {
		KeyName string `json:"keyName"`
	} `json:"rule"`
	Guests []records.Presence `json:"guests"`
}

type router struct {
	ID         int           `json:"id"`
	Datacenter records.Named `json:"topLevelLocation"`
}

// spread is the rule of a placement group that Nova calls anti-affinity.
const spread = "SPREAD"

// placementPlace is a placement group with where it is.
type placementPlace struct {
	ID     int    `json:"id"`
	Router router `json:"backendRouter"`
}

// datedGroup is a placement group with when it was made, and behind what.
type datedGroup struct {
	records.Numbered
	Name    string            `json:"name"`
	Created records.Timestamp `json:"createDate"`
	Router  records.Numbered  `json:"backendRouter"`
}

// placementRule is how a placement group keeps its guests.
type placementRule struct {
	ID      int    `json:"id"`
	KeyName string `json:"keyName"`
}

var (
	placementGroupForm = records.FormOf[placementGroup]()
	placementPlaceForm = records.FormOf[placementPlace]()
	datedGroupForm     = records.FormOf[datedGroup]()
	placementRuleForm  = records.FormOf[placementRule]()
	routerForm         = records.FormOf[router]()
)

// ServerGroups lists the account's placement groups, and then the groups that
// SoftLayer has no place for.
func (d *Servers) ServerGroups(ctx context.Context) ([]*compute.ServerGroup, error) {
	known, err := core.RecallAll[keptGroup](ctx, d.Core, groupRecord)
	if err != nil {
		return nil, err
	}
	all, err := placementGroupForm.All(ctx, d.API, upstream.Call{Service: "Account", Method: "getPlacementGroups"})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b placementGroup) int { return cmp.Compare(a.ID, b.ID) })
	var list []*compute.ServerGroup
	for _, g := range all {
		if g.ID != 0 && cmp.Or(g.Rule.KeyName, spread) == spread {
			s := g.serverGroupOf(ctx)
			if known[s.ID].Deleted {
				d.deleteGroupLater(ctx, s.ID, g.ID)
				continue
			}
			s.MaxPerHost = known[s.ID].MaxPerHost
			list = append(list, s)
		}
	}
	others, err := d.listKeptGroups(ctx, known)
	return append(list, others...), err
}

// serverGroupOf is g in Nova's terms. SoftLayer does not say who made it, and
// lets every user of the account have it: so it is whose who asks.
func (g *placementGroup) serverGroupOf(ctx context.Context) *compute.ServerGroup {
	s := &compute.ServerGroup{
		ID: keep.IDOf(keep.ServerGroupKind, g.ID), Name: g.Name, Policy: "anti-affinity",
		ProjectID: keep.Account(ctx), UserID: jumpgate.PrincipalFrom(ctx).UserID,
	}
	for i := range g.Guests {
		if member := &g.Guests[i]; member.GlobalIdentifier != "" && !member.Gone() {
			s.Members = append(s.Members, strings.ToLower(member.GlobalIdentifier))
		}
	}
	return s
}

// CreateServerGroup makes a placement group of one with anti-affinity. SoftLayer
// binds it to a router: that of the datacenter in which servers are made by
// default. It keeps one server on a host, which is fewer than any other number.
func (d *Servers) CreateServerGroup(ctx context.Context, g compute.ServerGroup) (*compute.ServerGroup, error) {
	if g.Policy != "anti-affinity" {
		return d.createKeptGroup(ctx, g)
	}
	rule, err := d.spreadRule(ctx)
	if err != nil {
		return nil, err
	}
	at, err := d.groupRouter(ctx)
	if err != nil {
		return nil, err
	}
	made := placementGroup{Name: g.Name}
	made.ID, err = d.Once(ctx, "server group", func() (int, error) {
		var told records.Numbered
		_, err := d.API.Do(ctx, upstream.Call{
			Service: "Virtual_PlacementGroup", Method: "createObject",
			Args: []any{map[string]any{"name": g.Name, "backendRouterId": at.ID, "ruleId": rule}},
		}, &told)
		return told.ID, err
	}, func(ctx context.Context) ([]core.Candidate, error) { return d.groupsNamed(ctx, g.Name, at.ID) })
	if err != nil {
		return nil, err
	}
	s := made.serverGroupOf(ctx)
	if s.MaxPerHost = g.MaxPerHost; g.MaxPerHost > 0 {
		if err := d.keepGroup(ctx, s.ID, keptGroup{MaxPerHost: g.MaxPerHost}); err != nil {
			_ = d.deletePlacementGroup(context.WithoutCancel(ctx), s.ID, made.ID) // which nobody is told of
			return nil, err
		}
	}
	return s, nil
}

// groupsNamed are the placement groups of a name behind a router.
func (d *Servers) groupsNamed(ctx context.Context, name string, router int) (list []core.Candidate, err error) {
	all, err := datedGroupForm.All(ctx, d.API, upstream.Call{Service: "Account", Method: "getPlacementGroups"})
	for _, g := range all {
		if g.Name == name && g.Router.ID == router {
			list = append(list, core.Candidate{Number: g.ID, Created: g.Created.Time})
		}
	}
	return list, err
}

func (d *Servers) spreadRule(ctx context.Context) (int, error) {
	rules, err := placementRuleForm.All(ctx, d.API, upstream.Call{Service: "Virtual_PlacementGroup_Rule", Method: "getAllObjects"})
	if err != nil {
		return 0, err
	}
	for _, r := range rules {
		if r.KeyName == spread {
			return r.ID, nil
		}
	}
	return 0, compute.UnsupportedPolicy("this cloud has none just now.")
}

// groupRouter is the router for new placement groups.
func (d *Servers) groupRouter(ctx context.Context) (*router, error) {
	cat, err := d.CatalogueOf(ctx)
	if err != nil {
		return nil, err
	}
	zone, err := d.Zone(cat, "")
	if err != nil {
		return nil, err
	}
	routers, err := routerForm.All(ctx, d.API, upstream.Call{Service: "Virtual_PlacementGroup", Method: "getAvailableRouters"})
	if err != nil {
		return nil, err
	}
	for i := range routers {
		if routers[i].Datacenter.Name == zone {
			return &routers[i], nil
		}
	}
	return nil, compute.UnsupportedPolicy("there is none in " + zone + ".")
}

// DeleteServerGroup deletes a group. SoftLayer deletes no placement group that
// has members, of which there are some for a while after they are deleted, and
// Nova any. So the wish is kept in the store, and carried out as soon as it can
// be: by this process or, if that ends, by whoever lists the groups next.
func (d *Servers) DeleteServerGroup(ctx context.Context, id string) error {
	number, ok := keep.NumberOf(keep.ServerGroupKind, id)
	if !ok {
		return d.deleteKeptGroup(ctx, id)
	}
	var kept keptGroup
	if _, err := d.Recall(ctx, groupRecord, id, &kept); err != nil {
		return err
	}
	if kept.Deleted {
		return jumpgate.NotFound
	}
	err := d.deletePlacementGroup(ctx, id, number)
	var no *upstream.Refusal
	if !errors.As(err, &no) {
		return err
	}
	if err := core.Amend(ctx, d.Core, groupRecord, id, time.Time{}, func(g *keptGroup) { g.Deleted = true }); err != nil {
		return err
	}
	d.deleteGroupLater(ctx, id, number)
	return nil
}

func (d *Servers) deletePlacementGroup(ctx context.Context, id string, number int) error {
	err := d.API.Order(ctx, upstream.Call{Service: "Virtual_PlacementGroup", ID: strconv.Itoa(number), Method: "deleteObject"})
	err = d.Gone(ctx, err, func(ctx context.Context) error {
		_, err := d.placementGroupNumbered(ctx, number)
		return err
	})
	if err == nil {
		d.Drop(ctx, groupRecord, id)
	}
	return err
}

// deleteGroupLater deletes a placement group in the background.
func (d *Servers) deleteGroupLater(ctx context.Context, id string, number int) {
	d.Later.Try(ctx, groupKey(ctx, id), func(ctx context.Context) (done bool, err error) {
		err = d.deletePlacementGroup(ctx, id, number)
		if errors.Is(err, jumpgate.NotFound) {
			d.Drop(ctx, groupRecord, id)
			err = nil
		}
		return err == nil, err
	})
}

func groupKey(ctx context.Context, id string) string {
	return "server group/" + keep.AccountKey(ctx) + "/" + id
}

// placementGroup fetches the group that an order names.
func (d *Servers) placementGroup(ctx context.Context, id string) (*placementPlace, error) {
	number, ok := keep.NumberOf(keep.ServerGroupKind, id)
	if !ok {
		return nil, compute.ServerGroupNotFound(id)
	}
	var kept keptGroup
	if _, err := d.Recall(ctx, groupRecord, id, &kept); err != nil {
		return nil, err
	}
	g, err := d.placementGroupNumbered(ctx, number)
	switch {
	case errors.Is(err, jumpgate.NotFound), kept.Deleted:
		return nil, compute.ServerGroupNotFound(id)
	case err != nil:
		return nil, err
	case g.Router.Datacenter.Name == "":
		return nil, jumpgate.BadGateway
	}
	return g, nil
}

func (d *Servers) placementGroupNumbered(ctx context.Context, number int) (*placementPlace, error) {
	return placementPlaceForm.Get(ctx, d.API, "Virtual_PlacementGroup", strconv.Itoa(number))
}
