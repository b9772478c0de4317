package volume

import (
	"net/http"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// services serves the daemons of the service.
func services(s *service, driver any, t *table) {
	lister, ok := driver.(ServiceLister)
	if !ok {
		return
	}
	s.services = lister
	t.add(http.MethodGet, "os_services", func(r *jumpgate.Request) (any, error) { return listServices(r, lister) })
	d, ok := driver.(ServiceUpdater)
	if !ok {
		return
	}
	changes := map[string]handler{
		"enable":             func(r *jumpgate.Request) (any, error) { return switchService(r, d, false, false) },
		"disable":            func(r *jumpgate.Request) (any, error) { return switchService(r, d, true, false) },
		"disable-log-reason": func(r *jumpgate.Request) (any, error) { return switchService(r, d, true, true) },
		"freeze":             func(r *jumpgate.Request) (any, error) { return freezeService(r, d, true) },
		"thaw":               func(r *jumpgate.Request) (any, error) { return freezeService(r, d, false) },
	}
	for action, h := range changes {
		t.add(http.MethodPut, "os_services_"+strings.ReplaceAll(action, "-", "_"), h)
	}
	t.add(http.MethodPut, "os_service", func(r *jumpgate.Request) (any, error) { // of versions 1 and 2
		if h := changes[r.Var("action")]; h != nil {
			return h(r)
		}
		return nil, jumpgate.NotFound.New("Unknown action")
	})
}

func listServices(r *jumpgate.Request, d ServiceLister) (any, error) {
	all, err := d.ListServices(r.Context())
	q, list := r.URL.Query(), []jumpgate.Object{}
	for _, x := range all {
		if h := q.Get("host"); h != "" && h != x.Host && !strings.HasPrefix(x.Host, h+"@") {
			continue
		}
		if b := q.Get("binary"); b != "" && b != x.Binary {
			continue
		}
		status, state := "enabled", "up"
		if x.Disabled {
			status = "disabled"
		}
		if x.Down {
			state = "down"
		}
		o := jumpgate.Object{{Name: "binary", Value: x.Binary}, {Name: "host", Value: x.Host}, {Name: "zone", Value: x.Zone}, {Name: "status", Value: status},
			{Name: "state", Value: state}, {Name: "updated_at", Value: date(x.Updated)}, {Name: "disabled_reason", Value: rest.OrNil(x.DisabledReason)}}
		if minor(r) >= 7 {
			o = append(o, jumpgate.Member{Name: "cluster", Value: rest.OrNil(x.ClusterName)})
		}
		if x.Binary == "cinder-volume" {
			o = append(o, jumpgate.Member{Name: "replication_status", Value: "disabled"}, jumpgate.Member{Name: "active_backend_id", Value: nil},
				jumpgate.Member{Name: "frozen", Value: x.Frozen})
			if minor(r) >= 49 {
				o = append(o, jumpgate.Member{Name: "backend_state", Value: "up"})
			}
		}
		list = append(list, o)
	}
	return jumpgate.Object{{Name: "services", Value: list}}, err
}

func noService(binary, host string) error {
	return jumpgate.NotFound.New("Service %s could not be found on host %s.", binary, host)
}

// switchService lets volumes be made by a daemon, or not.
func switchService(r *jumpgate.Request, d ServiceUpdater, disabled, reason bool) (any, error) {
	filled := &schema.Schema{Type: stringType, MinLength: 1, MaxLength: 255}
	inner := object(nil, member("binary", filled), member("host", hostName), member("cluster", orNull(shortText)), member("service", filled))
	if reason {
		inner.Properties = append(inner.Properties, member("disabled_reason", filled))
	}
	inner.AnyOf = []*schema.Schema{{Required: []string{"binary"}, Open: true}, {Required: []string{"service"}, Open: true}}
	b, err := readBody(r, inner)
	if err != nil {
		return nil, err
	}
	host, err := hostOf(b.String("host"), "", false)
	if err != nil {
		return nil, err
	}
	service, binary := b.String("service"), b.String("binary")
	wanted := binary
	if wanted == "" {
		wanted = service
	}
	words := b.String("disabled_reason")
	_, err = d.UpdateService(r.Context(), wanted, host, func(x *ServiceInfo) error {
		x.Disabled, x.DisabledReason = disabled, words
		return nil
	})
	if err != nil {
		return nil, named(err, noService(wanted, host))
	}
	status := "enabled"
	if disabled {
		status = "disabled"
	}
	o := jumpgate.Object{{Name: "host", Value: host}, {Name: "service", Value: service}, {Name: "binary", Value: binary},
		{Name: "status", Value: status}, {Name: "disabled", Value: disabled}}
	if reason {
		o = append(o, jumpgate.Member{Name: "disabled_reason", Value: rest.OrNil(words)})
	}
	return o, nil
}

// freezeService keeps what there is of a host's volumes as it is, or not.
func freezeService(r *jumpgate.Request, d ServiceUpdater, frozen bool) (any, error) {
	b, err := readBody(r, object(nil, member("cluster", orNull(shortText)), member("host", hostName)))
	if err != nil {
		return nil, err
	}
	host, err := hostOf(b.String("host"), b.String("cluster"), minor(r) >= 26)
	if err != nil {
		return nil, err
	}
	words := jumpgate.BadRequest.New("Invalid input received: No service found with host=%s", host)
	if host == "" {
		return nil, jumpgate.BadRequest.New("Invalid input received: No service found with cluster=%s", b.String("cluster"))
	}
	_, err = d.UpdateService(r.Context(), "cinder-volume", host, func(x *ServiceInfo) error {
		x.Frozen, x.Disabled, x.DisabledReason = frozen, frozen, ""
		if frozen {
			x.DisabledReason = "frozen"
		}
		return nil
	})
	return done, named(err, words)
}
