package redisstore_test

import (
	"context"
	"log"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
	"github.com/softlayer/jumpgate/redisstore"
	"github.com/softlayer/jumpgate/softlayer"
)

// One replica of several: keys from a folder that all of them have, and what
// must be remembered on Redis. docs/operating.md explains it.
func Example_replicas() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	ring, err := identity.OpenKeyRing("/etc/jumpgate/keys")
	if err != nil {
		log.Fatal(err)
	}
	go ring.Watch(ctx, 30*time.Second, func(err error) { slog.Error("reload token keys", "error", err) })

	client := redis.NewClient(&redis.Options{Addr: "redis.internal:6379"})
	defer client.Close()
	if err := redisstore.CheckServer(ctx, client); err != nil {
		log.Fatal(err)
	}
	keys, err := jumpgate.OpenStoreKeys("/etc/jumpgate/store-keys")
	if err != nil {
		log.Fatal(err)
	}
	store, err := redisstore.OpenStore(client, keys, redisstore.StoreOptions{})
	if err != nil {
		log.Fatal(err)
	}
	driver, err := softlayer.New(softlayer.Options{Store: store})
	if err != nil {
		log.Fatal(err)
	}

	gw, err := jumpgate.New(jumpgate.Options{
		PublicURL:      "https://api.example.com/openstack",
		BasePath:       "/openstack",
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24")},
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{
			jumpgate.Identity: {Driver: identity.New(driver.Identity(), identity.Options{
				Keys: ring, Revocations: redisstore.NewRevocations(client, redisstore.Options{}), Store: store,
			})},
			jumpgate.Compute: {Driver: driver},
			jumpgate.Image:   {Driver: driver},
		},
	})
	if err != nil {
		log.Fatal(err)
	}

	server := &http.Server{
		Addr: ":5000", Handler: gw,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute, // longer than the proxy keeps a connection
		MaxHeaderBytes:    64 << 10,
	}
	go func() {
		<-ctx.Done()
		time.Sleep(5 * time.Second) // the balancer is about to notice
		grace, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		_ = server.Shutdown(grace)
	}()
	log.Print(server.ListenAndServe())
}

// The page for operators shows code that compiles here.
func TestOperatingGuide(t *testing.T) {
	page, err := os.ReadFile("../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	words := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	blocks := strings.Split(string(page), "```go\n")[1:]
	if len(blocks) == 0 {
		t.Error("no code on the page")
	}
	for _, b := range blocks {
		b, _, _ = strings.Cut(b, "```")
		if !strings.Contains(words(string(code)), words(b)) {
			t.Errorf("this is on the page and not in Example_replicas:\n%s", b)
		}
	}
}
