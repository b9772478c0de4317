// Command simple serves OpenStack in front of SoftLayer: of a simulated one, so
// that it can be tried right away, or of the real one where -softlayer or the
// configuration file names it. With -driver memory it is a cloud by itself. A
// browser sees at / what is served.
package main

import (
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"path"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/memory"
	"github.com/softlayer/jumpgate/openstack/identity"
	"github.com/softlayer/jumpgate/passthrough"
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
	file := flags.String("config", "", "configuration `file`; without one the simulator is served")
	driver := flags.String("driver", "", "serve every service by the `driver` memory, a cloud in this process, or softlayer")
	upstream := flags.String("softlayer", "", "`URL` of a real SoftLayer REST API to use in place of the simulator, such as "+softlayer.DefaultEndpoint)
	clouds := flags.String("clouds", "", "`file` to write a clouds.yaml for the simulator's users to")
	takes := flags.Duration("action-time", 0, "how long changes of servers and volumes take with -driver memory")
	trouble := flags.String("control", "", "loopback `address` to serve orders for trouble on, with -driver memory; see control.go")
	demo := flags.Bool("demo", false, "play a client too: boot a server, show it, delete it, and exit")
	report := flags.String("coverage", "", "print which endpoints are served, as text, markdown or json (`format`), or with rules the policies, and exit")
	version := flags.Bool("version", false, "print the version and exit")
	keys := flags.String("rotate-keys", "", "rotate the token keys in `directory`, or make the first ones, and exit")
	storeKeys := flags.String("rotate-store-keys", "", "rotate the keys of the store in `directory`, or make the first ones, and exit; with -store seal its records anew and remove the old keys")
	storeFile := flags.String("store", "", "`file` of the store for -rotate-store-keys, of a server that is stopped")
	if err := flags.Parse(args); err != nil {
		return errors.Join(errUsage, err)
	}
	if *demo && !given(flags, "listen") { // beside a server that is there already
		*listen = "127.0.0.1:0"
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q; %w", flags.Arg(0), errUsage)
	}
	if *version {
		fmt.Fprintln(stdout, moduleVersion())
		return nil
	}
	if *keys != "" {
		return identity.RotateKeys(*keys, 3)
	}
	if *storeFile != "" && *storeKeys == "" {
		return fmt.Errorf("-store goes with -rotate-store-keys; a server's store is set in its configuration file; %w", errUsage)
	}
	if *storeKeys != "" {
		return rotateStoreKeys(ctx, *storeKeys, *storeFile, stdout)
	}

	c := defaultConfig()
	if *file != "" {
		var err error
		if c, err = readConfig(*file); err != nil {
			return fmt.Errorf("%w\n%w", err, errUsage)
		}
	}
	switch *driver {
	case "", driverNames[0]:
	case "memory":
		c.useMemory()
	default:
		return fmt.Errorf("-driver %q: there are softlayer and memory; %w", *driver, errUsage)
	}
	c.memory.ActionTime = *takes
	if *trouble != "" && *driver != "memory" {
		return fmt.Errorf("-control goes with -driver memory; %w", errUsage)
	}
	if *upstream != "" {
		c.softlayer.Endpoint, c.simulate, c.softlayer.SnapshotSpace = *upstream, false, false
	}
	if c.users() == nil && (*demo || *clouds != "") {
		return fmt.Errorf("-demo and -clouds use the accounts of the simulator or of memory and don't go with a real SoftLayer; %w", errUsage)
	}
	if *report != "" {
		return printCoverage(c, *report, stdout)
	}
	return serve(ctx, c, *listen, *clouds, *trouble, *demo, stdout, stderr)
}

// given tells whether a flag was set.
func given(flags *flag.FlagSet, name string) bool {
	set := false
	flags.Visit(func(f *flag.Flag) { set = set || f.Name == name })
	return set
}

func printCoverage(c *config, format string, w io.Writer) error {
	write := coverageFormats[format]
	if write == nil && format != "rules" {
		return fmt.Errorf("-coverage %q: there are text, markdown, json and rules; %w", format, errUsage)
	}
	gw, err := newGateway(c, nil)
	if err != nil {
		return fmt.Errorf("%w; %w", err, errUsage)
	}
	if format == "rules" {
		return printRules(w, gw)
	}
	return write(w, coverage(gw))
}

