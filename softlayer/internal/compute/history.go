package compute

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// history is what the program remembers of what was done to a server: SoftLayer
// logs it without the ids of our requests, and forgets servers that are
// deleted. It is in the program's store, one record for each server, and may be
// lost: then there is what SoftLayer's log says.
type history struct {
	Actions []pastAction
	Deleted time.Time // zero: it is there
	Created time.Time // of one that was deleted
	Request string    // that created it
}

type pastAction struct {
	Name           string
	Request        string
	User           string
	Started, Ended time.Time
	Failed         bool
}

const (
	historyRecord = "softlayer_server_history"

	// maxPast is how many actions of a server are remembered, the latest ones.
	maxPast = 100

	// historyAge is how long the history of a server is kept after the last
	// action, goneAge after its deletion.
	historyAge = 30 * 24 * time.Hour
	goneAge    = 2 * 24 * time.Hour
)

// remember notes something that is done to a server, from now until the
// function returned is called with the error of it:
//
//	defer d.remember(ctx, id, compute.ActionStop)(&err)
//
// What SoftLayer was not asked to do is not part of the history, as in Nova.
func (d *Servers) remember(ctx context.Context, id string, doing compute.Action) func(*error) {
	started, name, age := d.Opts.Now(), doing.String(), historyAge
	switch doing {
	case compute.ActionHardReboot:
		name = compute.ActionReboot.String()
	case compute.ActionDelete:
		age = goneAge
	}
	return func(fault *error) {
		err := *fault
		if err != nil && !failedUpstream(err) {
			return
		}
		past := pastAction{
			Name: name, Request: requestID(ctx), Started: started.UTC(), Ended: d.Opts.Now().UTC(), Failed: err != nil,
		}
		if past.Request == "" {
			return
		}
		if p := jumpgate.PrincipalFrom(ctx); p != nil {
			past.User = p.UserID
		}
		_ = core.Amend(ctx, d.Core, historyRecord, strings.ToLower(id), d.Opts.Now().Add(age), func(h *history) {
			h.Actions = slices.DeleteFunc(h.Actions, func(p pastAction) bool { return p.Request == past.Request }) // tried in another way
			h.Actions = append(h.Actions, past)
			h.Actions = h.Actions[max(0, len(h.Actions)-maxPast):]
		})
	}
}

// failedUpstream tells whether SoftLayer was asked to do what failed.
func failedUpstream(err error) bool {
	kind := jumpgate.AsError(err).Kind
	return errors.Is(kind, jumpgate.BadGateway) || errors.Is(kind, jumpgate.Timeout)
}

// rememberGone notes that g was deleted: for a while its history is still to
// be had, and what it used for as long as anybody may ask.
func (d *Servers) rememberGone(ctx context.Context, g *attachGuest) {
	now := d.Opts.Now().UTC()
	_, kept := keep.Split(g.Notes)
	_ = core.Amend(ctx, d.Core, historyRecord, strings.ToLower(g.GlobalIdentifier), now.Add(goneAge), func(h *history) {
		h.Deleted, h.Created, h.Request = now, g.CreateDate.Time, kept.Request
	})
	d.rememberUsage(ctx, g, now)
	d.notes.Expire(ctx, g.Notes, now.Add(goneAge))
}

// history is what is remembered of a server.
func (d *Servers) history(ctx context.Context, id string) (h history, err error) {
	_, err = d.Recall(ctx, historyRecord, strings.ToLower(id), &h)
	return h, err
}

// actions are h's in Nova's terms.
func (h *history) actions(project, host string) []compute.ServerAction {
	var list []compute.ServerAction
	for _, p := range h.Actions {
		list = append(list, compute.ServerAction{
			Name: p.Name, RequestID: requestPrefix + p.Request, UserID: p.User, ProjectID: project,
			Started: p.Started, Updated: p.Ended, Failed: p.Failed,
			Events: []compute.ServerEvent{{Name: "compute_" + p.Name + "_instance", Started: p.Started, Finished: p.Ended, Failed: p.Failed, HostID: host}},
		})
	}
	return list
}

// whole is all that is remembered of a server that is gone.
func (h *history) whole(project string) []compute.ServerAction {
	list := h.actions(project, "")
	if h.Request == "" || h.Created.IsZero() {
		return list
	}
	return append(list, compute.ServerAction{
		Name: "create", RequestID: requestPrefix + h.Request, ProjectID: project, Started: h.Created, Updated: h.Created,
		Events: []compute.ServerEvent{{Name: "create", Started: h.Created, Finished: h.Created}},
	})
}

// skew is how far the clocks of the cloud and of this machine may be apart.
const skew = 30 * time.Second

// covers finds the action that e is the trace of, among those of which no event
// was found yet, and forgets it there.
func covers(open *[]compute.ServerAction, name string, at time.Time) bool {
	i := slices.IndexFunc(*open, func(a compute.ServerAction) bool {
		return sameAction(a.Name, name) && !at.Before(a.Started.Add(-skew)) && !at.After(a.Updated.Add(skew))
	})
	if i >= 0 {
		*open = slices.Delete(*open, i, i+1)
	}
	return i >= 0
}

// sameAction tells whether SoftLayer logs an action by what another is called:
// it does not tell all of Nova's apart.
func sameAction(done, logged string) bool {
	others := map[string][]string{
		"pause": {"suspend"}, "unpause": {"resume"}, "createImage": {"createBackup", "shelve"}, "resize": {"revertResize"},
		"reboot": {"unrescue"}, "start": {"unshelve"},
	}
	return done == logged || slices.Contains(others[logged], done)
}
