package volume

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// TestOrdersOfOthers: however many volumes an account orders, another one's
// keep their names.
func TestOrdersOfOthers(t *testing.T) {
	as := func(account string) context.Context {
		return jumpgate.WithPrincipal(t.Context(), &jumpgate.Principal{ProjectID: account, UserID: "u"})
	}
	o := newOrders()
	order := func(account, id string) {
		o.add(as(account), &volumeOrder{user: account + "/u", notes: "name of " + id, volume: volume.Volume{ID: id, Created: time.Now()}})
	}
	order("quiet", "mine")
	for i := range ordersEach + 1 {
		order("busy", fmt.Sprint(i))
	}
	if got := o.take(as("quiet"), "mine"); got == nil || got.notes != "name of mine" {
		t.Errorf("the order is %+v", got)
	}
	if o.get(as("busy"), "0") != nil || o.get(as("busy"), "1") == nil {
		t.Error("another order than the oldest was forgotten")
	}
	if n := len(o.all(as("busy"), time.Now().Add(-OrderAge))); n != ordersEach {
		t.Errorf("%d orders", n)
	}
	if n := len(o.all(as("quiet"), time.Now().Add(-OrderAge))); n != 0 {
		t.Errorf("%d orders of another account", n)
	}
}
