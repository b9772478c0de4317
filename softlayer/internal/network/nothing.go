package network

import (
	"context"
	"iter"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

// SubnetPools implements network.SubnetPoolDriver: there are none. SoftLayer
// chooses the addresses of subnets from a stock of its own.
func (d *Networks) SubnetPools() network.Lister[network.SubnetPool] { return noPools{} }

type noPools struct{}

// List implements network.Lister.
func (noPools) List(context.Context, network.Query) iter.Seq2[*network.SubnetPool, error] {
	return func(func(*network.SubnetPool, error) bool) {}
}

// Create implements network.Creator.
func (noPools) Create(context.Context, []*network.SubnetPool) ([]*network.SubnetPool, error) {
	return nil, jumpgate.Forbidden.New("Subnet pools can't be made: this cloud chooses the addresses of subnets from a stock of its own.")
}

// ServiceProviders implements network.ServiceProviderDriver: there is no choice
// of them.
func (d *Networks) ServiceProviders() network.Lister[network.ServiceProvider] { return noProviders{} }

type noProviders struct{}

// List implements network.Lister.
func (noProviders) List(context.Context, network.Query) iter.Seq2[*network.ServiceProvider, error] {
	return func(func(*network.ServiceProvider, error) bool) {}
}
