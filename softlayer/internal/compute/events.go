package compute

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// event is SoftLayer_Event_Log.
type event struct {
	Name  string            `json:"eventName"`
	Date  records.Timestamp `json:"eventCreateDate"`
	Trace string            `json:"traceId"`
	User  string            `json:"username"`
}

var eventForm = records.FormOf[event]()

// eventActions are the names of events, and Nova's for what they log. An
// event of another name keeps that.
var eventActions = map[string]string{
	"Create":         "create",
	"Power On":       "start",
	"Power Off":      "stop",
	"Power Cycle":    "reboot",
	"Reboot":         "reboot",
	"Pause":          "pause",
	"Resume":         "unpause",
	"Rescue":         "rescue",
	"OS Reload":      "rebuild",
	"Upgrade":        "resize",
	"Attach Disk":    "attach_volume",
	"Detach Disk":    "detach_volume",
	"Capture Image":  "createImage",
	"Cancel Service": "delete",
}

// ActionNamed is Nova's name for what an event logs.
func ActionNamed(event string) string { return cmp.Or(eventActions[event], event) }

// RequestFor is the id of a request by what it has behind the prefix.
func RequestFor(id string) string { return requestPrefix + id }

// maxEvents is how many of a guest's latest events are looked at.
const maxEvents = 1000

// requestPrefix begins the id of a request.
const requestPrefix = core.RequestPrefix

// requestID is the id of ctx's request without its prefix.
func requestID(ctx context.Context) string { return core.RequestID(ctx) }

// ServerActions reads the account's log: one call to find the guest's number,
// one for its events. The log is kept for a limited time, so that a guest was
// created is known from itself; so is the request that did it, for the log has
// no ids of ours. What else this program did it remembers; see history.
func (d *Servers) ServerActions(ctx context.Context, id string) ([]compute.ServerAction, error) {
	past, err := d.history(ctx, id)
	if err != nil {
		return nil, err
	}
	g, err := anyGuestAs(ctx, d, loggedForm, id)
	switch {
	case (errors.Is(err, jumpgate.NotFound) || err == nil && g.Gone()) && !past.Deleted.IsZero():
		return past.whole(keep.Account(ctx)), nil
	case err != nil:
		return nil, err
	case g.Gone():
		return nil, jumpgate.NotFound
	}
	events, err := eventForm.All(ctx, d.API, upstream.Call{
		Service: "Event_Log", Method: "getAllObjects",
		Filter: upstream.Filter{
			"objectName": upstream.Equals("CCI"), "objectId": upstream.Equals(g.ID), "eventCreateDate": upstream.OrderBy("DESC"),
		},
		Limit: maxEvents,
	})
	if err != nil {
		return nil, err
	}
	project := keep.Account(ctx)
	list := past.actions(project, hostID(project, g.GlobalIdentifier))
	open := slices.Clone(list)
	_, kept := keep.Split(g.Notes)
	seen, created := make(map[string]int), false
	add := func(e event) {
		if e.Date.IsZero() {
			return
		}
		if name := eventActions[e.Name]; name != "create" && covers(&open, cmp.Or(name, e.Name), e.Date.Time) {
			return
		}
		// Of events with one trace, all but the first need an id of their own.
		request := requestPrefix + cmp.Or(e.Trace, strconv.FormatInt(e.Date.UnixMilli(), 16))
		if eventActions[e.Name] == "create" && kept.Request != "" {
			request = requestPrefix + kept.Request
		}
		if seen[request]++; seen[request] > 1 {
			request += "-" + strconv.Itoa(seen[request])
		}
		a := compute.ServerAction{
			Name:      eventActions[e.Name],
			RequestID: request,
			UserID:    e.User,
			ProjectID: project,
			Started:   e.Date.Time,
			Updated:   e.Date.Time,
			Events: []compute.ServerEvent{{
				Name: strings.ReplaceAll(strings.ToLower(e.Name), " ", "_"), Started: e.Date.Time, Finished: e.Date.Time, HostID: hostID(project, g.GlobalIdentifier),
			}},
		}
		a.Name = cmp.Or(a.Name, a.Events[0].Name)
		created = created || a.Name == "create"
		list = append(list, a)
	}
	for _, e := range events {
		add(e)
	}
	if !created {
		first := event{Name: "Create", Date: g.CreateDate, Trace: strings.ToLower(g.GlobalIdentifier)}
		if g.BillingItem != nil {
			first.User = g.BillingItem.OrderItem.Order.User.Username
		}
		add(first)
	}
	return list, nil
}
