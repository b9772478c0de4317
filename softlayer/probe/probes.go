package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// cloud is a SoftLayer, asked as one user.
type cloud struct {
	api  *upstream.API
	cred upstream.Credential
}

func (c *cloud) do(ctx context.Context, call upstream.Call, out any) (int, error) {
	return c.api.DoAs(ctx, c.cred, call, out)
}

// object is what SoftLayer says of a thing.
type object map[string]any

func (o object) text(name string) string { s, _ := o[name].(string); return s }
func (o object) number(name string) int  { f, _ := o[name].(float64); return int(f) }

// guests lists guests with a mask and a filter; at least so many are needed.
func (c *cloud) guests(ctx context.Context, least int, mask string, filter upstream.Filter) (list []object, total int, err error) {
	total, err = c.do(ctx, upstream.Call{Service: "Account", Method: "getVirtualGuests", Mask: mask, Filter: filter, Limit: 100}, &list)
	if err == nil && len(list) < least {
		err = errUnknown
	}
	return list, total, err
}

// where is a filter of guests.
func where(name string, condition any) upstream.Filter {
	return upstream.Filter{"virtualGuests": upstream.Filter{name: condition}}
}

// probes ask whether a fact holds, by its number. Each only reads.
var probes = map[int]func(context.Context, *cloud) error{
	1: func(ctx context.Context, c *cloud) error {
		all, total, err := c.guests(ctx, 1, "mask[id]", nil)
		if err != nil {
			return err
		}
		some, filtered, err := c.guests(ctx, 0, "mask[id]", where("noSuchProperty", upstream.Filter{"operation": 1}))
		if err == nil && (len(some) != len(all) || filtered != total) {
			err = fmt.Errorf("%d of %d guests", len(some), len(all))
		}
		return err
	},
	2: func(ctx context.Context, c *cloud) error {
		list, _, err := c.guests(ctx, 1, "mask[datacenter.name]", nil)
		if err == nil && list[0].text("hostname") == "" {
			err = errors.New("there is no hostname")
		}
		return err
	},
	3: func(ctx context.Context, c *cloud) error {
		list, total, err := c.guests(ctx, 1, "mask[id]", nil)
		if err == nil && total < len(list) {
			err = fmt.Errorf("%d of %d", len(list), total)
		}
		return err
	},
	4: func(ctx context.Context, c *cloud) error {
		list, _, err := c.guests(ctx, 2, "mask[id]", where("id", upstream.OrderBy("DESC")))
		if err == nil && !slices.IsSortedFunc(list, func(a, b object) int { return b.number("id") - a.number("id") }) {
			err = errors.New("the list is not sorted")
		}
		return err
	},
	5: func(ctx context.Context, c *cloud) error {
		list, _, err := c.guests(ctx, 1, "mask[id,globalIdentifier]", nil)
		if err != nil {
			return err
		}
		var same object
		_, err = c.do(ctx, upstream.Call{Service: "Virtual_Guest", ID: list[0].text("globalIdentifier"), Method: "getObject", Mask: "mask[id]"}, &same)
		if err == nil && same.number("id") != list[0].number("id") {
			err = errors.New("it is another guest")
		}
		return err
	},
	6: func(ctx context.Context, c *cloud) error {
		list, _, err := c.guests(ctx, 1, "mask[id,hostname]", nil)
		if err != nil {
			return err
		}
		found, _, err := c.guests(ctx, 0, "mask[id]", where("id", upstream.Among([]int{list[0].number("id")})))
		if err == nil && (len(found) != 1 || found[0].number("id") != list[0].number("id")) {
			err = fmt.Errorf("by id: %d guests", len(found))
		}
		if err == nil {
			found, _, err = c.guests(ctx, 0, "mask[id]", where("hostname", upstream.Among([]string{"*= " + list[0].text("hostname")})))
		}
		if err == nil && len(found) > 0 {
			err = errors.New("an operator in a value was read as one")
		}
		return err
	},
	7: func(ctx context.Context, c *cloud) error {
		list, _, err := c.guests(ctx, 1, "mask[id,hostname]", nil)
		if err != nil {
			return err
		}
		found, _, err := c.guests(ctx, 0, "mask[id]", where("hostname", upstream.Contains(strings.ToUpper(list[0].text("hostname")))))
		if err == nil && !slices.ContainsFunc(found, func(o object) bool { return o.number("id") == list[0].number("id") }) {
			err = errors.New("the name in upper case finds nothing")
		}
		return err
	},
	8: func(ctx context.Context, c *cloud) error {
		list, _, err := c.guests(ctx, 1, "mask[id,userDataCount]", nil)
		if _, ok := firstOf(list)["userDataCount"].(float64); err == nil && !ok {
			err = errors.New("there is no count")
		}
		return err
	},
	9:  sameAddresses,
	10: presets,
	11: func(ctx context.Context, c *cloud) error {
		var options struct {
			OperatingSystems []struct {
				Template struct {
					Code string `json:"operatingSystemReferenceCode"`
				} `json:"template"`
			} `json:"operatingSystems"`
			Datacenters []object `json:"datacenters"`
		}
		_, err := c.do(ctx, upstream.Call{Service: "Virtual_Guest", Method: "getCreateObjectOptions"}, &options)
		if err == nil && (len(options.Datacenters) == 0 || len(options.OperatingSystems) == 0 || options.OperatingSystems[0].Template.Code == "") {
			err = fmt.Errorf("%d datacenters, %d operating systems", len(options.Datacenters), len(options.OperatingSystems))
		}
		return err
	},
	12: func(ctx context.Context, c *cloud) error {
		var list []object
		_, err := c.do(ctx, upstream.Call{
			Service: "Virtual_Guest_Block_Device_Template_Group", Method: "getPublicImages", Mask: "mask[id,globalIdentifier]", Limit: 10,
		}, &list)
		if err == nil && firstOf(list).text("globalIdentifier") == "" {
			err = fmt.Errorf("%d images", len(list))
		}
		return err
	},
	13: func(ctx context.Context, c *cloud) error {
		for _, filter := range []upstream.Filter{
			{"categories": upstream.Filter{"categoryCode": upstream.Equals("storage_as_a_service")}}, {"name": upstream.Equals("Portable Storage")},
		} {
			var list []object
			_, err := c.do(ctx, upstream.Call{Service: "Product_Package", Method: "getAllObjects", Mask: "mask[id,name]", Filter: filter}, &list)
			if err == nil && len(list) != 1 {
				err = fmt.Errorf("%d packages for %s", len(list), filter)
			}
			if err != nil {
				return err
			}
		}
		return nil
	},
	14: func(ctx context.Context, c *cloud) error {
		var list []object
		_, err := c.do(ctx, upstream.Call{Service: "Virtual_PlacementGroup_Rule", Method: "getAllObjects", Mask: "mask[id,keyName]"}, &list)
		if err == nil && !slices.ContainsFunc(list, func(o object) bool { return o.text("keyName") == "SPREAD" }) {
			err = fmt.Errorf("%d rules without it", len(list))
		}
		return err
	},
	15: refuses,
	16: refuses,
	17: func(ctx context.Context, c *cloud) error {
		list, _, err := c.guests(ctx, 1, "mask[id,createDate]", nil)
		if err == nil {
			_, err = time.Parse(time.RFC3339Nano, list[0].text("createDate"))
		}
		return err
	},
	31: primaryComponents,
}

