package compute

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// ServerQuery is what a client asks a list of servers for.
type ServerQuery struct {
	Limit  int    // 0: no limit
	Marker string // the server before the first one wanted; may be empty
	Detail bool   // false: only ID and Name are shown

	// Hostnames means that the answer shows, filters or sorts by Hostname, as
	// it does from 2.90 on. Otherwise a driver may leave Hostname empty.
	Hostnames bool

	// AllProjects asks for the servers of every project. The package sets it
	// only for callers whom the policy allows it: admins. A driver of a single
	// project may ignore it.
	AllProjects bool

	// Deleted asks for deleted servers only, as far as the cloud remembers
	// them. The package sets it only for admins.
	Deleted bool

	// Filters; the zero value of each filters nothing. The patterns may match
	// anywhere in the text.
	Name             *regexp.Regexp // ignores case
	Statuses         []string
	FlavorID         string
	ImageID          string
	IP, IP6          *regexp.Regexp // if both are set, one match is enough
	KeyName          *regexp.Regexp
	AvailabilityZone *regexp.Regexp
	ChangedSince     time.Time // includes the deleted servers that the cloud remembers
	ChangedBefore    time.Time
	Tags             []string // all of them
	TagsAny          []string // at least one
	NotTags          []string // not all of them
	NotTagsAny       []string // none
	Locked           *bool

	others []func(*Server) bool // see otherFilters
	sort   []rest.SortKey       // empty: the driver's own order
}

// Matches tells whether a server satisfies all of q's filters.
func (q *ServerQuery) Matches(s *Server) bool {
	has := func(tag string) bool { return slices.Contains(s.Tags, tag) }
	every := func(tags []string) bool { return !slices.ContainsFunc(tags, func(t string) bool { return !has(t) }) }
	switch {
	case q.Name != nil && !q.Name.MatchString(s.Name),
		q.Statuses != nil && !slices.Contains(q.Statuses, s.Status),
		q.FlavorID != "" && q.FlavorID != s.Flavor.ID,
		q.ImageID != "" && q.ImageID != s.ImageID,
		q.KeyName != nil && !q.KeyName.MatchString(s.KeyName),
		q.AvailabilityZone != nil && !q.AvailabilityZone.MatchString(s.AvailabilityZone),
		(q.IP != nil || q.IP6 != nil) && !s.hasAddress(q.IP, q.IP6),
		!q.ChangedSince.IsZero() && s.Updated.Before(q.ChangedSince),
		!q.ChangedBefore.IsZero() && s.Updated.After(q.ChangedBefore),
		!every(q.Tags),
		q.TagsAny != nil && !slices.ContainsFunc(q.TagsAny, has),
		q.NotTags != nil && every(q.NotTags),
		slices.ContainsFunc(q.NotTagsAny, has),
		q.Locked != nil && *q.Locked != s.Locked,
		slices.ContainsFunc(q.others, func(f func(*Server) bool) bool { return !f(s) }):
		return false
	}
	return true
}

// hasAddress tells whether one of s's own addresses matches its pattern.
func (s *Server) hasAddress(v4, v6 *regexp.Regexp) bool {
	return slices.ContainsFunc(s.Networks, func(n NetworkAddresses) bool {
		return slices.ContainsFunc(n.Addresses, func(a Address) bool {
			re := v4
			if a.Version == 6 {
				re = v6
			}
			return re != nil && !a.Floating && re.MatchString(a.Addr)
		})
	})
}

// Filtered tells whether q has filters, so that not every server matches.
func (q *ServerQuery) Filtered() bool {
	return q.Name != nil || q.Statuses != nil || q.FlavorID != "" || q.ImageID != "" || q.IP != nil || q.IP6 != nil ||
		q.KeyName != nil || q.AvailabilityZone != nil || !q.ChangedSince.IsZero() || !q.ChangedBefore.IsZero() ||
		q.Tags != nil || q.TagsAny != nil || q.NotTags != nil || q.NotTagsAny != nil || q.Locked != nil || q.Deleted || q.others != nil
}

// serverStatuses are the statuses that a filter may name.
var serverStatuses = []string{
	"ACTIVE", "BUILD", "DELETED", "ERROR", "HARD_REBOOT", "MIGRATING", "PASSWORD", "PAUSED", "REBOOT", "REBUILD",
	"RESCUE", "RESIZE", "REVERT_RESIZE", "SHELVED", "SHELVED_OFFLOADED", "SHUTOFF", "SOFT_DELETED", "SUSPENDED",
	"VERIFY_RESIZE",
}

