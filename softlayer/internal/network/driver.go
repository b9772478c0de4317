// Package network is SoftLayer's VLANs, subnets, network components, global IP
// addresses, gateways and security groups in Neutron's terms.
//
// SoftLayer chooses and routes most of it by itself, so three things that
// Neutron's clients look for are made up here, and say so: the network that
// global addresses come from, the router that is its backbone, and the group
// "default" of servers that are in none of SoftLayer's.
package network

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"iter"
	"strconv"
	"time"

	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// Networks is the driver of networks.
type Networks struct {
	*core.Core
	vlanNotes   *core.Notes // their text is the description
	subnetNotes *core.Notes // of subnets and of global addresses

	globalPrice *keep.Cache[int]
	ownDefault  *keep.Cache[int]
	wishes      *wishes
}

var _ interface {
	network.NetworkDriver
	network.SubnetDriver
	network.PortDriver
	network.RouterDriver
	network.FloatingIPDriver
	network.SecurityGroupDriver
	network.SecurityGroupRuleDriver
	network.DefaultRuleDriver
	network.ZoneDriver
	network.QuotaDriver
	network.SubnetPoolDriver
	network.ServiceProviderDriver
} = (*Networks)(nil)

// glance is how long it is believed that an account has no group of its own
// called "default".
const glance = 30 * time.Second

// New returns the driver of networks.
func New(c *core.Core) *Networks {
	d := &Networks{
		Core:        c,
		globalPrice: keep.NewCache[int](c.Opts.CacheAge, c.Opts.Now),
		ownDefault:  keep.NewCache[int](glance, c.Opts.Now),
		wishes:      newWishes(),
	}
	d.vlanNotes = &core.Notes{Core: c, Kind: "softlayer_network_overflow", Text: true, Naming: d.namingVLANs}
	d.subnetNotes = &core.Notes{Core: c, Kind: "softlayer_subnet_overflow", Text: true, Naming: d.namingSubnets}
	return d
}

// Forget empties the caches.
func (d *Networks) Forget() {
	d.globalPrice.Forget()
	d.ownDefault.Forget()
}

// accountID makes the id of something that every account has one of.
func accountID(ctx context.Context, kind keep.Kind) string {
	return keep.IDOf(kind, accountNumber(ctx))
}

// accountNumber is the principal's account; 1 where a program names projects
// in another way.
func accountNumber(ctx context.Context) int {
	n, err := strconv.Atoi(keep.Account(ctx))
	if err != nil || n <= 0 {
		return 1
	}
	return n
}

// revision stands for the number of changes, which SoftLayer does not count:
// it is another one after each change of what is given.
func revision(parts ...any) int {
	h := fnv.New32a()
	b, _ := json.Marshal(parts) // never fails: parts are strings, numbers and lists of them
	h.Write(b)
	return int(h.Sum32() >> 1)
}

// standard is what all of Neutron's things have, of one that lives in
// SoftLayer: the text of its note is the description.
func standard(ctx context.Context, id, text string, kept *keep.Envelope, refs []keep.TagReference, modified time.Time, rest ...any) network.Standard {
	tags := allTags(kept, refs)
	if tags == nil {
		tags = []string{}
	}
	return network.Standard{
		ID: id, ProjectID: keep.Account(ctx), Description: text, Tags: tags,
		Revision: revision(text, kept.Name, tags, rest), Created: modified, Updated: modified,
	}
}

// all yields what load returns.
func all[T any](load func() ([]*T, error)) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		items, err := load()
		if err != nil {
			yield(nil, err)
			return
		}
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}
