package jumpgate

import (
	_ "embed"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
)

// Service is one of the OpenStack services Jumpgate can serve.
type Service string

// The services, in the order in which a Gateway sets them up: identity comes
// first, because its token hook guards all others.
const (
	Identity  Service = "identity"  // Keystone
	Compute   Service = "compute"   // Nova
	Image     Service = "image"     // Glance
	Volume    Service = "volume"    // Cinder
	Network   Service = "network"   // Neutron
	Baremetal Service = "baremetal" // Ironic
)

// Services returns all services in set-up order.
func Services() []Service {
	return []Service{Identity, Compute, Image, Volume, Network, Baremetal}
}

// Endpoint is one named place in the API of a service.
//
// The names are those of the original Jumpgate where it had one
// ("v2_servers_detail"); the others follow its style. Compute API 2.1 repeats
// the names of 2.0 with the prefix "v21_".
type Endpoint struct {
	Service Service
	Version string   // "v2.1"; empty for the documents above the versions
	Name    string   // unique within the service
	Methods []string // as OpenStack documents them; HEAD only where it is listed itself
	Path    string   // template below the service's mount: "/v2.1/servers/{server_id}"
	Since   string   // lowest microversion that has it: "2.26"; empty when all have
	Origin  string   // "jumpgate": a name of the original; "api-ref" or "code": OpenStack's
}

// endpointTable is the registry: one endpoint a line, tab-separated. Its
// facts come from OpenStack's API references and router code, up to compute
// 2.104, volume 3.71 and baremetal 1.115, with the removed APIs (identity
// v2.0, image v1, volume v1 and v2) of the last releases that had them.
//
//go:embed endpoints.tsv
var endpointTable string

var registry = sync.OnceValue(func() map[Service][]*Endpoint {
	table := make(map[Service][]*Endpoint)
	for line := range strings.Lines(endpointTable) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		optional := func(s string) string {
			if s == "-" {
				return ""
			}
			return s
		}
		e := &Endpoint{
			Service: Service(f[0]),
			Version: optional(f[1]),
			Name:    f[2],
			Methods: strings.Split(f[3], ","),
			Path:    f[4],
			Since:   optional(f[5]),
			Origin:  f[6],
		}
		table[e.Service] = append(table[e.Service], e)
	}
	return table
})

// Endpoints returns the endpoints of service that the library knows, ordered
// by version and path. The caller owns the result.
func Endpoints(service Service) []Endpoint { return cloneEndpoints(registry()[service]) }

// Endpoints returns the endpoints of the service: those that the library
// knows and those that were added. The caller owns the result.
func (d *Dispatcher) Endpoints() []Endpoint { return cloneEndpoints(d.router().endpoints) }

// EachEndpoint goes through d.Endpoints without a copy: nobody may change what
// it yields.
func (d *Dispatcher) EachEndpoint() iter.Seq[*Endpoint] { return slices.Values(d.router().endpoints) }

// Endpoint returns the endpoint of a name, which nobody may change; nil if the
// service has none.
func (d *Dispatcher) Endpoint(name string) *Endpoint {
	if r := d.router().routes[name]; r != nil {
		return r.endpoint
	}
	return nil
}

func cloneEndpoints(all []*Endpoint) []Endpoint {
	list := make([]Endpoint, len(all))
	for i, e := range all {
		list[i] = *e
		list[i].Methods = slices.Clone(e.Methods)
	}
	return list
}

// UnknownEndpointError is what SetHandler and EndpointURL answer to a name
// that the service does not have.
type UnknownEndpointError struct {
	Service Service
	Name    string
	Near    []string // the three names that look most alike
}

func (e *UnknownEndpointError) Error() string {
	return fmt.Sprintf("jumpgate: %s has no endpoint %q; did you mean %s?",
		e.Service, e.Name, strings.Join(e.Near, ", "))
}

func (d *Dispatcher) unknown(name string) error {
	type near struct {
		name     string
		distance int
	}
	var list []near
	for _, e := range d.router().endpoints {
		list = append(list, near{e.Name, editDistance(name, e.Name)})
	}
	slices.SortStableFunc(list, func(a, b near) int { return a.distance - b.distance })
	err := &UnknownEndpointError{Service: d.service, Name: name}
	for _, n := range list[:min(3, len(list))] {
		err.Near = append(err.Near, n.name)
	}
	return err
}

// editDistance is Levenshtein's.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			substitute := diagonal
			if a[i] != b[j] {
				substitute++
			}
			diagonal = row[j+1]
			row[j+1] = min(substitute, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