// serverQuery reads the parameters of a list of servers, with Nova's checks
// in Nova's order. nothing is true where no server can match.
func serverQuery(r *jumpgate.Request, p rest.Params, detail bool) (q ServerQuery, nothing bool, err error) {
	v := minor(r)
	if !legacy(r) {
		if err := serverListParams.check(p, v); err != nil {
			return q, false, err
		}
	}
	admin, everyFilter := allow(r, "context_is_admin", nil) == nil, allow(r, "os_compute_api:servers:allow_all_filters", nil) == nil
	// get returns filters that Nova lets users have from a version on, and
	// admins always.
	get := func(name string, since int) string {
		if v < since && !everyFilter {
			return ""
		}
		return p.Get(name)
	}
	q = ServerQuery{
		Marker:    p.Get("marker"),
		Limit:     pageSize(p),
		Detail:    detail,
		Hostnames: v >= 90 || slices.Contains(p, rest.Param{Name: "sort_key", Value: "hostname"}),
		FlavorID:  p.Get("flavor"),
		ImageID:   p.Get("image"),
	}
	for _, f := range []struct {
		name  string
		since int
		to    **regexp.Regexp
	}{
		{"name", 1, &q.Name}, {"ip", 1, &q.IP}, {"ip6", 5, &q.IP6},
		{"key_name", 83, &q.KeyName}, {"availability_zone", 83, &q.AvailabilityZone},
	} {
		if *f.to, err = pattern(f.name, get(f.name, f.since)); err != nil {
			return q, false, err
		}
	}
	for _, f := range []struct {
		name string
		to   *[]string
	}{{"tags", &q.Tags}, {"tags-any", &q.TagsAny}, {"not-tags", &q.NotTags}, {"not-tags-any", &q.NotTagsAny}} {
		if text := get(f.name, 26); text != "" {
			*f.to = strings.Split(text, ",")
		}
	}
	if q.others, err = otherFilters(p, v, everyFilter); err != nil {
		return q, false, err
	}
	if q.Statuses, err = statuses(p, v); err != nil {
		return q, false, err
	}
	if p.Has("status") && q.Statuses == nil {
		return q, true, nil
	}
	if err := q.readDates(p, v); err != nil {
		return q, false, err
	}
	if admin && p.Has("deleted") {
		q.Deleted, _ = jumpgate.ParseBool(strings.TrimSpace(p.Get("deleted")))
	}
	if q.Statuses != nil && !slices.ContainsFunc(q.Statuses, func(s string) bool { return s != "DELETED" }) {
		if !admin {
			return q, false, jumpgate.Forbidden.New("Only administrators may list deleted instances")
		}
		q.Deleted = true
	}
	all := p.Has("all_tenants")
	if p.Get("all_tenants") != "" {
		if all, err = boolean(p, "all_tenants"); err != nil {
			return q, false, err
		}
	}
	if v >= 73 && p.Has("locked") {
		locked, err := boolean(p, "locked")
		if err != nil {
			return q, false, err
		}
		q.Locked = &locked
	}
	if all {
		rule := "os_compute_api:servers:index:get_all_tenants"
		if detail {
			rule = "os_compute_api:servers:detail:get_all_tenants"
		}
		if err := allow(r, rule, nil); err != nil {
			return q, false, err
		}
		q.AllProjects = true
		for _, name := range []string{"tenant_id", "project_id"} {
			if want := p.Get(name); want != "" {
				q.others = append(q.others, func(s *Server) bool { return s.ProjectID == want })
			}
		}
	}
	if err := checkLegacyLimit(p); err != nil {
		return q, false, err
	}
	q.sort, err = sortKeys(p, v)
	return q, q.Limit == 0, err
}

func pattern(name, text string) (*regexp.Regexp, error) {
	if text == "" {
		return nil, nil
	}
	re, err := compilePattern(text)
	if err != nil { // through /v2, where no schema guards it
		return nil, jumpgate.BadRequest.Wrap(err, "Invalid filter field: %s.", name)
	}
	return re, nil
}

// The bounds of a pattern that a client sends: its text, and the instructions
// that it becomes. Repetitions within repetitions make millions of a few bytes.
const (
	maxPattern      = 255
	maxInstructions = 2_000
)

var errPattern = errors.New("compute: a pattern is too large")

// compilePattern compiles a pattern of bounded size that ignores case.
func compilePattern(text string) (*regexp.Regexp, error) {
	if len(text) > maxPattern {
		return nil, errPattern
	}
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return nil, err
	}
	if instructions(tree) > maxInstructions {
		return nil, errPattern
	}
	return regexp.Compile("(?i)" + text)
}

// instructions is about how many instructions re becomes.
func instructions(re *syntax.Regexp) int {
	n := 1 + len(re.Rune)/2
	for _, part := range re.Sub {
		n += instructions(part)
	}
	if re.Op == syntax.OpRepeat {
		n *= max(re.Min, re.Max, 1)
	}
	return min(n, 1<<40) // so that nothing overflows
}

