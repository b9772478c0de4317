package softlayer

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
)

// preset is SoftLayer_Product_Package_Preset: a size that can be ordered.
type preset struct {
	ID            int    `json:"id"`
	KeyName       string `json:"keyName"`
	Name          string `json:"name"`
	Description   string `json:"description"`
	IsActive      string `json:"isActive"` // "1", or absent
	Configuration []struct {
		Category struct {
			Code string `json:"categoryCode"`
		} `json:"category"`
		Price struct {
			Item struct {
				Capacity number `json:"capacity"`
			} `json:"item"`
		} `json:"price"`
	} `json:"configuration"`
}

const presetFields = "[id,keyName,name,description,isActive,configuration[category.categoryCode,price.item.capacity]]"

// Flavors are the presets of the package for public virtual servers, those
// kept for the account included.
func (d *Driver) Flavors(ctx context.Context) ([]*compute.Flavor, error) {
	return d.flavors.get(ctx, accountKey(ctx), d.loadFlavors)
}

func (d *Driver) loadFlavors(ctx context.Context) ([]*compute.Flavor, error) {
	var packages []struct {
		ID         int      `json:"id"`
		Active     []preset `json:"activePresets"`
		Restricted []preset `json:"accountRestrictedActivePresets"`
	}
	_, err := d.api.do(ctx, call{
		service: "Product_Package", method: "getAllObjects",
		mask:   "mask[id,activePresets" + presetFields + ",accountRestrictedActivePresets" + presetFields + "]",
		filter: filter{"keyName": filter{"operation": "PUBLIC_CLOUD_SERVER"}},
	}, &packages)
	if err != nil {
		return nil, err
	}
	seen := make(map[string]bool)
	var list []*compute.Flavor
	for _, p := range packages {
		for _, preset := range slices.Concat(p.Active, p.Restricted) {
			if f := preset.flavor(); f != nil && !seen[f.ID] {
				seen[f.ID] = true
				list = append(list, f)
			}
		}
	}
	slices.SortFunc(list, func(a, b *compute.Flavor) int { return cmp.Compare(a.ID, b.ID) })
	return list, nil
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

// Flavor shows the flavors of servers that were not ordered as a preset.
func (d *Driver) Flavor(_ context.Context, id string) (*compute.Flavor, error) {
	f := compute.Flavor{ID: id, Name: id, Private: true, Disabled: true}
	if _, err := fmt.Sscanf(id, "custom-%dx%dx%d", &f.VCPUs, &f.RAM, &f.Disk); err != nil ||
		id != fmt.Sprintf("custom-%dx%dx%d", f.VCPUs, f.RAM, f.Disk) {
		return nil, jumpgate.NotFound
	}
	return &f, nil
}

// number is one that SoftLayer writes as a string: "8", ".5".
type number float64

func (n *number) UnmarshalJSON(b []byte) error {
	s := strings.Trim(string(b), `"`)
	if s == "" || s == "null" {
		return nil
	}
	v, err := strconv.ParseFloat(s, 64)
	*n = number(v)
	return err
}

// accountKey is what caches are kept apart by.
func accountKey(ctx context.Context) string {
	if p := jumpgate.PrincipalFrom(ctx); p != nil {
		return p.ProjectID + "/" + p.UserID // users of one account may see different things
	}
	return ""
}
