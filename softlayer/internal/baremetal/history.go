package baremetal

import (
	"context"
	"strconv"

	"github.com/softlayer/jumpgate/openstack/baremetal"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// maxEvents is how many of a server's latest events are looked at.
const maxEvents = 1000

// event is SoftLayer_Event_Log.
type event struct {
	Created records.Timestamp `json:"eventCreateDate"`
	Name    string            `json:"eventName"`
	Trace   string            `json:"traceId"`
	UserID  int               `json:"userId"`
}

var eventForm = records.FormOf[event]()

// History implements baremetal.Historian: what the account's log says of a
// server, for as long as SoftLayer keeps it.
func (d nodes) History(ctx context.Context, uuid string) ([]*baremetal.Event, error) {
	h, err := d.Server(ctx, uuid)
	if err != nil {
		return nil, err
	}
	log, err := eventForm.All(ctx, d.API, upstream.Call{
		Service: "Event_Log", Method: "getAllObjects",
		Filter: upstream.Filter{
			"objectName": upstream.Equals("Hardware"), "objectId": upstream.Equals(h.ID), "eventCreateDate": upstream.OrderBy("ASC"),
		},
		Limit: maxEvents,
	})
	if err != nil {
		return nil, err
	}
	events := make([]*baremetal.Event, len(log))
	for i, e := range log {
		user := ""
		if e.UserID != 0 {
			user = strconv.Itoa(e.UserID)
		}
		events[i] = &baremetal.Event{
			Record:   baremetal.Record{UUID: keep.NameID("hardware event/" + uuid + "/" + e.Trace + "/" + e.Name), Created: e.Created.Time},
			Severity: "INFO", Type: e.Name, Text: e.Name, Conductor: conductor, UserID: user,
		}
	}
	return events, nil
}
