package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"time"
)

const (
	compute = "/compute/v2.1"
	volume  = "/volume/v3/307001"
)

// thing is something that somebody has ordered under a name of its own.
type thing struct {
	name    string
	id      string // as told, or found
	outcome outcome
	deleted bool // as told
	perhaps bool // it went with a server, if it ever was attached
	along   bool // a server, with a volume that is made along with it
	goes    bool // and goes with it
}

// world is what the clients know.
type world struct {
	client
	image string

	mu                    sync.Mutex
	servers, volumes, ips []*thing
	groups, resizes       []*thing
}

func newWorld(gw *process, seed uint64) *world {
	return &world{client: client{gw: gw, random: rand.New(rand.NewPCG(seed, 2))}}
}

func (w *world) signIn(ctx context.Context) error {
	if err := w.client.signIn(ctx); err != nil {
		return err
	}
	var images struct{ Images []struct{ ID, Name string } }
	if _, err := w.insist(ctx, http.MethodGet, "/image/v2/images?name=UBUNTU_22_64", &images, http.StatusOK); err != nil {
		return err
	}
	if len(images.Images) != 1 {
		return fmt.Errorf("images %+v", images)
	}
	w.image = images.Images[0].ID
	return nil
}

// play lets clients do it all, in any order.
func (w *world) play(ctx context.Context, n amounts, clients int) {
	var work []func()
	for i := range n.groups {
		for _, k := range groupKinds {
			work = append(work, func() { w.group(ctx, k, fmt.Sprintf("%s-%d", k.prefix, i)) })
		}
	}
	for i := range n.servers {
		work = append(work, func() { w.server(ctx, fmt.Sprintf("s-%d", i)) })
	}
	for i := range n.volumes {
		work = append(work, func() { w.volume(ctx, fmt.Sprintf("v-%d", i)) })
	}
	for range n.ips {
		work = append(work, func() { w.ip(ctx) })
	}
	w.random.Shuffle(len(work), func(i, j int) { work[i], work[j] = work[j], work[i] })
	queue := make(chan func())
	var crowd sync.WaitGroup
	for range clients {
		crowd.Go(func() {
			for do := range queue {
				do()
			}
		})
	}
	for _, do := range work {
		queue <- do
	}
	close(queue)
	crowd.Wait()
}

func (w *world) note(list *[]*thing, t *thing) *thing {
	w.mu.Lock()
	defer w.mu.Unlock()
	*list = append(*list, t)
	return t
}

// volume orders a volume. Nobody who hears nothing orders it again.
func (w *world) volume(ctx context.Context, name string) *thing {
	var made struct{ Volume struct{ ID string } }
	t := w.note(&w.volumes, &thing{name: name})
	t.outcome = w.order(ctx, volume+"/volumes", map[string]any{"volume": map[string]any{"size": 20, "name": name, "availability_zone": "ams03"}}, &made)
	t.id = made.Volume.ID
	return t
}

// ip orders an address.
func (w *world) ip(ctx context.Context) {
	var made struct {
		IP struct{ ID string } `json:"floating_ip"`
	}
	t := w.note(&w.ips, new(thing))
	t.outcome = w.order(ctx, compute+"/os-floating-ips", map[string]any{"pool": "public"}, &made)
	t.id = made.IP.ID
}

// server orders a server, a fifth of them with a volume that is to go with it,
// a fifth with one that is made along with it, and deletes half of them, at once
// or later.
func (w *world) server(ctx context.Context, name string) {
	order := map[string]any{"name": name, "imageRef": w.image, "flavorRef": "B1_1X2X25", "networks": "auto", "availability_zone": "ams03"}
	var extra *thing
	t := &thing{name: name, goes: w.float() < 0.7}
	switch share := w.float(); {
	case share < 0.2:
		t.along = true
		order["block_device_mapping_v2"] = []any{
			map[string]any{"source_type": "image", "uuid": w.image, "destination_type": "local", "boot_index": 0},
			map[string]any{"source_type": "blank", "volume_size": 20, "destination_type": "volume", "boot_index": -1, "delete_on_termination": t.goes},
		}
	case share < 0.4:
		extra = w.volume(ctx, "of-"+name)
		if extra.outcome == told && w.available(ctx, extra.id) {
			order["block_device_mapping_v2"] = []any{
				map[string]any{"source_type": "image", "uuid": w.image, "destination_type": "local", "boot_index": 0},
				map[string]any{"source_type": "volume", "uuid": extra.id, "destination_type": "volume", "boot_index": -1, "delete_on_termination": true},
			}
		} else {
			extra = nil
		}
	}
	if w.float() < 0.3 {
		order["tags"] = []string{"a", "b"}
	}
	var made struct{ Server struct{ ID string } }
	w.note(&w.servers, t)
	t.outcome = w.order(ctx, compute+"/servers", map[string]any{"server": order}, &made, "OpenStack-API-Version", "compute 2.90")
	if t.id = made.Server.ID; t.outcome == unknown {
		t.id = w.find(ctx, name)
	}
	if t.id != "" && w.float() < 0.2 {
		w.resize(ctx, t)
	}
	if t.id == "" || w.float() < 0.5 {
		return
	}
	if w.float() < 0.5 {
		time.Sleep(time.Duration(w.float() * float64(time.Second)))
	}
	if _, err := w.insist(ctx, http.MethodDelete, compute+"/servers/"+t.id, nil, http.StatusNoContent, http.StatusNotFound); err == nil {
		t.deleted = true
		if extra != nil {
			extra.deleted, extra.perhaps = t.outcome == told, t.outcome != told
		}
	}
}

// available waits until a volume is.
func (w *world) available(ctx context.Context, id string) bool {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		var v struct{ Volume struct{ Status string } }
		if _, err := w.insist(ctx, http.MethodGet, volume+"/volumes/"+id, &v, http.StatusOK); err != nil || v.Volume.Status == "available" {
			return err == nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return false
}

// find looks for a server that may have been made, as careful clients do.
func (w *world) find(ctx context.Context, name string) string {
	for range 5 {
		var list struct{ Servers []struct{ ID string } }
		_, err := w.insist(ctx, http.MethodGet, compute+"/servers?name="+url.QueryEscape("^"+name+"$"), &list, http.StatusOK)
		if err == nil && len(list.Servers) > 0 {
			return list.Servers[0].ID
		}
		time.Sleep(100 * time.Millisecond)
	}
	return ""
}
