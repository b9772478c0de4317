package baremetal

import (
	"context"
	"strings"
	"time"

	"github.com/softlayer/jumpgate/openstack/baremetal"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// SoftLayer lets servers have one host name; in Ironic a name is one node's, so
// that a client which repeats an order does not pay for another server.

const (
	nameRecord = "softlayer_node_name"

	// nameAge is how long after an order no replica takes another one for its
	// name, for SoftLayer may show the server only later.
	nameAge = time.Minute
)

// takeName returns an error if another node than the one of a UUID has a name.
// Until free is called nobody else gets the name in this process.
func (d *Hardware) takeName(ctx context.Context, name, uuid string) (free func(), err error) {
	free, err = d.Locks.Lock(ctx, keep.AccountKey(ctx)+"/name/"+strings.ToLower(name))
	if err != nil {
		return nil, err
	}
	for h, err := range d.fetch(ctx, upstream.Filter{"hostname": upstream.Equals(name)}) {
		if err == nil && !strings.EqualFold(h.GlobalIdentifier, uuid) {
			err = baremetal.NameTaken("node", name)
		}
		if err != nil {
			free()
			return nil, err
		}
	}
	return free, nil
}