func serve(ctx context.Context, c *config, listen, clouds, trouble string, demo bool, stdout, stderr io.Writer) error {
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	base := "http://" + listener.Addr().String()
	clean, err := c.images.open(c.usesMemory())
	if err != nil {
		return err
	}
	defer clean()
	var sim *simulator.Simulator
	if c.simulate { // the driver asks it without a socket
		sim = simulator.New(simulator.Options{ObjectStorage: c.images.objectStorage})
		c.softlayer.Endpoint, c.softlayer.Transport = "http://simulator/rest/v3.1", sim
	}
	level := c.logLevel
	if demo { // the client tells what it does
		level = max(level, slog.LevelWarn)
	}
	log := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: level}))
	gw, err := newGateway(c, log)
	if err != nil {
		return fmt.Errorf("%w; %w", err, errUsage)
	}
	handler := http.Handler(gw)
	if trouble != "" {
		ctl, err := newControl(c, log)
		if err != nil {
			return err
		}
		at, err := listenControl(ctx, trouble, ctl, log)
		if err != nil {
			return err
		}
		fmt.Fprintln(stdout, "Serving control on", at)
		handler = ctl
	}
	if c.compress {
		handler = compressed(handler)
	}
	if sim != nil {
		handler = beside(handler, sim)
	}
	handler = forBrowsers(handler, cmp.Or(c.gateway.BasePath, "/"), coverage(gw), gw.Logger())
	authURL := authURL(gw, c, base)
	if authURL == "" && (demo || clouds != "") {
		return fmt.Errorf("-demo and -clouds need the identity service; %w", errUsage)
	}
	if c.oldCredentials != "" {
		n, err := identity.TakeOverFile(ctx, c.softlayer.Store, c.oldCredentials)
		if err != nil {
			return err
		}
		gw.Logger().Info("took over application credentials", "file", c.oldCredentials, "credentials", n)
	}
	if ring := c.identity.Keys; ring != nil {
		go ring.Watch(ctx, 30*time.Second, func(err error) { gw.Logger().Error("reload token keys", "error", err) })
	}
	if clouds != "" {
		if err := writeClouds(clouds, c.users(), authURL, c.region()); err != nil {
			return err
		}
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()

	if demo {
		err = playClient(ctx, c.users()[0], authURL, c.region(), stdout)
	} else {
		usage(stdout, base, authURL, c)
		select {
		case err = <-failed:
		case <-ctx.Done():
		}
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return errors.Join(err, server.Shutdown(grace))
}

// compressed serves long JSON with gzip to clients that ask for it.
func compressed(gw http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(8<<10), gzhttp.CompressionLevel(gzip.BestSpeed), gzhttp.ContentTypes([]string{"application/json"}))
	if err != nil {
		panic(err) // the options are fine
	}
	return wrap(gw)
}

// beside serves the simulator below /softlayer/. An http.ServeMux would
// redirect a path that it finds unclean, which no OpenStack does.
func beside(gw, cloud http.Handler) http.Handler {
	cloud = http.StripPrefix("/softlayer", cloud)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if strings.HasPrefix(req.URL.Path, "/softlayer/") {
			cloud.ServeHTTP(w, req)
			return
		}
		gw.ServeHTTP(w, req)
	})
}

// moduleVersion is the version of the module that the program was built from.
func moduleVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "jumpgate (unknown)"
	}
	version := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && version == "(devel)" {
			version = s.Value
		}
	}
	return "jumpgate " + version + " " + info.GoVersion
}

// authURL is where users of a Gateway that listens at base sign in; empty
// where the Gateway does not serve identity.
func authURL(gw *jumpgate.Gateway, c *config, base string) string {
	disp := gw.Dispatcher(jumpgate.Identity)
	if disp == nil {
		return ""
	}
	if u, err := disp.EndpointURL(nil, "v3_auth_index"); err == nil { // below the public URL
		return u
	}
	return base + (&url.URL{Path: path.Join("/", c.gateway.BasePath, disp.Mount(), "v3")}).EscapedPath()
}

// newCloud is the cloud of the memory driver.
func newCloud(c *config) (*memory.Cloud, error) {
	opts := c.memory
	opts.Data, opts.Image = c.images.data, c.images.options
	return memory.New(opts)
}

// newControl has the services of a memory cloud begin anew whenever somebody
// orders it.
func newControl(c *config, log *slog.Logger) (*control, error) {
	ctl := &control{}
	ctl.renew = func() (*memory.Cloud, http.Handler, error) {
		cloud, err := newCloud(c)
		if err != nil {
			return nil, nil, err
		}
		own := *c
		own.gateway.Services = maps.Clone(c.gateway.Services)
		own.cloud = cloud
		gw, err := newGateway(&own, log)
		if err != nil {
			return nil, nil, err
		}
		gw.AddRequestHook(ctl.meet)
		return cloud, gw, nil
	}
	return ctl, ctl.reset()
}

// newGateway is all that it takes to embed Jumpgate.
func newGateway(c *config, log *slog.Logger) (*jumpgate.Gateway, error) {
	c.softlayer.ImageData, c.softlayer.Image = c.images.data, c.images.options
	sl, err := softlayer.New(c.softlayer)
	if err != nil {
		return nil, err
	}
	available := map[string]jumpgate.Driver{"softlayer": sl}
	people := map[string]identity.Driver{"softlayer": sl.Identity()}
	if c.openstack.Endpoints != nil {
		c.openstack.Logger = log
		if available["openstack"], err = passthrough.New(c.openstack); err != nil {
			return nil, err
		}
	}
	if c.usesMemory() {
		cloud := c.cloud
		if cloud == nil {
			if cloud, err = newCloud(c); err != nil {
				return nil, err
			}
		}
		available["memory"], people["memory"] = cloud, cloud.Identity()
	}
	opts := c.gateway
	opts.Logger = log
	opts.Services = maps.Clone(opts.Services)
	for s, service := range opts.Services {
		var chosen []jumpgate.Driver
		for _, name := range c.drivers[s] {
			if who := people[name]; s == jumpgate.Identity && who != nil {
				chosen = append(chosen, identity.New(who, c.identity))
			} else {
				chosen = append(chosen, available[name])
			}
		}
		service.Driver = jumpgate.Drivers(chosen...)
		opts.Services[s] = service
	}
	if !c.accessLog {
		opts.AccessLog = func(*jumpgate.Request, jumpgate.Outcome) {}
	}
	return jumpgate.New(opts)
}
