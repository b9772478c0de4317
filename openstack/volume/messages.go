package volume

import (
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// messages serves what users are told about what went wrong later (3.3).
func messages(s *service, driver any, t *table) {
	d, ok := driver.(MessageKeeper)
	if !ok {
		return
	}
	unknown := func(id string) error { return jumpgate.NotFound.New("Message %s could not be found.", id) }
	c := &collection[Message]{
		key: "messages", filter: "message", id: func(m *Message) string { return m.ID }, unknown: unknown,
		sort: map[string]func(*Message) any{
			"id":            func(m *Message) any { return m.ID },
			"created_at":    func(m *Message) any { return m.Created },
			"resource_uuid": func(m *Message) any { return m.ResourceID },
			"resource_type": func(m *Message) any { return m.ResourceType },
			"event_id":      func(m *Message) any { return m.EventID },
			"message_level": func(m *Message) any { return m.Level },
		},
		match: map[string]func(*Message, string) (bool, error){
			"resource_uuid": equal(func(m *Message) string { return m.ResourceID }),
			"resource_type": equal(func(m *Message) string { return m.ResourceType }),
			"event_id":      equal(func(m *Message) string { return m.EventID }),
			"request_id":    equal(func(m *Message) string { return m.RequestID }),
			"message_level": equal(func(m *Message) string { return m.Level }),
		},
	}
	show := func(r *jumpgate.Request, m *Message) jumpgate.Object {
		return jumpgate.Object{
			{Name: "id", Value: m.ID}, {Name: "event_id", Value: m.EventID}, {Name: "user_message", Value: m.Text}, {Name: "message_level", Value: m.Level},
			{Name: "created_at", Value: date(m.Created)}, {Name: "guaranteed_until", Value: date(m.Until)}, {Name: "request_id", Value: m.RequestID},
			{Name: "links", Value: s.links(r, "message", "message_id", m.ID)}, {Name: "resource_type", Value: rest.OrNil(m.ResourceType)}, {Name: "resource_uuid", Value: rest.OrNil(m.ResourceID)},
		}
	}
	message := func(r *jumpgate.Request) (*Message, error) {
		id := r.Var("message_id")
		return rest.Find(d.ListMessages(r.Context()), func(m *Message) bool { return m.ID == id }, unknown(id))
	}
	t.add(http.MethodGet, "messages", func(r *jumpgate.Request) (any, error) {
		if minor(r) < 5 { // before there were filters and pages
			r.URL.RawQuery = ""
		}
		return c.page(s, r, d.ListMessages(r.Context()), func(m *Message) (jumpgate.Object, error) { return show(r, m), nil })
	})
	t.add(http.MethodGet, "message", func(r *jumpgate.Request) (any, error) {
		m, err := message(r)
		if err != nil {
			return nil, err
		}
		return jumpgate.Object{{Name: "message", Value: show(r, m)}}, nil
	})
	t.add(http.MethodDelete, "message", func(r *jumpgate.Request) (any, error) {
		m, err := message(r)
		if err != nil {
			return nil, err
		}
		return nil, d.DeleteMessage(r.Context(), m.ID)
	})
}
