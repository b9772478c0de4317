package main

import (
	"context"
	"net/http"
	"time"
)

// groupKind is a kind of groups, which are made and deleted alike.
type groupKind struct {
	prefix    string // of their names
	path, one string // in OpenStack
	method    string // in SoftLayer
	more      map[string]any
}

var groupKinds = []groupKind{
	{"sg", "/network/v2.0/security-groups", "security_group", "getSecurityGroups", nil},
	{"sv", compute + "/os-server-groups", "server_group", "getPlacementGroups", map[string]any{"policies": []string{"anti-affinity"}}},
}

// group makes a group, and deletes half of them.
func (w *world) group(ctx context.Context, k groupKind, name string) {
	body := map[string]any{"name": name}
	for member, value := range k.more {
		body[member] = value
	}
	var made map[string]struct{ ID string }
	t := w.note(&w.groups, &thing{name: name})
	t.outcome = w.order(ctx, k.path, map[string]any{k.one: body}, &made)
	if t.id = made[k.one].ID; t.id == "" || w.float() < 0.5 {
		return
	}
	if _, err := w.insist(ctx, http.MethodDelete, k.path+"/"+t.id, nil, http.StatusNoContent, http.StatusNotFound); err == nil {
		t.deleted = true
	}
}

// resize orders a server of another size once it is up, once.
func (w *world) resize(ctx context.Context, server *thing) {
	if !w.active(ctx, server.id) {
		return
	}
	t := w.note(&w.resizes, &thing{name: server.name, id: server.id})
	t.outcome = w.order(ctx, compute+"/servers/"+server.id+"/action", map[string]any{"resize": map[string]any{"flavorRef": "B1_2X4X25"}}, nil)
}

// active waits until a server is.
func (w *world) active(ctx context.Context, id string) bool {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		var s struct{ Server struct{ Status string } }
		if _, err := w.insist(ctx, http.MethodGet, compute+"/servers/"+id, &s, http.StatusOK); err != nil || s.Server.Status == "ACTIVE" {
			return err == nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return false
}

// readGroups reads groups, and what was ordered for servers.
func (has *softlayerHas) readGroups(ctx context.Context, endpoint string) error {
	has.groups, has.upgrades = make(map[string][]string), make(map[string]int)
	for _, k := range groupKinds {
		var all []struct {
			ID   int
			Name string
		}
		if err := ask(ctx, endpoint, "SoftLayer_Account/"+k.method+".json", "mask[id,name]", &all); err != nil {
			return err
		}
		for _, g := range all {
			has.groups[g.Name] = append(has.groups[g.Name], number(g.ID))
		}
	}
	var events []struct {
		Name  string `json:"eventName"`
		Label string `json:"label"`
	}
	if err := ask(ctx, endpoint, "SoftLayer_Event_Log/getAllObjects.json", "mask[eventName,label]", &events); err != nil {
		return err
	}
	for _, e := range events {
		if e.Name == "Upgrade" {
			has.upgrades[e.Label]++
		}
	}
	return nil
}

// compareGroups compares groups: their names are their own.
func (w *world) compareGroups(has *softlayerHas, r *report) {
	for _, t := range w.groups {
		there := has.groups[t.name]
		switch {
		case len(there) > 1:
			r.twice = append(r.twice, t.name)
		case t.outcome == told && !t.deleted && (len(there) == 0 || there[0] != ending(t.id)):
			r.lost = append(r.lost, t.name)
		case t.outcome == refused && len(there) > 0:
			r.untold = append(r.untold, t.name)
		case t.deleted && len(there) > 0:
			r.billed = append(r.billed, t.name)
		}
	}
}

// compareResizes compares what was ordered for servers.
func (w *world) compareResizes(has *softlayerHas, r *report) {
	for _, t := range w.resizes {
		n := 0
		for label, times := range has.upgrades {
			if len(label) > len(t.name) && label[:len(t.name)+1] == t.name+"." {
				n += times
			}
		}
		switch {
		case n > 1:
			r.twice = append(r.twice, "resize of "+t.name)
		case t.outcome == told && n == 0:
			r.lost = append(r.lost, "resize of "+t.name)
		case t.outcome == refused && n > 0:
			r.untold = append(r.untold, "resize of "+t.name)
		}
	}
}
