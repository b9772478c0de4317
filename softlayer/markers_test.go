package softlayer

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestMarkedStates: what markers make of what SoftLayer shows.
func TestMarkedStates(t *testing.T) {
	const small, big = "B1_2X4X25", "B1_2X8X25"
	guestOf := func(preset string, ram int, power string, tags ...string) *guest {
		g := &guest{ProvisionDate: timestamp{time.Unix(1, 0)}, MaxCPU: 2, MaxMemory: ram, PowerState: keyName{power}}
		if preset != "" {
			g.BillingItem = new(billingItem)
			g.BillingItem.OrderItem.Preset.KeyName = preset
		}
		for _, tag := range tags {
			g.TagReferences = append(g.TagReferences, tagReference{named{tag}})
		}
		return g
	}
	upgrading := func(g *guest) *guest {
		g.Transaction = &transaction{ID: 1, Status: named{"CLOUD_UPGRADE_SETUP"}}
		return g
	}
	for _, c := range []struct {
		name string
		g    *guest
		want string
	}{
		{"rescued", guestOf(small, 4096, "RUNNING", "os:rescue"), "RESCUE rescued  1"},
		{"rescued, in another case", guestOf(small, 4096, "RUNNING", "OS:RESCUE"), "RESCUE rescued  1"},
		{"suspended", guestOf(small, 4096, "PAUSED", "os:suspended"), "SUSPENDED suspended  7"},
		{"not suspended any more", guestOf(small, 4096, "RUNNING", "os:suspended"), "ACTIVE active  1"},
		{"waiting for the upgrade", guestOf(small, 4096, "RUNNING", "os:vresize:"+small), "RESIZE active resize_migrating 1"},
		{"upgrading", upgrading(guestOf(small, 4096, "HALTED", "os:vresize:"+small)), "RESIZE active resize_migrating 1"},
		{"upgraded", guestOf(big, 8192, "RUNNING", "os:vresize:"+small), "VERIFY_RESIZE resized  1"},
		{"upgraded, in another case", guestOf(big, 8192, "RUNNING", strings.ToLower("os:vresize:"+small)), "VERIFY_RESIZE resized  1"},
		{"upgraded, the bill is behind", guestOf(small, 8192, "RUNNING", "os:vresize:"+small), "VERIFY_RESIZE resized  1"},
		{"upgraded, no bill to see", guestOf("", 8192, "RUNNING", "os:vresize:"+small), "VERIFY_RESIZE resized  1"},
		{"upgraded, but for memory", guestOf("B1_2X4X100", 4096, "HALTED", "os:vresize:"+small), "VERIFY_RESIZE resized  4"},
		{"waiting for the way back", guestOf(big, 8192, "RUNNING", "os:vrevert:"+small), "REVERT_RESIZE resized resize_reverting 1"},
		{"on the way back", upgrading(guestOf(big, 8192, "RUNNING", "os:vrevert:"+small)), "REVERT_RESIZE resized resize_reverting 1"},
		{"back", guestOf(small, 4096, "RUNNING", "os:vrevert:"+small), "ACTIVE active  1"},
		{"no markers", guestOf(small, 4096, "RUNNING", "os:", "os:vresize", "os:vresize:", "xos:rescue", "os:rescue2"), "ACTIVE active  1"},
	} {
		st := c.g.state()
		if got := fmt.Sprintf("%s %s %s %d", st.status, st.vm, st.task, st.power); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// FuzzTags: tags and markers come apart as they were put together.
func FuzzTags(f *testing.F) {
	f.Add("a", "os:linux", true, "B1_2X4X25")
	f.Add("os:locked", "os:vresize:", false, "")
	f.Fuzz(func(t *testing.T, one, two string, locked bool, preset string) {
		m := markers{locked: locked, suspended: !locked, resize: strings.ToUpper(preset)}
		var tags []string
		for _, tag := range []string{one, two} {
			if keepable(tag) == nil {
				tags = append(tags, tag)
			}
		}
		if preset != "" && keepable(preset) != nil {
			return
		}
		var refs []tagReference
		for _, tag := range strings.Split(strings.Join(slices.Concat(tags, m.tags()), ","), ",") {
			refs = append(refs, tagReference{named{tag}})
		}
		gotTags, got := splitTags(refs)
		if !slices.Equal(gotTags, tags) || got != m {
			t.Errorf("%q %+v came back as %q %+v", tags, m, gotTags, got)
		}
	})
}

// TestCreateWithTags: they are set after the order, or refused before it.
func TestCreateWithTags(t *testing.T) {
	w := newWorld(t, setup{})
	create := func(tags ...string) *answer {
		return w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(map[string]any{"tags": tags, "networks": "auto", "min_count": 2}),
			"OpenStack-API-Version", "compute 2.96")
	}
	for _, bad := range []string{"é", "os:locked", " x"} {
		if a := create("good", bad); a.status != http.StatusBadRequest {
			t.Errorf("%q: %d %s", bad, a.status, a.body)
		}
	}
	if n := w.sim.Calls()["SoftLayer_Virtual_Guest::createObjects"]; n != 0 {
		t.Errorf("%d orders", n)
	}
	if a := create("good", "os:linux"); a.status != http.StatusAccepted {
		t.Fatalf("%d %s", a.status, a.body)
	}
	for s, err := range w.driver.ListServers(asDemo(), compute.ServerQuery{}) {
		if err != nil || !slices.Equal(s.Tags, []string{"good", "os:linux"}) {
			t.Errorf("%+v, %v", s, err)
		}
	}
}