func firstOf(list []object) object {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// refuses calls a method that does not exist. An answer without an error would
// be read as the answer to the call.
func refuses(ctx context.Context, c *cloud) error {
	var out any
	_, err := c.do(ctx, upstream.Call{Service: "Account", Method: "getNoSuchThing"}, &out)
	switch {
	case err == nil:
		return fmt.Errorf("it was answered with %v", out)
	case errors.Is(err, jumpgate.Unauthorized):
		return err
	}
	return nil
}

func sameAddresses(ctx context.Context, c *cloud) error {
	list, _, err := c.guests(ctx, 1, "mask[id,primaryIpAddress,primaryBackendIpAddress,networkComponents[port,primaryIpAddress]]", nil)
	if err != nil {
		return err
	}
	compared := 0
	for _, g := range list {
		components, _ := g["networkComponents"].([]any)
		for _, each := range components {
			component, _ := each.(map[string]any)
			whole := map[int]string{0: g.text("primaryBackendIpAddress"), 1: g.text("primaryIpAddress")}[object(component).number("port")]
			if whole == "" {
				continue
			}
			if one := object(component).text("primaryIpAddress"); one != whole {
				return fmt.Errorf("guest %d: %q and %q", g.number("id"), whole, one)
			}
			compared++
		}
	}
	if compared == 0 {
		return errUnknown
	}
	return nil
}

func primaryComponents(ctx context.Context, c *cloud) error {
	list, _, err := c.guests(ctx, 1, "mask[id,networkComponents[id,port],primaryBackendNetworkComponent.id,primaryNetworkComponent.id]", nil)
	if err != nil {
		return err
	}
	for _, g := range list {
		components, _ := g["networkComponents"].([]any)
		for port, name := range []string{"primaryBackendNetworkComponent", "primaryNetworkComponent"} {
			at := 0
			for _, each := range components {
				if component, _ := each.(map[string]any); object(component).number("port") == port {
					at = object(component).number("id")
				}
			}
			primary, _ := g[name].(map[string]any)
			if got := object(primary).number("id"); got != at {
				return fmt.Errorf("guest %d: %s is %d, at port %d is %d", g.number("id"), name, got, port, at)
			}
		}
	}
	return nil
}

func presets(ctx context.Context, c *cloud) error {
	id, err := c.productPackage(ctx, "PUBLIC_CLOUD_SERVER")
	if err != nil {
		return err
	}
	var list []object
	if _, err = c.do(ctx, upstream.Call{Service: "Product_Package", ID: fmt.Sprint(id), Method: "getActivePresets", Mask: "mask[id,keyName]"}, &list); err != nil {
		return err
	}
	size := regexp.MustCompile(`_[0-9]+X[0-9]+X[0-9]+`)
	if !slices.ContainsFunc(list, func(o object) bool { return size.MatchString(o.text("keyName")) }) {
		return fmt.Errorf("%d presets, none with a size in its name", len(list))
	}
	return nil
}

// productPackage is the number of a package by its name.
func (c *cloud) productPackage(ctx context.Context, name string) (int, error) {
	var list []object
	_, err := c.do(ctx, upstream.Call{
		Service: "Product_Package", Method: "getAllObjects", Mask: "mask[id,keyName]",
		Filter: upstream.Filter{"keyName": upstream.Equals(name)},
	}, &list)
	i := slices.IndexFunc(list, func(o object) bool { return o.text("keyName") == name })
	if err == nil && i < 0 {
		err = fmt.Errorf("there is no package %s", name)
	}
	if err != nil {
		return 0, err
	}
	return list[i].number("id"), nil
}
