// Command simple serves OpenStack's identity, compute and image APIs in front
// of SoftLayer: of a simulated one, so that it can be tried right away, or of
// the real one with -softlayer.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		fmt.Fprintln(os.Stderr, "simple:", err)
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "simple:", err)
		os.Exit(1)
	}
}

// errUsage marks a mistake in how the program was called.
var errUsage = errors.New("see simple -help")

// run serves until ctx is done or, with -demo, until the demo is over.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("simple", flag.ContinueOnError)
	flags.SetOutput(stderr)
	listen := flags.String("listen", "127.0.0.1:5000", "`address` to serve on; port 0 picks one")
	upstream := flags.String("softlayer", "", "`URL` of a real SoftLayer REST API to use in place of the simulator, such as "+softlayer.DefaultEndpoint)
	clouds := flags.String("clouds", "", "`file` to write a clouds.yaml for the simulator's users to")
	demo := flags.Bool("demo", false, "play a client too: boot a server, show it, delete it, and exit")
	if err := flags.Parse(args); err != nil {
		return errors.Join(errUsage, err)
	}
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q; %w", flags.Arg(0), errUsage)
	case *upstream != "" && (*demo || *clouds != ""):
		return fmt.Errorf("-demo and -clouds use the simulator's accounts and don't go with -softlayer; %w", errUsage)
	}

	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	base := "http://" + listener.Addr().String()

	mux := http.NewServeMux()
	simulated := *upstream == ""
	if simulated {
		mux.Handle("/softlayer/", http.StripPrefix("/softlayer", simulator.New(simulator.Options{})))
		*upstream = base + "/softlayer/rest/v3.1"
	}
	gw, err := newGateway(*upstream, slog.New(slog.NewTextHandler(stderr, nil)))
	if err != nil {
		return fmt.Errorf("%w; %w", err, errUsage)
	}
	mux.Handle("/", gw)

	if *clouds != "" {
		if err := writeClouds(*clouds, base+"/v3"); err != nil {
			return err
		}
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()

	if *demo {
		err = playClient(ctx, base+"/v3", stdout)
	} else {
		usage(stdout, base, simulated)
		select {
		case err = <-failed:
		case <-ctx.Done():
		}
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return errors.Join(err, server.Shutdown(grace))
}

// newGateway is all that it takes to embed Jumpgate.
func newGateway(endpoint string, log *slog.Logger) (*jumpgate.Gateway, error) {
	driver, err := softlayer.New(softlayer.Options{Endpoint: endpoint})
	if err != nil {
		return nil, err
	}
	return jumpgate.New(jumpgate.Options{
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{
			jumpgate.Identity: {Driver: driver},
			jumpgate.Compute:  {Driver: driver},
			jumpgate.Image:    {Driver: driver},
		},
		Logger: log,
	})
}
