package cloud

import (
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

func TestConcurrentUse(t *testing.T) {
	w := newWorld(t, fleet(20), func(o *Options) { o.Now = nil; o.Step = time.Millisecond })
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			w := w
			if i%2 == 1 {
				w = w.as(altUser, altKey)
			}
			for range 10 {
				id := w.create(nil)
				w.text("Account/getVirtualGuests.json" + query(fullMask, `{"virtualGuests":{"id":{"operation":"orderBy"}}}`, "0,10"))
				w.text(imageTyp + "/getPublicImages.json" + query("mask[children.datacenter,firstChild.blockDevices.diskImage]", "", ""))
				w.text("Account/getNetworkVlans.json" + query("mask[subnets.ipAddresses.virtualGuest.hostname,virtualGuests.id]", "", ""))
				for w.status(id) != "" {
					time.Sleep(time.Millisecond)
				}
				w.text("Virtual_Guest/" + id + "/deleteObject.json")
				remove := w.sim.Inject(Fault{Service: "Nothing"})
				remove()
			}
		})
	}
	wg.Wait()
	time.Sleep(20 * time.Millisecond)
	if n := len(w.get("Account/getVirtualGuests.json").([]any)); n != 20 {
		t.Errorf("%d servers left", n)
	}
}

func TestManyGuests(t *testing.T) {
	start := time.Now()
	w := newWorld(t, fleet(10_000))
	seeded := time.Since(start)
	start = time.Now()
	rec := w.do("GET", "Account/getVirtualGuests.json"+query(listMask, `{"virtualGuests":{"hostname":{"operation":"*= 99"},"id":{"operation":"orderBy"}}}`, "0,100"), "")
	listed := time.Since(start)
	if n := rec.Header().Get("SoftLayer-Total-Items"); rec.Code != 200 || n != "280" {
		t.Errorf("%d, %s guests", rec.Code, n)
	}
	t.Logf("10,000 guests: preseeded in %v, a filtered page in %v", seeded, listed)
	if seeded > 5*time.Second || listed > 2*time.Second { // generous: the machine may be busy
		t.Errorf("slow: preseeded in %v, a filtered page in %v", seeded, listed)
	}
}

func BenchmarkListPage(b *testing.B) {
	opts := Options{}
	fleet(10_000)(&opts)
	sim := New(opts)
	r := httptest.NewRequest("GET", "/rest/v3.1/SoftLayer_Account/getVirtualGuests.json"+query(listMask, "", "5000,100"), nil)
	r.SetBasicAuth(demoUser, demoKey)
	b.ReportAllocs()
	for b.Loop() {
		sim.ServeHTTP(httptest.NewRecorder(), r)
	}
}

func BenchmarkNew10000(b *testing.B) {
	opts := Options{}
	fleet(10_000)(&opts)
	b.ReportAllocs()
	for b.Loop() {
		New(opts)
	}
}
