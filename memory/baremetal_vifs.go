package memory

import (
	"context"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/baremetal"
)

// VIFs implements baremetal.VIFKeeper.
func (m metalNodes) VIFs(_ context.Context, uuid string) (all []string, err error) {
	err = m.look(uuid, func(r *machine) { all = slices.Clone(r.vifs) })
	return all, err
}

// AttachVIF implements baremetal.VIFKeeper.
func (m metalNodes) AttachVIF(_ context.Context, uuid string, v baremetal.VIF) error {
	return m.on(uuid, func(r *machine) error {
		if slices.Contains(r.vifs, v.ID) {
			return baremetal.VIFNotAttachable(v.ID, uuid, "already attached to Ironic Port")
		}
		r.vifs = append(r.vifs, v.ID)
		return nil
	})
}

// DetachVIF implements baremetal.VIFKeeper.
func (m metalNodes) DetachVIF(_ context.Context, uuid, vif string) error {
	return m.on(uuid, func(r *machine) error {
		i := slices.Index(r.vifs, vif)
		if i < 0 {
			return baremetal.VIFNotAttached(vif, uuid)
		}
		r.vifs = slices.Delete(r.vifs, i, i+1)
		return nil
	})
}

// vendorMethods are those of Ironic's fake hardware.
var vendorMethods = []baremetal.VendorMethod{
	{Name: "second_method", HTTPMethods: []string{"POST"}, Async: true, Description: "Test if the value of bar is kazoo", Exclusive: true},
	{Name: "third_method_sync", HTTPMethods: []string{"POST"}, Description: "Test if the value of bar is meow", Exclusive: true},
	{Name: "fourth_method_shared_lock", HTTPMethods: []string{"POST"}, Async: true, Description: "Test if the value of bar is woof"},
}

// VendorMethods implements baremetal.VendorCaller.
func (m metalNodes) VendorMethods(_ context.Context, uuid string) ([]baremetal.VendorMethod, error) {
	return slices.Clone(vendorMethods), m.look(uuid, func(*machine) {})
}

// CallVendor implements baremetal.VendorCaller.
func (m metalNodes) CallVendor(_ context.Context, uuid, method, _ string, data any) (result any, err error) {
	args, _ := data.(map[string]any)
	bar, given := args["bar"]
	if !given {
		return nil, jumpgate.BadRequest.New("Parameter 'bar' not passed to method '%s'.", method)
	}
	err = m.on(uuid, func(*machine) error {
		if method == "third_method_sync" {
			result = bar == "meow"
		}
		return nil
	})
	return result, err
}
