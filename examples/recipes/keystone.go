package recipes

import (
	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/passthrough"
)

// behindKeystone is a Gateway of compute whose users sign in at a Keystone that
// is elsewhere: it is asked whose token a request brings, and is in the
// catalog's place. cloud is how to reach it, with an account of its own.
func behindKeystone(cloud passthrough.Options, driver jumpgate.Driver) (*jumpgate.Gateway, error) {
	keystone, err := passthrough.New(cloud)
	if err != nil {
		return nil, err
	}
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Identity: {Driver: keystone},
		jumpgate.Compute:  {Driver: driver},
	}})
	if err != nil {
		return nil, err
	}
	hook, err := keystone.TokenHook(passthrough.TokenOptions{})
	if err != nil {
		return nil, err
	}
	gw.AddRequestHook(hook)
	return gw, nil
}
