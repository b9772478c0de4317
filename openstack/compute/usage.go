package compute

import (
	"cmp"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// Usage is the use of one server.
type Usage struct {
	ServerID, Name       string
	FlavorName           string
	VCPUs, RAM, Disk     int // RAM in MiB, Disk in GiB
	VMState              string
	Launched, Terminated time.Time // zero: not yet
	ProjectID            string    // AllUsageLister alone
}

func (u *Usage) hours(start, stop time.Time) float64 {
	if u.Launched.After(start) {
		start = u.Launched
	}
	if !u.Terminated.IsZero() && u.Terminated.Before(stop) {
		stop = u.Terminated
	}
	return stop.Sub(start).Seconds() / 3600
}

var (
	usageParams = &querySchema{params: []queryParam{
		{name: "start", schema: anyString}, {name: "end", schema: anyString},
		{name: "limit", since: 40, schema: naturalNumber}, {name: "marker", since: 40, schema: anyString},
	}}
	usageListParams = &querySchema{params: append(slices.Clone(usageParams.params), queryParam{name: "detailed", schema: anyString})}
)

func usage(s *service, driver any, t *table) {
	d, ok := driver.(UsageLister)
	if !ok {
		return
	}
	now := s.opts.Now
	all, _ := driver.(AllUsageLister)
	t.add(http.MethodGet, "tenant_usage", func(r *jumpgate.Request) (any, error) { return s.showUsage(r, d, all, now()) })
	if all != nil {
		t.add(http.MethodGet, "tenants_usage", func(r *jumpgate.Request) (any, error) { return s.listUsage(r, all, now()) })
		return
	}
	t.add(http.MethodGet, "tenants_usage", func(r *jumpgate.Request) (any, error) {
		if err := checkQuery(r, usageListParams); err != nil {
			return nil, err
		}
		return nil, refusedBy(r, "os_compute_api:os-simple-tenant-usage:list")
	})
	for _, version := range []string{"v2_", "v21_"} {
		t.Explain(http.MethodGet, version+"tenants_usage", refusedReasons[forbidden])
	}
}

func (s *service) showUsage(r *jumpgate.Request, d UsageLister, other AllUsageLister, now time.Time) (any, error) {
	target := r.Var("target_id")
	p, err := readQuery(r, usageParams)
	switch {
	case err != nil:
		return nil, err
	case target != r.Env.ProjectID:
		const rule = "os_compute_api:os-simple-tenant-usage:show"
		if other == nil {
			return nil, refusedTo(r, rule, jumpgate.Target{"project_id": target})
		}
		if err := allow(r, rule, jumpgate.Target{"project_id": target}); err != nil {
			return nil, err
		}
	}
	start, stop, err := usagePeriod(p, now)
	if err != nil {
		return nil, err
	}
	var all []Usage
	if target == r.Env.ProjectID {
		all, err = d.Usages(r.Context(), start, stop)
	} else {
		all, err = other.AllUsages(r.Context(), target, start, stop)
	}
	if err != nil {
		return nil, err
	}
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Usage) int { return cmp.Compare(a.ServerID, b.ServerID) })
	within := func(u Usage) bool { return u.within(start, stop) }
	page, next, err := usagePage(r, p, all, within, "tenant_usage_links")
	return append(jumpgate.Object{{Name: "tenant_usage", Value: usageView(target, page, start, stop, now)}}, next...), err
}

// usagePage is the page of all that p asks for, as firstPage, whose marker need
// not be within the period. Before 2.40 there are no pages.
func usagePage(r *jumpgate.Request, p rest.Params, all []Usage, within func(Usage) bool, links string) (page []Usage, next jumpgate.Object, err error) {
	id := func(u Usage) string { return u.ServerID }
	paged := minor(r) >= 40
	if paged {
		if all, err = afterMarker(p, all, id, noMarker); err != nil {
			return nil, nil, err
		}
	}
	all = slices.DeleteFunc(all, func(u Usage) bool { return !within(u) })
	if !paged {
		return all[:min(maxLimit, len(all))], nil, nil
	}
	return firstPage(r, p, all, id, links)
}

// within tells whether a server ran in a period.
func (u *Usage) within(start, stop time.Time) bool {
	return start.Before(stop) && !u.Launched.IsZero() && u.Launched.Before(stop) && (u.Terminated.IsZero() || u.Terminated.After(start))
}

// listUsage reports on all projects that used anything, with their servers if
// detailed is 1. Its pages are of servers, across projects.
func (s *service) listUsage(r *jumpgate.Request, d AllUsageLister, now time.Time) (any, error) {
	p, err := readQuery(r, usageListParams)
	if err != nil {
		return nil, err
	}
	if err := allow(r, "os_compute_api:os-simple-tenant-usage:list", nil); err != nil {
		return nil, err
	}
	start, stop, err := usagePeriod(p, now)
	if err != nil {
		return nil, err
	}
	all, err := d.AllUsages(r.Context(), "", start, stop)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(slices.Clone(all), func(u Usage) bool { return !u.within(start, stop) })
	slices.SortFunc(all, func(a, b Usage) int {
		return cmp.Or(cmp.Compare(a.ProjectID, b.ProjectID), cmp.Compare(a.ServerID, b.ServerID))
	})
	page, next, err := usagePage(r, p, all, func(Usage) bool { return true }, "tenant_usages_links")
	if err != nil {
		return nil, err
	}
	views := []jumpgate.Object{}
	for len(page) > 0 {
		n := slices.IndexFunc(page, func(u Usage) bool { return u.ProjectID != page[0].ProjectID })
		if n < 0 {
			n = len(page)
		}
		view := usageView(page[0].ProjectID, page[:n], start, stop, now)
		if p.Get("detailed") != "1" {
			view = slices.DeleteFunc(view, func(m jumpgate.Member) bool { return m.Name == "server_usages" })
		}
		views, page = append(views, view), page[n:]
	}
	return append(jumpgate.Object{{Name: "tenant_usages", Value: views}}, next...), nil
}

