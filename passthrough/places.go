package passthrough

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"
	"github.com/softlayer/jumpgate"
)

// places are the addresses of upstream services.
type places struct {
	roots map[jumpgate.Service]*url.URL // where requests go
	bases []base                        // what is rewritten, the longest first
}

// base is an address under which a service appears in answers, without a
// slash at the end.
type base struct {
	url     string
	service jumpgate.Service
	project string // of Jumpgate, where url ends in a version and a project of upstream
	guessed bool   // nobody named it: the other scheme of an address that somebody did
}

var versionInPath = regexp.MustCompile(`/v[0-9]+(\.[0-9]+)?(/.*)?$`)

// parseRoot reads the address of a service and cuts it off before the version.
func parseRoot(address string) (*url.URL, error) {
	u, err := url.Parse(versionInPath.ReplaceAllString(strings.TrimRight(address, "/"), ""))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("an address must be like http://controller:8774, without user, query or fragment")
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), ""
	return u, nil
}

// newPlaces reads the addresses that opts give.
func newPlaces(opts Options) (*places, error) {
	p := &places{roots: make(map[jumpgate.Service]*url.URL)}
	var faults []error
	add := func(s jumpgate.Service, address, field string) {
		u, err := parseRoot(address)
		if err != nil || !slices.Contains(jumpgate.Services(), s) {
			faults = append(faults, fmt.Errorf("passthrough: %s[%s]: %w", field, s, cmp.Or(err, errors.New("unknown service"))))
			return
		}
		if field == "Endpoints" {
			p.roots[s] = u
		}
		p.addBase(s, u)
	}
	for s, address := range opts.Endpoints {
		add(s, address, "Endpoints")
	}
	for s, list := range opts.Aliases {
		for _, address := range list {
			add(s, address, "Aliases")
		}
	}
	p.sort()
	return p, errors.Join(faults...)
}

// addBase adds an address in the spellings in which it may appear. A service
// behind somebody else's TLS does not know of it and says http where clients
// say https, so either scheme of a host and port is the same service.
func (p *places) addBase(s jumpgate.Service, u *url.URL) {
	add := func(scheme, host string) {
		b := base{url: scheme + "://" + host + u.EscapedPath(), service: s, guessed: scheme != u.Scheme}
		if !slices.Contains(p.bases, b) {
			p.bases = append(p.bases, b)
		}
	}
	both := func(host string) {
		add("http", host)
		add("https", host)
	}
	both(u.Host)
	port := map[string]string{"http": "80", "https": "443"}[u.Scheme]
	switch u.Port() {
	case "":
		both(u.Host + ":" + port)
	case port:
		both(strings.TrimSuffix(u.Host, ":"+port))
	}
}

// order is that of bases: longer ones first and, of one address, what was
// named before what was guessed. Of two services at one address the order
// makes no difference to a client, but it must be the same in every replica.
func order(a, b base) int {
	if c := cmp.Or(cmp.Compare(len(b.url), len(a.url)), cmp.Compare(a.url, b.url)); c != 0 {
		return c
	}
	if a.guessed != b.guessed {
		if b.guessed {
			return -1
		}
		return 1
	}
	return cmp.Compare(a.service, b.service)
}

func (p *places) sort() { slices.SortFunc(p.bases, order) }

// places returns the addresses; those of the catalog are read when they are
// first needed and kept.
func (d *Driver) places(ctx context.Context) (*places, error) {
	if d.cloud == nil {
		return d.given, nil
	}
	if p := d.found.Load(); p != nil {
		return p, nil
	}
	return d.finding.do(ctx, struct{}{}, func(ctx context.Context) (*places, error) {
		if p := d.found.Load(); p != nil {
			return p, nil
		}
		t, err := d.cloud.token(ctx)
		if err != nil {
			return nil, fmt.Errorf("read the catalog: %w", err)
		}
		p := d.given.withCatalog(t.catalog, d.opts.Cloud.Endpoint)
		d.found.Store(p)
		return p, nil
	})
}

// withCatalog adds what a catalog tells. An address that is given stays.
func (p *places) withCatalog(catalog []tokens.CatalogEntry, which gophercloud.EndpointOpts) *places {
	out := &places{roots: make(map[jumpgate.Service]*url.URL), bases: slices.Clone(p.bases)}
	for s, u := range p.roots {
		out.roots[s] = u
	}
	which.Availability = cmp.Or(which.Availability, gophercloud.AvailabilityPublic)
	for _, s := range jumpgate.Services() {
		for _, entry := range catalog {
			if !slices.Contains(serviceTypes[s], entry.Type) {
				continue
			}
			for _, e := range entry.Endpoints {
				u, err := parseRoot(e.URL)
				if err != nil || which.Region != "" && which.Region != e.Region && which.Region != e.RegionID {
					continue
				}
				out.addBase(s, u)
				if out.roots[s] == nil && e.Interface == string(which.Availability) {
					out.roots[s] = u
				}
			}
		}
	}
	out.sort()
	return out
}

// serviceTypes are the names of services in catalogs (OpenStack's service
// types authority, with its aliases).
var serviceTypes = map[jumpgate.Service][]string{
	jumpgate.Identity:  {"identity", "identityv3"},
	jumpgate.Compute:   {"compute", "compute_legacy", "computev21"},
	jumpgate.Image:     {"image"},
	jumpgate.Volume:    {"block-storage", "volumev3", "volumev2", "volume", "block-store"},
	jumpgate.Network:   {"network"},
	jumpgate.Baremetal: {"baremetal", "bare-metal"},
}
