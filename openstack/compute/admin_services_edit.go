package compute

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// The bodies of changes (nova/api/openstack/compute/schemas/services.py): up
// to 2.52 the path says what is done and the body to which service, from then
// on it is the other way round.
var (
	serviceName    = &schema.Schema{Type: stringType, MinLength: 1, MaxLength: 255}
	serviceOldBody = &versionedBody{members: []bodyMember{
		{name: "host", schema: fqdnSchema, required: 1},
		{name: "binary", schema: serviceName, required: 1},
		{name: "disabled_reason", schema: serviceName},
		{name: "forced_down", since: 11, schema: booleanSchema},
	}}
	serviceBody = object(
		member("status", &schema.Schema{Type: stringType, Enum: anys("enabled", "disabled")}),
		member("disabled_reason", serviceName),
		member("forced_down", booleanSchema),
	)
)

const (
	serviceUpdateRule = "os_compute_api:os-services:update"
	serviceDeleteRule = "os_compute_api:os-services:delete"
)

// serviceEdit is what admins do to services.
func serviceEdit(s *service, driver any, t *table) {
	d, ok := driver.(ServiceEditor)
	if !ok || s.services == nil {
		return
	}
	e := serviceEditor{s, d}
	for name, action := range map[string]string{
		"os_services_enable": "enable", "os_services_disable": "disable",
		"os_services_disable_log_reason": "disable-log-reason",
	} {
		t.add(http.MethodPut, name, func(r *jumpgate.Request) (any, error) { return e.act(r, action) })
	}
	t.One(http.MethodPut, "v21_os_services_force_down", func(r *jumpgate.Request) (any, error) { return e.act(r, "force-down") })
	t.add(http.MethodPut, "os_service", func(r *jumpgate.Request) (any, error) { return e.act(r, r.Var("service_id")) })
	t.add(http.MethodDelete, "os_service", guarded(serviceDeleteRule, e.remove))
}

type serviceEditor struct {
	s *service
	d ServiceEditor
}

// act changes the service that the path names or, in old versions, does with a
// service what the path says.
func (e serviceEditor) act(r *jumpgate.Request, last string) (any, error) {
	if minor(r) >= hypervisorUUIDs {
		return e.update(r, last)
	}
	in, err := readSchema(r, serviceOldBody.value(minor(r), legacy(r)))
	if err == nil {
		err = allow(r, serviceUpdateRule, nil)
	}
	if err != nil {
		return nil, err
	}
	answer := jumpgate.Object{{Name: "host", Value: in.String("host")}, {Name: "binary", Value: in.String("binary")}}
	var u ServiceUpdate
	on, off, none := true, false, ""
	switch {
	case last == "enable":
		u.Disabled, u.DisabledReason = &off, &none
		answer = append(answer, jumpgate.Member{Name: "status", Value: "enabled"})
	case last == "disable":
		u.Disabled, u.DisabledReason = &on, &none
		answer = append(answer, jumpgate.Member{Name: "status", Value: "disabled"})
	case last == "disable-log-reason":
		if !in.Has("disabled_reason") {
			return nil, jumpgate.BadRequest.New("Missing disabled reason field")
		}
		reason := in.String("disabled_reason")
		u.Disabled, u.DisabledReason = &on, &reason
		answer = append(answer, jumpgate.Member{Name: "status", Value: "disabled"}, jumpgate.Member{Name: "disabled_reason", Value: reason})
	case last == "force-down" && minor(r) >= 11:
		if !in.Has("forced_down") {
			return nil, jumpgate.BadRequest.New("Missing forced_down field")
		}
		down := in.Bool("forced_down", false)
		u.ForcedDown = &down
		answer = append(answer, jumpgate.Member{Name: "forced_down", Value: down})
	default:
		return nil, jumpgate.NotFound.New("Unknown action")
	}
	found, err := e.find(r, func(s *Service) bool { return s.Host == in.String("host") && s.binary() == in.String("binary") })
	switch {
	case in.String("binary") != computeBinary:
		return nil, onlyCompute(in.String("binary"))
	case err != nil:
		return nil, err
	case found == nil:
		return nil, jumpgate.NotFound.New("Host '%s' is not mapped to any cell", in.String("host"))
	}
	if _, err := e.d.UpdateService(r.Context(), found.ID, u); err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "service", Value: answer}}, nil
}

func onlyCompute(binary string) error {
	return jumpgate.BadRequest.New("Updating a %s service is not supported. Only nova-compute services can be updated.", binary)
}

// find looks for a service; nil: there is none.
func (e serviceEditor) find(r *jumpgate.Request, is func(*Service) bool) (*Service, error) {
	all, err := e.s.services.Services(r.Context())
	if i := slices.IndexFunc(all, func(s Service) bool { return is(&s) }); err == nil && i >= 0 {
		return &all[i], nil
	}
	return nil, err
}

func (e serviceEditor) update(r *jumpgate.Request, id string) (any, error) {
	in, err := readSchema(r, serviceBody)
	switch {
	case err != nil:
		return nil, err
	case !schema.UUIDLike(id):
		return nil, jumpgate.BadRequest.New("Invalid uuid %s", id)
	}
	if err := allow(r, serviceUpdateRule, nil); err != nil {
		return nil, err
	}
	found, err := e.find(r, func(s *Service) bool { return s.ID == id })
	switch {
	case err != nil:
		return nil, err
	case found == nil:
		return nil, jumpgate.NotFound.New("Service %s could not be found.", id)
	case found.binary() != computeBinary:
		return nil, onlyCompute(found.binary())
	}
	var u ServiceUpdate
	if in.Has("status") {
		disabled, reason := in.String("status") == "disabled", in.String("disabled_reason")
		if !disabled && reason != "" {
			return nil, jumpgate.BadRequest.New("Specifying 'disabled_reason' with status 'enabled' is invalid.")
		}
		u.Disabled, u.DisabledReason = &disabled, &reason
	}
	if in.Has("forced_down") {
		down := in.Bool("forced_down", false)
		u.ForcedDown = &down
	}
	if u == (ServiceUpdate{}) {
		return nil, jumpgate.BadRequest.New("No updates were requested. Fields 'status' or 'forced_down' should be specified.")
	}
	changed, err := e.d.UpdateService(r.Context(), id, u)
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "service", Value: changed.view(r)}}, nil
}

func (e serviceEditor) remove(r *jumpgate.Request) (any, error) {
	id := r.Var("service_id")
	is := func(s *Service) bool { return s.ID == id }
	if minor(r) < hypervisorUUIDs {
		number, err := strconv.Atoi(id)
		if err != nil {
			return nil, jumpgate.BadRequest.New("Invalid input received: id must be an integer")
		}
		is = func(s *Service) bool { return s.Number == number }
	} else if !schema.UUIDLike(id) {
		return nil, jumpgate.BadRequest.New("Invalid uuid %s", id)
	}
	found, err := e.find(r, is)
	switch {
	case err != nil:
		return nil, err
	case found == nil:
		return nil, jumpgate.NotFound.New("Service %s not found.", id)
	}
	err = e.d.DeleteService(r.Context(), found.ID)
	if f := jumpgate.AsError(err); err != nil && f.Kind == jumpgate.Conflict && f.Message == "" {
		return nil, jumpgate.Conflict.Wrap(err, "Unable to delete compute service that is hosting instances. Migrate or delete the instances first.")
	}
	return empty(http.StatusNoContent), err
}
