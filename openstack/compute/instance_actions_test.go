package compute_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/openstack/compute"
)

func (c *cloud) ServerActions(ctx context.Context, id string) ([]compute.ServerAction, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := c.find(ctx, id)
	return c.done, err
}

// recall gives the cloud the actions of recording 232.
func (c *cloud) recall(t testing.TB) {
	var body struct {
		Actions []struct {
			Action  string
			Request string `json:"request_id"`
			Start   string `json:"start_time"`
			Message string
		} `json:"instanceActions"`
	}
	decode(t, numbered(t, "232"), &body)
	for _, a := range body.Actions {
		c.done = append(c.done, compute.ServerAction{
			Name: a.Action, RequestID: a.Request, UserID: user, ProjectID: project, Started: date(a.Start + "Z"), Failed: a.Message != "",
		})
	}
}

// TestInstanceActionVersions holds what comes with which version, and to whom events
// show.
func TestInstanceActionVersions(t *testing.T) {
	c := newCloud()
	c.servers = []*compute.Server{{ID: golden, ProjectID: project}}
	start := date("2026-11-23T10:00:00Z")
	c.done = []compute.ServerAction{{
		Name: "stop", RequestID: "req-1", UserID: user, ProjectID: project, Started: start, Updated: start.Add(time.Minute),
		Events: []compute.ServerEvent{{Name: "compute_stop_instance", Started: start, Finished: start.Add(time.Second), HostID: "h"}},
	}}
	gw := newGateway(t, c)
	const plain = `{"instanceAction": {"action": "stop", "instance_uuid": "` + golden + `", "request_id": "req-1", "user_id": "` + user +
		`", "project_id": "` + project + `", "start_time": "2026-11-23T10:00:00.000000", "message": null`
	const event = `, "events": [{"event": "compute_stop_instance", "start_time": "2026-11-23T10:00:00.000000", ` +
		`"finish_time": "2026-11-23T10:00:01.000000", "result": "Success"`
	const updated = `, "updated_at": "2026-11-23T10:01:00.000000"`
	for version, want := range map[string]string{
		"2.50": plain + "}}",
		"2.51": plain + event + "}]}}",
		"2.58": plain + updated + event + "}]}}",
		"2.61": plain + updated + event + "}]}}",
		"2.62": plain + updated + event + `, "hostId": "h"}]}}`,
		"2.96": plain + updated + event + `, "hostId": "h"}]}}`,
	} {
		if got := get(gw, "/v2.1/servers/"+golden+"/os-instance-actions/req-1", at(version)...).Body.String(); got != want {
			t.Errorf("at %s:\n got %s\nwant %s", version, got, want)
		}
	}
	// It is the end of an action that the bounds of a list are about.
	for query, want := range map[string]bool{
		"changes-before=2026-11-23T10:00:30Z": false, "changes-before=2026-11-23T10:01:00Z": true,
		"changes-since=2026-11-23T10:00:30Z": true, "changes-since=2026-11-23T10:01:01Z": false,
	} {
		if got := get(gw, "/v2.1/servers/"+golden+"/os-instance-actions?"+query, at("2.66")...).Body.String(); strings.Contains(got, "req-1") != want {
			t.Errorf("%s: %s", query, got)
		}
	}
}

// TestInstanceActionPages follows pages of actions, which 2.58 brought.
func TestInstanceActionPages(t *testing.T) {
	c := newCloud()
	c.servers = []*compute.Server{{ID: golden, ProjectID: project}}
	for i := range 5 {
		at := date("2026-11-23T10:00:00Z").Add(time.Duration(i) * time.Hour)
		c.done = append(c.done, compute.ServerAction{Name: "reboot", RequestID: fmt.Sprint("req-", i), Started: at, Updated: at})
	}
	gw := newGateway(t, c)
	path := "/v2.1/servers/" + golden + "/os-instance-actions"
	ids := func(target, version string) (ids, next string) {
		var body struct {
			Actions []struct {
				ID string `json:"request_id"`
			} `json:"instanceActions"`
			Links []struct{ Href string }
		}
		w := get(gw, target, at(version)...)
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || w.Code != 200 {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
		for _, a := range body.Actions {
			ids += strings.TrimPrefix(a.ID, "req-")
		}
		if len(body.Links) > 0 {
			next = strings.TrimPrefix(body.Links[0].Href, "http://127.0.0.1:18774")
		}
		return ids, next
	}
	all, next, pages := "", path+"?limit=2", 0
	for ; next != "" && pages < 9; pages++ {
		var page string
		page, next = ids(next, "2.58")
		all += page
	}
	if all != "43210" || pages != 3 {
		t.Errorf("%d pages: %s", pages, all)
	}
	for query, want := range map[string]string{
		"changes-since=2026-11-23T12:00:00Z":                                            "432",
		"changes-before=2026-11-23T12:00:00Z":                                           "210",
		"changes-since=2026-11-23T11:00:00Z&changes-before=2026-11-23T12:00:00%2b00:00": "21",
		"limit=0": "",
	} {
		if got, _ := ids(path+"?"+query, "2.66"); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	if got, next := ids(path+"?limit=2&nonsense=1", "2.57"); got != "43210" || next != "" {
		t.Errorf("before pages: %s %s", got, next)
	}
	for query, want := range map[string]string{
		"marker=req-9":        "badRequest: Marker req-9 could not be found.",
		"nonsense=1":          "badRequest: Additional properties are not allowed ('nonsense' was unexpected)",
		"limit=1&limit=2":     "badRequest: Invalid input for query parameters limit. Value: ['1', '2']. ['1', '2'] is too long",
		"changes-since=today": "badRequest: Invalid input for query parameters changes-since. Value: today. 'today' is not a 'date-time'",
		"changes-since=2026-11-23T12:00:00Z&changes-before=2026-11-23T11:00:00Z": "badRequest: The value of changes-since must be less than or equal to changes-before.",
	} {
		if got := keyedFault(get(gw, path+"?"+query, at("2.66")...)); got != want {
			t.Errorf("%s:\n got %s\nwant %s", query, got, want)
		}
	}
	if got := keyedFault(get(gw, path+"?changes-before=2026-11-23T12:00:00Z", at("2.65")...)); !strings.Contains(got, "changes-before") {
		t.Errorf("changes-before at 2.65: %s", got)
	}
	if got := keyedFault(get(gw, "/v2.1/servers/nonsense/os-instance-actions")); got != "itemNotFound: Instance nonsense could not be found." {
		t.Error(got)
	}
}
