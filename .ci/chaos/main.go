// Command chaos orders, resizes and deletes servers, some with volumes that are
// made along with them, orders volumes and addresses, and makes and deletes security groups and server groups, through a
// gateway that is killed again and again, from a SoftLayer of whose calls a
// tenth fails in every way, as clients that leave when they like. At the end it
// counts what SoftLayer bills against what the clients were told:
//
//	lost      told, and not there
//	twice     ordered once, and there more than once
//	untold    there, and not to be found by who ordered it, or said to be refused
//	billed    told to be deleted, and paid for
//
// Each of them must be 0. It takes one or two minutes; -seed repeats a run as
// far as the timing of processes lets it.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

func main() {
	log.SetFlags(0)
	var (
		servers = flag.Int("servers", 500, "how many servers are ordered")
		volumes = flag.Int("volumes", 250, "how many volumes are ordered")
		ips     = flag.Int("ips", 100, "how many addresses are ordered")
		groups  = flag.Int("groups", 100, "how many security groups, and server groups, are made")
		clients = flag.Int("clients", 12, "how many clients there are at a time")
		share   = flag.Float64("faults", 0.1, "the share of calls of SoftLayer that fail")
		seed    = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of what is random")
		bound   = flag.Duration("bound", 3*time.Minute, "how long it may take")

		gateway = flag.String("gateway", "", "be the gateway before the SoftLayer at this URL")
		listen  = flag.String("listen", "", "where the gateway listens")
		state   = flag.String("state", "", "the folder of what the gateway keeps")
	)
	flag.Parse()
	if *gateway != "" {
		log.Fatal(serveGateway(*gateway, *listen, *state))
	}
	ctx, cancel := context.WithTimeout(context.Background(), *bound)
	defer cancel()
	start := time.Now()
	log.Printf("%d servers, %d volumes, %d addresses, %d groups of each kind; %.0f %% of calls fail; seed %d", *servers, *volumes, *ips, *groups, 100**share, *seed)
	if err := run(ctx, amounts{*servers, *volumes, *ips, *groups}, *clients, *share, *seed); err != nil {
		log.Fatalf("FAILED after %v: %v", time.Since(start).Round(time.Second), err)
	}
	log.Printf("done in %v", time.Since(start).Round(time.Second))
}

// amounts are how many of each are ordered.
type amounts struct{ servers, volumes, ips, groups int }

func run(ctx context.Context, n amounts, clients int, share float64, seed uint64) error {
	state, err := os.MkdirTemp("", "chaos")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(state) }()
	if err := makeKeys(state); err != nil {
		return err
	}
	// What is deleted stays to be seen for hours, as in the real SoftLayer.
	sim := simulator.New(simulator.Options{Step: 60 * time.Millisecond, ReclaimWait: time.Hour})
	trouble := &faults{next: sim, share: share, random: rand.New(rand.NewPCG(seed, 1))}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	upstream := &http.Server{Handler: trouble, ErrorLog: log.New(discard{}, "", 0)}
	go upstream.Serve(listener) //nolint:errcheck // it ends with the program
	defer func() { _ = upstream.Close() }()

	gw := &process{softlayer: "http://" + listener.Addr().String() + "/rest/v3.1", state: state}
	if err := gw.start(ctx); err != nil {
		return err
	}
	defer gw.kill()
	w := newWorld(gw, seed)
	if err := w.signIn(ctx); err != nil {
		return err
	}
	trouble.on(true)
	killed, stop := gw.killNowAndThen(ctx, 1500*time.Millisecond)
	w.play(ctx, n, clients)
	stop()
	log.Printf("killed the gateway %d times; %d of %d calls failed", *killed, trouble.made, trouble.calls)
	trouble.on(false)
	if ctx.Err() != nil {
		return fmt.Errorf("not done in time: %w", ctx.Err())
	}
	if err := gw.restart(ctx); err != nil {
		return err
	}
	return w.count(ctx, gw.softlayer)
}

// discard swallows what the server says of connections that the faults break.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
