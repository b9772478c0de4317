package baremetal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/baremetal"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// Policy is what members may besides Ironic's defaults: where hardware may be
// ordered, they order it.
func (d *Hardware) Policy() map[string]string {
	if !d.Opts.OrderHardware {
		return nil
	}
	return map[string]string{"baremetal:node:create:self_owned_node": "role:member or role:admin or role:service"}
}

// Create implements baremetal.Creator: it orders a server, once. The node
// is on its way to active from the start.
//
// The name is the host name. resource_class is the preset that is sold, or like
// "baremetal-4x32", cores and GB of memory; without one properties say cpus and
// memory_mb. properties may name a datacenter, and billing: "hourly", which is
// the default, or "monthly". instance_info needs image_source, SoftLayer's code
// of an operating system, and may have user_data, and ssh_keys by their names;
// as most clients make nodes without instance_info, properties may have them.
func (d nodes) Create(ctx context.Context, n *baremetal.Node) (*baremetal.Node, error) {
	if !d.Opts.OrderHardware {
		return nil, jumpgate.Forbidden.New("This cloud is not configured to let hardware be ordered.")
	}
	if rule := d.Opts.Ordering.Node; rule != nil {
		if err := rule(ctx, n); err != nil {
			return nil, err
		}
	}
	if err := orderable(n); err != nil {
		return nil, err
	}
	order, kept, err := d.template(ctx, n)
	if err != nil {
		return nil, err
	}
	free, err := d.takeName(ctx, n.Name, "")
	if err != nil {
		return nil, err
	}
	defer free()
	if !d.Reserve(ctx, nameRecord, strings.ToLower(n.Name), jumpgate.NewUUID(), nameAge) {
		return nil, baremetal.NameTaken("node", n.Name)
	}
	if order["notes"], err = d.notes.Join(ctx, n.Description, kept); err != nil {
		return nil, err
	}
	made, err := d.place(ctx, order, kept.Request)
	if unsure := (*upstream.Unsure)(nil); err != nil {
		if !errors.As(err, &unsure) {
			d.Drop(ctx, nameRecord, strings.ToLower(n.Name))
		}
		return nil, err
	}
	ctx = context.WithoutCancel(ctx)
	uuid := strings.ToLower(made.GlobalIdentifier)
	h, err := d.Server(ctx, uuid)
	if err != nil || h.Notes == "" { // SoftLayer shows it a moment later
		h = made
		h.Hostname, h.Text, h.Kept = n.Name, n.Description, kept
	}
	shown, is := d.node(ctx, h), keptNode{}
	rest := *n
	rest.Properties, rest.InstanceInfo, rest.ResourceClass = maps.Clone(n.Properties), maps.Clone(n.InstanceInfo), shown.ResourceClass
	ordered(&rest, shown)
	shown.Extra = map[string]any{}
	if err := is.take(&rest, shown); err == nil {
		texts(&is) // they are in the notes
		err = d.keepNode(ctx, uuid, keptNode{}, is)
		if err != nil {
			kind := jumpgate.AsError(err).Kind
			return nil, kind.Wrap(err, "Node %s is ordered, but what SoftLayer has no place for of it could not be kept.", uuid)
		}
	}
	out := d.node(ctx, h)
	is.show(out)
	return out, nil
}

// ordered replaces what an order said by what SoftLayer tells of the server.
func ordered(n, told *baremetal.Node) {
	for _, name := range []string{"cpus", "memory_mb", "local_gb", "cpu_arch", "datacenter", "billing"} {
		delete(n.Properties, name)
	}
	for _, name := range []string{"image_source", "user_data", "ssh_keys"} {
		delete(n.Properties, name)
		delete(n.InstanceInfo, name)
	}
	for _, m := range []struct{ to, from *map[string]any }{
		{&n.Properties, &told.Properties}, {&n.InstanceInfo, &told.InstanceInfo}, {&n.DriverInfo, &told.DriverInfo},
	} {
		all := maps.Clone(*m.to)
		if all == nil {
			all = make(map[string]any)
		}
		maps.Copy(all, *m.from)
		*m.to = all
	}
}

// orderable refuses what no server can be ordered with.
func orderable(n *baremetal.Node) error {
	for field, value := range map[string]string{
		"uuid": n.UUID, "lessee": n.Lessee, "chassis_uuid": n.ChassisUUID, "conductor_group": n.ConductorGroup,
	} {
		if value != "" {
			return jumpgate.BadRequest.New("%s can't be chosen in this cloud.", field)
		}
	}
	if n.Driver != hardwareType {
		return baremetal.NoValidHost(n.Driver, "")
	}
	wanted, ours := reflect.ValueOf(n.Interfaces), reflect.ValueOf(interfaces)
	for i := range wanted.NumField() {
		if s := wanted.Field(i).String(); s != "" && s != ours.Field(i).String() {
			return baremetal.NoInterface(strings.ToLower(wanted.Type().Field(i).Name), s, ours.Field(i).String())
		}
	}
	return checkName(n.Name)
}

