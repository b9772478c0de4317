package baremetal

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/baremetal"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
)

// nodeRecord is the kind of records of what a node has and SoftLayer has no
// place for, by the node's UUID.
const nodeRecord = "softlayer_node"

// goneAge is how long such a record is kept when the server is cancelled.
const goneAge = 30 * 24 * time.Hour

// keptNode is such a record. Of maps it has what SoftLayer does not tell.
type keptNode struct {
	Maintenance, Protected, Retired                   bool   `json:",omitempty"`
	MaintenanceReason, ProtectedReason, RetiredReason string `json:",omitempty"`
	InstanceUUID, Shard, ResourceClass                string `json:",omitempty"`
	AutomatedClean                                    *bool  `json:",omitempty"`
	Updated                                           time.Time

	Properties, DriverInfo, InstanceInfo, NetworkData, Extra map[string]any `json:",omitempty"`
}

// recall returns what is kept of one node, which may be nothing.
func (d *Hardware) recall(ctx context.Context, uuid string) (k keptNode, err error) {
	_, err = d.Recall(ctx, nodeRecord, uuid, &k)
	return k, err
}

// show writes what is kept to a node that SoftLayer has told of.
func (k *keptNode) show(n *baremetal.Node) {
	n.Maintenance, n.MaintenanceReason = k.Maintenance, k.MaintenanceReason
	n.Protected, n.ProtectedReason = k.Protected, k.ProtectedReason
	n.Retired, n.RetiredReason = k.Retired, k.RetiredReason
	n.InstanceUUID, n.Shard, n.AutomatedClean = k.InstanceUUID, k.Shard, k.AutomatedClean
	n.NetworkData = k.NetworkData
	n.Updated = k.Updated
	if k.ResourceClass != "" {
		n.ResourceClass = k.ResourceClass
	}
	for _, m := range k.maps(n) {
		for name, v := range *m.kept {
			if _, told := (*m.shown)[name]; !told {
				(*m.shown)[name] = v
			}
		}
	}
}

// mixed is a map of a node of which SoftLayer tells a part.
type mixed struct {
	name        string
	shown, kept *map[string]any
}

func (k *keptNode) maps(n *baremetal.Node) []mixed {
	return []mixed{
		{"properties", &n.Properties, &k.Properties}, {"driver_info", &n.DriverInfo, &k.DriverInfo},
		{"instance_info", &n.InstanceInfo, &k.InstanceInfo}, {"extra", &n.Extra, &k.Extra},
	}
}

// take keeps what a node has besides what SoftLayer tells of it, which told
// is, and refuses to change that.
func (k *keptNode) take(n, told *baremetal.Node) error {
	*k = keptNode{
		Maintenance: n.Maintenance, MaintenanceReason: n.MaintenanceReason, Protected: n.Protected, ProtectedReason: n.ProtectedReason,
		Retired: n.Retired, RetiredReason: n.RetiredReason, InstanceUUID: n.InstanceUUID, Shard: n.Shard, AutomatedClean: n.AutomatedClean,
		NetworkData: n.NetworkData,
	}
	if n.ResourceClass != told.ResourceClass {
		k.ResourceClass = n.ResourceClass
	}
	from := new(keptNode).maps(told)
	for i, m := range k.maps(n) {
		*m.kept = maps.Clone(*m.shown)
		for name, v := range *from[i].shown {
			if now, ok := (*m.shown)[name]; !ok || !same(now, v) {
				return jumpgate.BadRequest.New("%s/%s can't be changed in this cloud.", m.name, name)
			}
			delete(*m.kept, name)
		}
	}
	return nil
}

// same compares values of JSON, in which a number has no type.
func same(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y) || reflect.DeepEqual(a, b)
}

// empty tells whether nothing needs to be kept.
func (k *keptNode) empty() bool {
	rest := *k
	rest.Updated = time.Time{}
	for _, m := range []*map[string]any{&rest.Properties, &rest.DriverInfo, &rest.InstanceInfo, &rest.NetworkData, &rest.Extra} {
		if len(*m) == 0 {
			*m = nil
		}
	}
	return reflect.DeepEqual(rest, keptNode{})
}

// keepNode writes the record of a node, if there was one or there is something
// to keep.
func (d *Hardware) keepNode(ctx context.Context, uuid string, was, is keptNode) error {
	if is.empty() && was.empty() {
		return nil
	}
	is.Updated = d.Opts.Now().UTC().Truncate(time.Second)
	return core.Amend(ctx, d.Core, nodeRecord, strings.ToLower(uuid), time.Time{}, func(k *keptNode) { *k = is })
}

// forgetNode lets the record of a cancelled server go, some time later.
func (d *Hardware) forgetNode(ctx context.Context, uuid string) {
	if k, err := d.recall(ctx, uuid); err == nil && !k.empty() {
		_ = core.Amend(ctx, d.Core, nodeRecord, uuid, d.Opts.Now().Add(goneAge), func(*keptNode) {})
	}
}