// Contained returns a text that every match of re, a pattern of a ServerQuery,
// contains in upper or lower case. It consists of ASCII letters, digits, hyphens
// and dots; it is "" if no such text is certain or re is nil. A driver may let
// its cloud search for it.
func Contained(re *regexp.Regexp) string {
	if re == nil {
		return ""
	}
	tree, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil {
		return ""
	}
	return contained(tree.Simplify())
}

func contained(re *syntax.Regexp) string {
	var texts []string
	switch re.Op {
	case syntax.OpLiteral:
		texts = strings.FieldsFunc(string(re.Rune), func(r rune) bool {
			return r != '-' && r != '.' && (r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r))
		})
	case syntax.OpConcat:
		for _, part := range re.Sub {
			texts = append(texts, contained(part))
		}
	case syntax.OpCapture, syntax.OpPlus:
		return contained(re.Sub[0])
	}
	longest := ""
	for _, text := range texts {
		if len(text) > len(longest) {
			longest = text
		}
	}
	return longest
}

// statuses reads the statuses that Nova knows; nil where there are none.
func statuses(p rest.Params, v int) ([]string, error) {
	var known []string
	for _, status := range p.All("status") {
		if status = strings.ToUpper(status); slices.Contains(serverStatuses, status) {
			known = append(known, status)
		}
	}
	if p.Has("status") && known == nil && v >= 38 {
		return nil, jumpgate.BadRequest.New("Invalid status value")
	}
	return known, nil
}

func (q *ServerQuery) readDates(p rest.Params, v int) error {
	for _, f := range []struct {
		name  string
		since int
		to    *time.Time
	}{{"changes-since", 1, &q.ChangedSince}, {"changes-before", 66, &q.ChangedBefore}} {
		if v < f.since || !p.Has(f.name) {
			continue
		}
		var ok bool
		if *f.to, ok = rest.ParseDate(p.Get(f.name)); !ok {
			return jumpgate.BadRequest.New("Invalid filter field: %s.", f.name)
		}
	}
	if !q.ChangedBefore.IsZero() && q.ChangedSince.After(q.ChangedBefore) {
		return jumpgate.BadRequest.New("The value of changes-since must be less than or equal to changes-before.")
	}
	return nil
}

// admins is a version that never comes, of filters that admins alone have.
const admins = 1 << 30

// otherFilters are those that are left to this package, most of which 2.83 and
// 2.90 opened to all users.
func otherFilters(p rest.Params, v int, admin bool) ([]func(*Server) bool, error) {
	var filters []func(*Server) bool
	for _, f := range []struct {
		name  string
		since int
		exact bool
		text  func(*Server) string
	}{
		{"reservation_id", 1, false, func(s *Server) string { return s.ReservationID }},
		{"vm_state", 83, true, func(s *Server) string { return s.VMState }},
		{"task_state", 83, true, func(s *Server) string { return s.TaskState }},
		{"user_id", 83, true, func(s *Server) string { return s.UserID }},
		{"power_state", 83, false, func(s *Server) string { return strconv.Itoa(int(s.PowerState)) }},
		{"progress", 83, false, func(s *Server) string { return strconv.Itoa(s.Progress) }},
		{"config_drive", 83, false, func(s *Server) string { return configDrive(s) }},
		{"created_at", 83, false, func(s *Server) string { return databaseTime(s.Created) }},
		{"launched_at", 83, false, func(s *Server) string { return databaseTime(s.Launched) }},
		{"terminated_at", 83, false, func(s *Server) string { return databaseTime(s.Terminated) }},
		{"hostname", 90, false, func(s *Server) string { return s.Hostname }},
		{"host", admins, true, func(s *Server) string { return s.Host }},
		{"node", admins, false, func(s *Server) string { return s.Hypervisor }},
		{"uuid", admins, true, func(s *Server) string { return s.ID }},
		{"instance_name", admins, false, func(s *Server) string { return s.InstanceName }},
		{"launch_index", admins, false, func(s *Server) string { return strconv.Itoa(s.LaunchIndex) }},
	} {
		if v < f.since && !admin || !p.Has(f.name) || f.name == "vm_state" && p.Has("status") {
			continue
		}
		want := p.Get(f.name)
		if f.exact {
			filters = append(filters, func(s *Server) bool { return f.text(s) == want })
			continue
		}
		re, err := pattern(f.name, want)
		if err != nil {
			return nil, err
		}
		filters = append(filters, func(s *Server) bool { return re == nil || re.MatchString(f.text(s)) })
	}
	return filters, nil
}

// databaseTime is how Nova's database compares a time with a pattern.
func databaseTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateTime)
}
