package compute

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// preset is SoftLayer_Product_Package_Preset: a size that can be ordered.
type preset struct {
	ID            int    `json:"id"`
	KeyName       string `json:"keyName"`
	Name          string `json:"name"`
	Description   string `json:"description"`
	Configuration []struct {
		Category struct {
			Code string `json:"categoryCode"`
		} `json:"category"`
		Price struct {
			Item struct {
				Capacity records.Number `json:"capacity"`
				KeyName  string         `json:"keyName"`
			} `json:"item"`
		} `json:"price"`
	} `json:"configuration" mask:"noid"`
}

// presetPackage is a package with the presets that are sold in it.
type presetPackage struct {
	KeyName    string   `json:"keyName"`
	Active     []preset `json:"activePresets"`
	Restricted []preset `json:"accountRestrictedActivePresets"`
}

var presetForm = records.FormOf[presetPackage]()

// publicServers is the package of public virtual servers.
const publicServers = "PUBLIC_CLOUD_SERVER"

// Flavors are the presets of the package for public virtual servers, those
// kept for the account included.
func (d *Servers) Flavors(ctx context.Context) ([]*compute.Flavor, error) {
	s, err := d.sizesOf(ctx)
	if err != nil {
		return nil, err
	}
	return s.flavors, nil
}

// sizes are the flavors that can be ordered, and the numbers of their presets.
type sizes struct {
	flavors []*compute.Flavor
	ids     map[string]int
	local   map[string]bool // those that boot from a disk of their host
}

// flavor returns the flavor called id, nil if there is none.
func (s *sizes) flavor(id string) *compute.Flavor {
	for _, f := range s.flavors {
		if f.ID == id {
			return f
		}
	}
	return nil
}

func (d *Servers) sizesOf(ctx context.Context) (*sizes, error) {
	return d.flavors.Get(ctx, d.loadFlavors)
}

func (d *Servers) loadFlavors(ctx context.Context) (*sizes, error) {
	packages, err := presetForm.All(ctx, d.API, upstream.Call{
		Service: "Product_Package", Method: "getAllObjects", Filter: upstream.Filter{"keyName": upstream.Filter{"operation": publicServers}},
	})
	if err != nil {
		return nil, err
	}
	found := false
	s := &sizes{ids: make(map[string]int), local: make(map[string]bool)}
	for _, p := range packages {
		if p.KeyName != publicServers {
			continue // a filter that SoftLayer can't read is no filter to it
		}
		found = true
		for _, preset := range slices.Concat(p.Active, p.Restricted) {
			if f := preset.flavor(); f != nil && s.flavor(f.ID) == nil {
				s.flavors = append(s.flavors, f)
				s.ids[f.ID], s.local[f.ID] = preset.ID, preset.local()
			}
		}
	}
	if !found {
		return nil, upstream.Unexpected("Product_Package::getAllObjects")
	}
	slices.SortFunc(s.flavors, func(a, b *compute.Flavor) int { return cmp.Compare(a.ID, b.ID) })
	return s, nil
}

// presetName is how key names are built: B1_2X8X25 is of the family B1, with
// 2 processors, 8 GiB of memory and 25 GiB of disk.
var presetName = regexp.MustCompile(`^([A-Z0-9]+)_(\d+)X([\d.]+)X(\d+)`)

// flavor is p in Nova's terms; nil for a preset without a size.
func (p *preset) flavor() *compute.Flavor {
	if p.KeyName == "" {
		return nil
	}
	f := &compute.Flavor{ID: p.KeyName, Name: p.KeyName, Description: cmp.Or(p.Description, p.Name)}
	for _, c := range p.Configuration {
		capacity := float64(c.Price.Item.Capacity)
		switch c.Category.Code {
		case "guest_core":
			f.VCPUs = int(capacity)
		case "ram":
			f.RAM = int(capacity * 1024)
		case "guest_disk0":
			f.Disk = int(capacity)
		}
	}
	if m := presetName.FindStringSubmatch(p.KeyName); m != nil {
		cpu, _ := strconv.Atoi(m[2])
		ram, _ := strconv.ParseFloat(m[3], 64)
		disk, _ := strconv.Atoi(m[4])
		f.VCPUs, f.RAM, f.Disk = cmp.Or(f.VCPUs, cpu), cmp.Or(f.RAM, int(ram*1024)), cmp.Or(f.Disk, disk)
		f.ExtraSpecs = map[string]string{"softlayer:family": m[1]}
	}
	if f.VCPUs == 0 || f.RAM == 0 {
		return nil
	}
	return f
}

// local tells whether p has its first disk on its host.
func (p *preset) local() bool {
	for _, c := range p.Configuration {
		if c.Category.Code == "guest_disk0" && strings.Contains(c.Price.Item.KeyName, "LOCAL") {
			return true
		}
	}
	return false
}

// Flavor shows the flavors of servers that were not ordered as a preset.
func (d *Servers) Flavor(_ context.Context, id string) (*compute.Flavor, error) {
	f := compute.Flavor{ID: id, Name: id, Private: true, Disabled: true}
	if _, err := fmt.Sscanf(id, "custom-%dx%dx%d", &f.VCPUs, &f.RAM, &f.Disk); err != nil ||
		id != fmt.Sprintf("custom-%dx%dx%d", f.VCPUs, f.RAM, f.Disk) {
		return nil, jumpgate.NotFound
	}
	return &f, nil
}

// hasSize tells whether g is of the flavor called key. The bill tells, if the user
// may see it; but it may be behind, so processors and memory count as well.
func hasSize(g guest, key string) bool {
	has := g.Size()
	if has.billed && cmp.Or(has.preset, key) != key {
		return false
	}
	want := sizeOf(key)
	return want == nil || want.VCPUs == has.cpus && want.RAM == has.memory
}

// sizeOf is the size that the name of a flavor tells; nil if it does not.
func sizeOf(key string) *compute.Flavor { return (&preset{KeyName: key}).flavor() }