// template is the order for n, and what is kept in its notes.
func (d *Hardware) template(ctx context.Context, n *baremetal.Node) (map[string]any, keep.Envelope, error) {
	wanted := make(map[string]any)
	maps.Copy(wanted, n.Properties)
	maps.Copy(wanted, n.InstanceInfo)
	text := func(name string) string {
		s, _ := wanted[name].(string)
		return s
	}
	system := text("image_source")
	k := keptNode{Extra: maps.Clone(n.Extra)}
	kept := keep.Envelope{Known: keep.Known{
		Metadata: texts(&k), System: system, Flavor: n.ResourceClass, Request: cmp.Or(core.RequestID(ctx), jumpgate.NewUUID()),
	}}
	billing := cmp.Or(text("billing"), "hourly")
	switch {
	case system == "":
		return nil, kept, jumpgate.BadRequest.New("image_source, in instance_info or properties, must be the reference code of an operating system, such as UBUNTU_22_64.")
	case billing != "hourly" && billing != "monthly":
		return nil, kept, jumpgate.BadRequest.New("properties/billing must be hourly or monthly, not %s.", billing)
	}
	t := map[string]any{
		"hostname": n.Name, "domain": d.Opts.Domain, "hourlyBillingFlag": billing == "hourly", "operatingSystemReferenceCode": system,
	}
	if dc := cmp.Or(text("datacenter"), d.Opts.Datacenter); dc != "" {
		t["datacenter"] = map[string]any{"name": dc}
	}
	if data := text("user_data"); data != "" {
		t["userData"] = []any{map[string]any{"value": data}}
	}
	if err := size(n, t); err != nil {
		return nil, kept, err
	}
	keys, err := d.keysOf(ctx, wanted["ssh_keys"])
	if len(keys) > 0 {
		t["sshKeys"] = keys
	}
	return t, kept, err
}

// size writes into an order how large the server shall be.
func size(n *baremetal.Node, t map[string]any) error {
	var cores, memory int
	_, err := fmt.Sscanf(n.ResourceClass, classForm, &cores, &memory)
	switch {
	case err == nil && fmt.Sprintf(classForm, cores, memory) == n.ResourceClass:
	case n.ResourceClass != "":
		t["fixedConfigurationPreset"] = map[string]any{"keyName": n.ResourceClass}
		return nil
	default:
		megabytes := count(n.Properties["memory_mb"])
		cores, memory = count(n.Properties["cpus"]), megabytes/1024
		if megabytes%1024 != 0 {
			memory = 0
		}
	}
	if cores <= 0 || memory <= 0 {
		return jumpgate.BadRequest.New("resource_class must be a size that is sold, or properties must have whole cpus, and memory_mb of whole GB.")
	}
	t["processorCoreAmount"], t["memoryCapacity"] = cores, memory
	return nil
}

// count reads a whole number of JSON, or one written as text, as clients send
// both; 0 is for anything else, for nobody wants to pay for a guess.
func count(v any) int {
	f, err := strconv.ParseFloat(fmt.Sprint(v), 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > math.MaxInt32 {
		return 0
	}
	return int(f)
}

// key is what an SSH key is called by.
type key struct {
	ID    int    `json:"id"`
	Label string `json:"label"`
}

var keyForm = records.FormOf[key]()

// keysOf finds SSH keys by their names.
func (d *Hardware) keysOf(ctx context.Context, names any) ([]any, error) {
	list, ok := names.([]any)
	switch {
	case names == nil:
		return nil, nil
	case !ok:
		return nil, jumpgate.BadRequest.New("ssh_keys must be a list of the names of keys.")
	}
	keys, err := keyForm.All(ctx, d.API, upstream.Call{Service: "Account", Method: "getSshKeys"})
	if err != nil {
		return nil, err
	}
	var ids []any
	for _, name := range list {
		found := false
		for _, k := range keys {
			if k.Label == name && !found {
				ids, found = append(ids, map[string]any{"id": k.ID}), true
			}
		}
		if !found {
			return nil, jumpgate.BadRequest.New("There is no SSH key %v.", name)
		}
	}
	return ids, nil
}

// place sends an order. If SoftLayer does not say what came of it, the server
// is looked for that has the request's mark.
func (d *Hardware) place(ctx context.Context, order map[string]any, request string) (*records.Hardware, error) {
	h := new(records.Hardware)
	_, err := d.API.Do(ctx, upstream.Call{Service: "Hardware_Server", Method: "createObject", Args: []any{order}}, h)
	d.notes.Settle(ctx, "", order["notes"].(string), err)
	var unsure *upstream.Unsure
	switch {
	case errors.Is(err, jumpgate.NotFound):
		return nil, jumpgate.BadRequest.Wrap(err, "Something that the request names does not exist any more.")
	case err != nil && !errors.As(err, &unsure):
		return nil, err
	case err == nil && h.GlobalIdentifier != "":
		return h, nil
	}
	for made, err := range d.All(context.WithoutCancel(ctx), upstream.Filter{"notes": upstream.Contains(request)}) {
		if err != nil {
			break
		}
		if _, kept := keep.Split(made.Notes); kept.Request == request {
			return made, nil
		}
	}
	kind := jumpgate.BadGateway
	if err != nil {
		kind = jumpgate.AsError(err).Kind
	}
	return nil, kind.Wrap(err, "The cloud did not say whether it takes the order. Please look at the list of nodes before trying again.")
}