// usageView sums up in the order of Nova, whose sums round alike then.
func usageView(project string, list []Usage, start, stop, now time.Time) jumpgate.Object {
	if len(list) == 0 {
		return jumpgate.Object{}
	}
	var hours, disk, cpus, memory float64
	servers := make([]jumpgate.Object, len(list))
	for i, u := range list {
		h := u.hours(start, stop)
		hours += h
		disk += float64(u.Disk) * h
		cpus += float64(u.VCPUs) * h
		memory += float64(u.RAM) * h
		state, end := u.VMState, now
		if !u.Terminated.IsZero() {
			state, end = "terminated", u.Terminated
		}
		servers[i] = jumpgate.Object{
			{Name: "hours", Value: float(h)},
			{Name: "flavor", Value: u.FlavorName},
			{Name: "instance_id", Value: u.ServerID},
			{Name: "name", Value: u.Name},
			{Name: "tenant_id", Value: project},
			{Name: "memory_mb", Value: u.RAM},
			{Name: "local_gb", Value: u.Disk},
			{Name: "vcpus", Value: u.VCPUs},
			{Name: "started_at", Value: jumpgate.DateOrNil(u.Launched, jumpgate.DateMicros)},
			{Name: "ended_at", Value: jumpgate.DateOrNil(u.Terminated, jumpgate.DateMicros)},
			{Name: "state", Value: state},
			{Name: "uptime", Value: int(end.Sub(u.Launched).Seconds())},
		}
	}
	return jumpgate.Object{
		{Name: "tenant_id", Value: project},
		{Name: "server_usages", Value: servers},
		{Name: "total_local_gb_usage", Value: float(disk)},
		{Name: "total_vcpus_usage", Value: float(cpus)},
		{Name: "total_memory_mb_usage", Value: float(memory)},
		{Name: "total_hours", Value: float(hours)},
		{Name: "start", Value: jumpgate.DateOrNil(start, jumpgate.DateMicros)},
		{Name: "stop", Value: jumpgate.DateOrNil(stop, jumpgate.DateMicros)},
	}
}

// usagePeriod reads the bounds of a report. Without any it is about this very
// moment. It ends now at the latest: one of the future is empty.
func usagePeriod(p rest.Params, now time.Time) (start, stop time.Time, err error) {
	now = now.UTC().Truncate(time.Microsecond)
	start, err = usageTime(p, "start", now.Add(-time.Microsecond))
	if err != nil {
		return start, stop, err
	}
	stop, err = usageTime(p, "end", now)
	if err == nil && !start.Before(stop) {
		err = jumpgate.BadRequest.New("Invalid start time. The start time cannot occur after the end time.")
	}
	if stop.After(now) {
		stop = now
	}
	return start, stop, err
}

// usageDate is what Python's strptime takes for the formats of Nova.
var usageDate = regexp.MustCompile(`^(\d{4}-(?:1[0-2]|0?[1-9])-(?:3[01]|[12]\d|0?[1-9]))` +
	`(?:T((?:2[0-3]|[01]?\d):[0-5]?\d:[0-5]?\d)(?:\.(\d{1,6}))?|\s+((?:2[0-3]|[01]?\d):[0-5]?\d:[0-5]?\d)\.(\d{1,6}))$`)

// usageTime reads one bound. Of several the first that is not empty counts.
func usageTime(p rest.Params, name string, otherwise time.Time) (time.Time, error) {
	text := cmp.Or(p.All(name)...)
	if text == "" {
		return otherwise, nil
	}
	if m := usageDate.FindStringSubmatch(text); m != nil {
		micros, _ := strconv.Atoi((m[3] + m[5] + "000000")[:6])
		if t, err := time.Parse("2006-1-2 15:4:5", m[1]+" "+m[2]+m[4]); err == nil {
			return t.Add(time.Duration(micros) * time.Microsecond), nil
		}
	}
	return time.Time{}, jumpgate.BadRequest.New("Invalid datetime string: Datetime is in invalid format")
}

// float writes f as Python does: 2.0, not 2.
func float(f float64) json.Number {
	text := strconv.FormatFloat(f, 'e', -1, 64)
	_, exponent, _ := strings.Cut(text, "e")
	if n, err := strconv.Atoi(exponent); err == nil && n >= -4 && n < 16 {
		text = strconv.FormatFloat(f, 'f', -1, 64)
		if !strings.Contains(text, ".") {
			text += ".0"
		}
	}
	return json.Number(text)
}
