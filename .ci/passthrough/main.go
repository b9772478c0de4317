// Command passthrough serves a real OpenStack through Jumpgate, or a part of
// one, for the script .ci/clients/passthrough.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/passthrough"
	"github.com/softlayer/jumpgate/softlayer"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

func main() {
	setup := flag.String("setup", "whole", "whole: everything is passed through; "+
		"tokens: identity and image are, compute is SoftLayer's; accounts: image is, identity is SoftLayer's")
	listen := flag.String("listen", "127.0.0.1:0", "`address` to listen on")
	project := flag.String("project", "", "upstream's project whose servers are at SoftLayer (tokens)")
	upstream := flag.String("upstream", "", "`URL` to forward to (origin, bare and proxy; see bench.go)")
	flag.Parse()
	if *upstream != "" {
		h, err := benchHandler(*setup, *upstream)
		if err == nil {
			err = http.ListenAndServe(*listen, h)
		}
		fmt.Fprintln(os.Stderr, "passthrough:", err)
		os.Exit(1)
	}
	if err := run(*setup, *listen, *project); err != nil {
		fmt.Fprintln(os.Stderr, "passthrough:", err)
		os.Exit(1)
	}
}

// account is one upstream, by the environment variables of the openstack
// command.
func account() passthrough.Cloud {
	return passthrough.Cloud{
		Auth: gophercloud.AuthOptions{
			IdentityEndpoint: os.Getenv("OS_AUTH_URL"),
			Username:         os.Getenv("OS_USERNAME"),
			Password:         os.Getenv("OS_PASSWORD"),
			DomainName:       os.Getenv("OS_USER_DOMAIN_NAME"),
			Scope: &gophercloud.AuthScope{
				ProjectName: os.Getenv("OS_PROJECT_NAME"),
				DomainName:  os.Getenv("OS_PROJECT_DOMAIN_NAME"),
			},
		},
		Endpoint: gophercloud.EndpointOpts{Region: os.Getenv("OS_REGION_NAME")},
	}
}

func run(setup, listen, project string) error {
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	cloud := account()
	options := passthrough.Options{Cloud: &cloud, Logger: logger, Timeouts: passthrough.Timeouts{Dial: 2 * time.Second}}

	simulated := simulator.New(simulator.Options{})
	backend := httptest.NewServer(simulated)
	defer backend.Close()
	sl, err := softlayer.New(softlayer.Options{Endpoint: backend.URL + "/rest/v3.1"})
	if err != nil {
		return err
	}
	demo := simulator.DemoAccounts()[0]
	if setup == "accounts" {
		options.Accounts = map[string]passthrough.Cloud{fmt.Sprint(demo.ID): cloud}
	}
	upstream, err := passthrough.New(options)
	if err != nil {
		return err
	}

	services := map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Identity: {Driver: upstream},
		jumpgate.Compute:  {Driver: upstream},
		jumpgate.Image:    {Driver: upstream},
		jumpgate.Volume:   {Driver: upstream},
		jumpgate.Network:  {Driver: upstream},
	}
	switch setup {
	case "whole":
	case "tokens":
		services[jumpgate.Compute] = jumpgate.ServiceOptions{Driver: sl}
	case "accounts":
		services[jumpgate.Identity] = jumpgate.ServiceOptions{Driver: sl}
		services[jumpgate.Compute] = jumpgate.ServiceOptions{Driver: sl}
	default:
		return errors.New("unknown -setup " + setup)
	}
	gw, err := jumpgate.New(jumpgate.Options{Services: services, Logger: logger})
	if err != nil {
		return err
	}
	if setup == "tokens" {
		user := demo.Users[0]
		hook, err := upstream.TokenHook(passthrough.TokenOptions{Credentials: map[string]jumpgate.Secret{
			project: softlayer.Credential(user.Name, user.Key),
		}})
		if err != nil {
			return err
		}
		if err := gw.Dispatcher(jumpgate.Compute).AddRequestHook(hook); err != nil {
			return err
		}
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	fmt.Printf("Serving OpenStack on http://%s\n", listener.Addr())
	return (&http.Server{Handler: gw, ReadHeaderTimeout: 10 * time.Second}).Serve(listener)
}
