package core

import (
	"cmp"
	"context"
	"slices"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// Catalogue is what can be ordered besides presets.
type Catalogue struct {
	Systems     map[string]string // reference codes of operating systems by image id
	Codes       []System
	Datacenters []string // sorted
}

// System is an operating system that can be ordered.
type System struct {
	Code, Name string
	price      int // 0: not told
}

// Price is the number of the price of an operating system; 0 if not told.
func (c *Catalogue) Price(code string) int {
	for _, s := range c.Codes {
		if s.Code == code {
			return s.price
		}
	}
	return 0
}

func (d *Core) CatalogueOf(ctx context.Context) (*Catalogue, error) {
	return d.BeginCatalogue(ctx)()
}

// BeginCatalogue is CatalogueOf for those who do something else meanwhile: what
// it returns waits.
func (d *Core) BeginCatalogue(ctx context.Context) func() (*Catalogue, error) {
	return d.catalogue.Begin(ctx, d.loadCatalogue)
}

func (d *Core) loadCatalogue(ctx context.Context) (*Catalogue, error) {
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
				Datacenter records.Named `json:"datacenter"`
			} `json:"template"`
		} `json:"datacenters"`
	}
	if _, err := d.API.Do(ctx, upstream.Call{Service: "Virtual_Guest", Method: "getCreateObjectOptions"}, &options); err != nil {
		return nil, err
	}
	c := &Catalogue{Systems: make(map[string]string)}
	for _, o := range options.OperatingSystems {
		code := o.Template.Code
		if id := SystemID(code); code != "" && c.Systems[id] == "" {
			c.Systems[id] = code
			c.Codes = append(c.Codes, System{code, cmp.Or(o.ItemPrice.Item.Description, code), o.ItemPrice.ID})
		}
	}
	for _, o := range options.Datacenters {
		if name := o.Template.Datacenter.Name; name != "" && !slices.Contains(c.Datacenters, name) {
			c.Datacenters = append(c.Datacenters, name)
		}
	}
	if len(c.Datacenters) == 0 {
		return nil, upstream.Unexpected("Virtual_Guest::getCreateObjectOptions")
	}
	slices.Sort(c.Datacenters)
	return c, nil
}

// SystemVersion is the version that tells the id of an operating system from
// those that SoftLayer gives out.
const SystemVersion = '5'

// SystemID is the image id that stands for an operating system: made of its
// reference code.
func SystemID(code string) string { return keep.NameID(code) }

// Zone is the datacenter for what was asked for.
func (d *Core) Zone(cat *Catalogue, zone string) (string, error) {
	if zone == "" {
		zone = cmp.Or(d.Opts.Datacenter, cat.Datacenters[0])
	}
	if !slices.Contains(cat.Datacenters, zone) {
		return "", compute.ZoneNotFound()
	}
	return zone, nil
}
