package compute

import (
	"cmp"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// hostWish is the host that an order asks for: by that of its service, its own
// name, or both. Policy leaves it to those that may see hosts.
type hostWish struct {
	host, node string
	rule       string // of the policy
}

// hostOf reads the host that an order asks for, in a zone "zone:host:node" or
// in members of its own, and what the zone is without it.
func hostOf(in schema.Object, asked string) (zone string, w hostWish, err error) {
	parts := strings.Split(asked, ":")
	if len(parts) > 3 {
		return asked, w, jumpgate.BadRequest.New("Invalid input received: Unable to parse availability_zone")
	}
	zone = parts[0]
	parts = append(parts, "", "")
	if w.host, w.node = parts[1], parts[2]; w.host != "" || w.node != "" {
		w.rule = "os_compute_api:servers:create:forced_host"
		return zone, w, nil
	}
	if in.Has("host") || in.Has("hypervisor_hostname") {
		w = hostWish{in.String("host"), in.String("hypervisor_hostname"), "compute:servers:create:requested_destination"}
	}
	return zone, w, nil
}

// chooseHost finds the host that an order asks for, if it does.
func (s *service) chooseHost(r *jumpgate.Request, in schema.Object, o *ServerCreate) error {
	zone, wish, err := hostOf(in, o.AvailabilityZone)
	if o.AvailabilityZone = zone; err != nil || wish.rule == "" {
		return err
	}
	if s.hypervisorLister == nil {
		return refusedBy(r, wish.rule)
	}
	all, err := s.hypervisorsFor(r, wish.rule, false)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(h Hypervisor) bool {
		return slices.Contains([]string{"", "nova", h.Service.Zone}, zone) &&
			slices.Contains([]string{"", h.Service.Host, h.Name}, wish.host) && (wish.node == "" || wish.node == h.Name)
	})
	if i < 0 {
		return jumpgate.BadRequest.New("Compute host %s could not be found.", cmp.Or(wish.node, wish.host))
	}
	o.Hypervisor, o.AvailabilityZone = all[i].ID, all[i].Service.Zone
	return nil
}
