package jumpgate

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// Catalog lists the services of a cloud with their addresses. It is made of
// templates, as in Keystone's templated catalog and the original Jumpgate:
//
//	catalog.RegionOne.compute.publicURL = $(public_url)s/compute/v2.1
//	catalog.RegionOne.compute.name = Compute Service
//
// Templates may hold these variables and no others:
//
//	$(public_url)s   the Gateway as the client reaches it, without a final "/"
//	$(tenant_id)s    the token's project; also $(project_id)s
//	$(user_id)s      the token's user
//
// An address that needs a project is left out of catalogs without one.
type Catalog struct {
	services []catalogService
}

type catalogService struct {
	region, kind, name string
	urls               map[string]string // by interface: public, internal, admin
}

var (
	catalogLine     = regexp.MustCompile(`^catalog\.([^.\s]+)\.([^.\s]+)\.(publicURL|internalURL|adminURL|name)$`)
	catalogVariable = regexp.MustCompile(`\$\(([^)]*)\)s?`)
)

// ParseCatalog reads templates, one "key = value" a line; empty lines and
// lines that begin with # are skipped. A wrong line is named in the error.
func ParseCatalog(r io.Reader) (*Catalog, error) {
	c := &Catalog{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		m := catalogLine.FindStringSubmatch(strings.TrimSpace(key))
		if !ok || m == nil {
			return nil, fmt.Errorf("catalog line %d: want catalog.REGION.TYPE.{publicURL,internalURL,adminURL,name} = VALUE", n)
		}
		value = strings.TrimSpace(value)
		for _, v := range catalogVariable.FindAllStringSubmatch(value, -1) {
			switch v[1] {
			case "public_url", "tenant_id", "project_id", "user_id":
			default:
				return nil, fmt.Errorf("catalog line %d: unknown variable %s; there are $(public_url)s, $(tenant_id)s, $(project_id)s and $(user_id)s", n, v[0])
			}
		}
		if value == "" || strings.Contains(catalogVariable.ReplaceAllString(value, ""), "$(") {
			return nil, fmt.Errorf("catalog line %d: the value is empty or has a variable without an end", n)
		}
		s := c.service(m[1], m[2])
		switch m[3] {
		case "name":
			s.name = value
		default:
			s.urls[strings.TrimSuffix(m[3], "URL")] = value
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("catalog: %w", err)
	}
	return c, nil
}

func (c *Catalog) service(region, kind string) *catalogService {
	i := slices.IndexFunc(c.services, func(s catalogService) bool { return s.region == region && s.kind == kind })
	if i < 0 {
		i = len(c.services)
		c.services = append(c.services, catalogService{region: region, kind: kind, urls: make(map[string]string)})
	}
	return &c.services[i]
}

// catalogShape is an address that all clients accept for a service of a
// Gateway: compute and volume with a version, for clients use them as they
// are; image and network without, for gophercloud appends its own.
type catalogShape struct{ kind, name, path string }

// mountedCatalog is the catalog of the services that gw serves itself.
func (gw *Gateway) mountedCatalog() *Catalog {
	c := &Catalog{}
	for _, d := range gw.order {
		for _, shape := range d.profile.catalog {
			to := c.service(gw.region, shape.kind)
			to.name = shape.name
			for _, i := range [...]string{"public", "internal", "admin"} {
				to.urls[i] = "$(public_url)s" + d.escapedMount + shape.path
			}
		}
	}
	return c
}

// CatalogEntry is a service of a catalog.
type CatalogEntry struct {
	ID, Type, Name string
	Endpoints      []CatalogEndpoint
}

// CatalogEndpoint is one address of a service.
type CatalogEndpoint struct {
	ID        string
	Region    string
	Interface string // public, internal or admin
	URL       string
}

// CatalogFor returns the catalog as the client of r sees it, for a user and a
// project, which may be empty: addresses with a project in them are left out
// then, and their services stay (recording identity/011). Ids are the same in
// every replica.
func (gw *Gateway) CatalogFor(r *Request, userID, projectID string) ([]CatalogEntry, error) {
	base, err := gw.baseURL(r)
	if err != nil {
		return nil, err
	}
	c := gw.catalog
	if c == nil {
		c = gw.mountedCatalog()
	}
	var list []CatalogEntry
	for _, s := range c.services {
		i := slices.IndexFunc(list, func(e CatalogEntry) bool { return e.Type == s.kind })
		if i < 0 {
			i = len(list)
			list = append(list, CatalogEntry{ID: catalogID(s.kind), Type: s.kind})
		}
		list[i].Name = cmp.Or(list[i].Name, s.name) // regions may leave it to the first
		for _, iface := range [...]string{"admin", "internal", "public"} {
			template, ok := s.urls[iface]
			if !ok {
				continue
			}
			usable := true
			url := catalogVariable.ReplaceAllStringFunc(template, func(v string) string {
				value := ""
				switch catalogVariable.FindStringSubmatch(v)[1] {
				case "public_url":
					value = base
				case "tenant_id", "project_id":
					value = projectID
				case "user_id":
					value = userID
				}
				usable = usable && value != ""
				return value
			})
			if usable {
				list[i].Endpoints = append(list[i].Endpoints, CatalogEndpoint{
					ID: catalogID(s.kind, s.region, iface), Region: s.region, Interface: iface, URL: url,
				})
			}
		}
	}
	return slices.DeleteFunc(list, func(e CatalogEntry) bool {
		return !slices.ContainsFunc(c.services, func(s catalogService) bool { return s.kind == e.Type && len(s.urls) > 0 })
	}), nil
}

// catalogID makes an id in the form of Keystone's: 32 hexadecimal digits.
func catalogID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// CatalogV3 is the "catalog" of a v3 token.
func CatalogV3(entries []CatalogEntry) any {
	type endpoint struct {
		ID        string `json:"id"`
		Interface string `json:"interface"`
		RegionID  string `json:"region_id"`
		URL       string `json:"url"`
		Region    string `json:"region"`
	}
	type entry struct {
		Endpoints []endpoint `json:"endpoints"`
		ID        string     `json:"id"`
		Type      string     `json:"type"`
		Name      string     `json:"name"`
	}
	list := make([]entry, 0, len(entries))
	for _, e := range entries {
		out := entry{ID: e.ID, Type: e.Type, Name: e.Name, Endpoints: make([]endpoint, 0, len(e.Endpoints))}
		for _, p := range e.Endpoints {
			out.Endpoints = append(out.Endpoints, endpoint{p.ID, p.Interface, p.Region, p.URL, p.Region})
		}
		list = append(list, out)
	}
	return list
}

// CatalogV2 is the "serviceCatalog" of a v2.0 token: one endpoint a region,
// with the three interfaces side by side.
func CatalogV2(entries []CatalogEntry) any {
	type entry struct {
		Endpoints []map[string]string `json:"endpoints"`
		Links     []string            `json:"endpoints_links"`
		Type      string              `json:"type"`
		Name      string              `json:"name"`
	}
	list := make([]entry, 0, len(entries))
	for _, e := range entries {
		out := entry{Type: e.Type, Name: e.Name, Links: []string{}}
		for _, p := range e.Endpoints {
			i := slices.IndexFunc(out.Endpoints, func(m map[string]string) bool { return m["region"] == p.Region })
			if i < 0 {
				i = len(out.Endpoints)
				out.Endpoints = append(out.Endpoints, map[string]string{"region": p.Region, "id": catalogID(e.Type, p.Region)})
			}
			out.Endpoints[i][p.Interface+"URL"] = p.URL
		}
		list = append(list, out)
	}
	return list
}
