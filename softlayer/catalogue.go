package softlayer

import (
	"cmp"
	"context"
	"slices"

	"github.com/softlayer/jumpgate/openstack/compute"
)

// catalogue is what can be ordered besides presets.
type catalogue struct {
	systems     map[string]string // reference codes of operating systems by image id
	codes       []system
	datacenters []string // sorted
}

// system is an operating system that can be ordered.
type system struct {
	code, name string
	price      int // 0: not told
}

// price is the number of the price of an operating system; 0 if not told.
func (c *catalogue) price(code string) int {
	for _, s := range c.codes {
		if s.code == code {
			return s.price
		}
	}
	return 0
}

func (d *Driver) catalogueOf(ctx context.Context) (*catalogue, error) {
	return d.catalogue.get(ctx, accountKey(ctx), d.loadCatalogue)
}

func (d *Driver) loadCatalogue(ctx context.Context) (*catalogue, error) {
	var options struct {
		OperatingSystems []struct {
			Template struct {
				Code string `json:"operatingSystemReferenceCode"`
			} `json:"template"`
			ItemPrice struct {
				ID   int `json:"id"`
				Item struct {
					Description string `json:"description"`
				} `json:"item"`
			} `json:"itemPrice"`
		} `json:"operatingSystems"`
		Datacenters []struct {
			Template struct {
				Datacenter named `json:"datacenter"`
			} `json:"template"`
		} `json:"datacenters"`
	}
	if _, err := d.api.do(ctx, call{service: "Virtual_Guest", method: "getCreateObjectOptions"}, &options); err != nil {
		return nil, err
	}
	c := &catalogue{systems: make(map[string]string)}
	for _, o := range options.OperatingSystems {
		code := o.Template.Code
		if id := systemID(code); code != "" && c.systems[id] == "" {
			c.systems[id] = code
			c.codes = append(c.codes, system{code, cmp.Or(o.ItemPrice.Item.Description, code), o.ItemPrice.ID})
		}
	}
	for _, o := range options.Datacenters {
		if name := o.Template.Datacenter.Name; name != "" && !slices.Contains(c.datacenters, name) {
			c.datacenters = append(c.datacenters, name)
		}
	}
	if len(c.datacenters) == 0 {
		return nil, unexpected("Virtual_Guest::getCreateObjectOptions")
	}
	slices.Sort(c.datacenters)
	return c, nil
}

// Zones are the datacenters in which virtual servers can be ordered.
func (d *Driver) Zones(ctx context.Context) ([]compute.Zone, error) {
	c, err := d.catalogueOf(ctx)
	if err != nil {
		return nil, err
	}
	zones := make([]compute.Zone, len(c.datacenters))
	for i, name := range c.datacenters {
		zones[i] = compute.Zone{Name: name, Available: true}
	}
	return zones, nil
}

// systemVersion is the version that tells the id of an operating system from
// those that SoftLayer gives out.
const systemVersion = '5'

// systemID is the image id that stands for an operating system: made of its
// reference code.
func systemID(code string) string { return nameID(code) }
