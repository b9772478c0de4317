package compute

import (
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// taggedEvents say nothing without a tag.
var taggedEvents = []string{"volume-extended", "power-update", "accelerator-request-bound"}

// externalEvents takes over what refused has, for a driver that takes events.
func externalEvents(s *service, driver any, t *table) {
	if d, ok := driver.(ExternalEventTaker); ok && s.serverGetter != nil {
		t.add(http.MethodPost, "os_server_external_events", func(r *jumpgate.Request) (any, error) { return s.takeEvents(r, d) })
	}
}

// takeEvents passes those on that are about servers on hosts, and says of each
// what became of it.
func (s *service) takeEvents(r *jumpgate.Request, d ExternalEventTaker) (any, error) {
	body, err := readSchema(r, eventsBody(minor(r)))
	if err == nil {
		err = allow(r, "os_compute_api:os-server-external-events:create", nil)
	}
	if err != nil {
		return nil, err
	}
	var accepted []ExternalEvent
	var answers []jumpgate.Object
	status := http.StatusOK
	for _, one := range body.List("events") {
		in := one.(schema.Object)
		e := ExternalEvent{ServerID: in.String("server_uuid"), Name: in.String("name"), Status: in.String("status"), Tag: in.String("tag")}
		if e.Status == "" {
			e.Status = "completed"
		}
		code := http.StatusOK
		server, err := s.serverGetter.Server(r.Context(), e.ServerID)
		switch {
		case jumpgate.AsError(err).Kind == jumpgate.NotFound && err != nil:
			code = http.StatusNotFound
		case err != nil:
			return nil, err
		case slices.Contains(taggedEvents, e.Name) && !in.Has("tag"):
			code = http.StatusBadRequest
		case server.HostID == "":
			code = http.StatusUnprocessableEntity
		default:
			accepted = append(accepted, e)
		}
		answers = append(answers, eventAnswer(in, code))
		if code != http.StatusOK {
			status = http.StatusMultiStatus
		}
	}
	if len(accepted) > 0 {
		if err := d.TakeExternalEvents(r.Context(), accepted); err != nil {
			return nil, err
		}
	}
	return &jumpgate.Response{Status: status, Body: jumpgate.Object{{Name: "events", Value: answers}}}, nil
}

// eventAnswer is the event as it was sent with what became of it.
func eventAnswer(in schema.Object, code int) jumpgate.Object {
	word := "completed"
	if code != http.StatusOK {
		word = "failed"
	}
	var o jumpgate.Object
	for _, m := range in {
		if m.Name != "status" {
			o = append(o, jumpgate.Member{Name: m.Name, Value: m.Value})
		}
	}
	return append(o, jumpgate.Member{Name: "status", Value: word}, jumpgate.Member{Name: "code", Value: code})
}
