package compute

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/schema"
)

// maxLimit is Nova's max_limit: the most that one page holds.
const maxLimit = 1000

// ServerQuery is what a list of servers was asked for.
type ServerQuery struct {
	Limit  int    // 0: no limit
	Marker string // the server before the first one wanted; may be empty
	Detail bool   // false: only ID and Name are shown

	// Filters; the zero value of each filters nothing.
	Name             *regexp.Regexp // found anywhere in the name, case ignored
	Statuses         []string
	FlavorID         string
	ImageID          string
	IP, IP6          *regexp.Regexp
	KeyName          string
	AvailabilityZone string
	ChangedSince     time.Time // such a list has deleted servers too, where they are known
	ChangedBefore    time.Time
	Tags             []string // all of them
	TagsAny          []string // at least one
	NotTags          []string // not all of them
	NotTagsAny       []string // none
	Locked           *bool

	sort []sortKey
}

type sortKey struct {
	name string
	desc bool
}

// Matches tells whether a server satisfies all of q's filters.
func (q *ServerQuery) Matches(s *Server) bool {
	has := func(tag string) bool { return slices.Contains(s.Tags, tag) }
	every := func(tags []string) bool { return !slices.ContainsFunc(tags, func(t string) bool { return !has(t) }) }
	address := func(re *regexp.Regexp, version int) bool {
		return re == nil || slices.ContainsFunc(s.Networks, func(n NetworkAddresses) bool {
			return slices.ContainsFunc(n.Addresses, func(a Address) bool { return a.Version == version && re.MatchString(a.Addr) })
		})
	}
	switch {
	case q.Name != nil && !q.Name.MatchString(s.Name),
		q.Statuses != nil && !slices.Contains(q.Statuses, s.Status),
		q.FlavorID != "" && q.FlavorID != s.Flavor.ID,
		q.ImageID != "" && q.ImageID != s.ImageID,
		q.KeyName != "" && q.KeyName != s.KeyName,
		q.AvailabilityZone != "" && q.AvailabilityZone != s.AvailabilityZone,
		!address(q.IP, 4), !address(q.IP6, 6),
		!q.ChangedSince.IsZero() && s.Updated.Before(q.ChangedSince),
		!q.ChangedBefore.IsZero() && s.Updated.After(q.ChangedBefore),
		!every(q.Tags),
		q.TagsAny != nil && !slices.ContainsFunc(q.TagsAny, has),
		q.NotTags != nil && every(q.NotTags),
		slices.ContainsFunc(q.NotTagsAny, has),
		q.Locked != nil && *q.Locked != s.Locked:
		return false
	}
	return true
}

// Filtered tells whether q has filters, so that not every server matches.
func (q *ServerQuery) Filtered() bool {
	return q.Name != nil || q.Statuses != nil || q.FlavorID != "" || q.ImageID != "" || q.IP != nil || q.IP6 != nil ||
		q.KeyName != "" || q.AvailabilityZone != "" || !q.ChangedSince.IsZero() || !q.ChangedBefore.IsZero() ||
		q.Tags != nil || q.TagsAny != nil || q.NotTags != nil || q.NotTagsAny != nil || q.Locked != nil
}

// serverStatuses are the statuses that a filter may name.
var serverStatuses = []string{
	"ACTIVE", "BUILD", "DELETED", "ERROR", "HARD_REBOOT", "MIGRATING", "PASSWORD", "PAUSED", "REBOOT", "REBUILD",
	"RESCUE", "RESIZE", "REVERT_RESIZE", "SHELVED", "SHELVED_OFFLOADED", "SHUTOFF", "SOFT_DELETED", "SUSPENDED",
	"UNKNOWN", "VERIFY_RESIZE",
}

// serverQuery reads the query of a list of servers. nothing is true where the
// filters can't be met.
func serverQuery(r *jumpgate.Request, detail bool) (q ServerQuery, nothing bool, err error) {
	v, values := minor(r), r.URL.Query()
	if err := checkServerQuery(values, v); err != nil {
		return q, false, err
	}
	get := func(name string, since int) string {
		if v < since {
			return ""
		}
		return values.Get(name)
	}
	pattern := func(name string, since int) *regexp.Regexp {
		if text := get(name, since); text != "" && err == nil {
			re, bad := regexp.Compile("(?i)" + text)
			if bad != nil {
				err = jumpgate.BadRequest.New("Invalid input for query parameters %s. Value: %s. '%s' is not a 'regex'", name, text, text)
			}
			return re
		}
		return nil
	}
	list := func(name string) []string {
		if text := get(name, 26); text != "" {
			return strings.Split(text, ",")
		}
		return nil
	}

	q = ServerQuery{
		Marker:   values.Get("marker"),
		Detail:   detail,
		Name:     pattern("name", 1),
		FlavorID: values.Get("flavor"),
		ImageID:  values.Get("image"),
		IP:       pattern("ip", 1),
		IP6:      pattern("ip6", 5),
		// Nova keeps the next two for admins until 2.83.
		KeyName:          get("key_name", 83),
		AvailabilityZone: get("availability_zone", 83),
		Tags:             list("tags"),
		TagsAny:          list("tags-any"),
		NotTags:          list("not-tags"),
		NotTagsAny:       list("not-tags-any"),
	}
	if err != nil {
		return q, false, err
	}
	if q.Limit, err = limit(values); err != nil {
		return q, false, err
	}
	q.ChangedSince, _ = parseDate(values.Get("changes-since"))
	q.ChangedBefore, _ = parseDate(get("changes-before", 66))
	if !q.ChangedBefore.IsZero() && q.ChangedSince.After(q.ChangedBefore) {
		return q, false, jumpgate.BadRequest.New("The value of changes-since must be less than or equal to changes-before.")
	}
	if text := get("locked", 73); text != "" {
		locked, bad := strconv.ParseBool(text)
		if bad != nil {
			return q, false, jumpgate.BadRequest.New("Invalid filter field: locked.")
		}
		q.Locked = &locked
	}
	for _, status := range values["status"] {
		if status = strings.ToUpper(status); slices.Contains(serverStatuses, status) {
			q.Statuses = append(q.Statuses, status)
		}
	}
	if values.Has("status") && q.Statuses == nil {
		if v >= 38 {
			return q, false, jumpgate.BadRequest.New("Invalid status value")
		}
		return q, true, nil
	}
	if slices.Contains(q.Statuses, "DELETED") {
		return q, false, jumpgate.Forbidden.New("Only administrators may list deleted instances")
	}
	if all := values.Get("all_tenants"); all != "" || values.Has("all_tenants") {
		if on, bad := strconv.ParseBool(cmp.Or(strings.ToLower(all), "true")); bad != nil {
			return q, false, jumpgate.BadRequest.New("Invalid value for all_tenants: %s", all)
		} else if on {
			rule := "os_compute_api:servers:index:get_all_tenants"
			if detail {
				rule = "os_compute_api:servers:detail:get_all_tenants"
			}
			return q, false, jumpgate.Forbidden.New("Policy doesn't allow %s to be performed.", rule)
		}
	}
	q.sort, err = sortKeys(values)
	return q, false, err
}

// limit reads the limit of a page: none, 0 or too much mean maxLimit.
func limit(values url.Values) (int, error) {
	for _, text := range values["limit"] {
		if strings.Trim(text, "0123456789") != "" {
			return 0, jumpgate.BadRequest.New("Invalid input for query parameters limit. Value: %s. %s does not match '^[0-9]*$'", text, schema.Repr(text))
		}
	}
	n, err := strconv.Atoi(cmp.Or(values.Get("limit"), "0"))
	if err != nil || n == 0 || n > maxLimit {
		n = maxLimit
	}
	return n, nil
}

// sortKeys reads sort_key and sort_dir, which come in pairs. A missing
// direction is the last one given, or descending; creation time and id come
// last, as in Nova.
func sortKeys(values url.Values) ([]sortKey, error) {
	names, dirs := values["sort_key"], values["sort_dir"]
	if len(names) == 0 && len(dirs) == 0 {
		return nil, nil
	}
	var keys []sortKey
	for i, name := range names {
		desc := true
		if len(dirs) > 0 {
			desc = dirs[min(i, len(dirs)-1)] != "asc"
		}
		if serverOrder[name] == nil {
			continue // a column of Nova's database that no driver has
		}
		keys = append(keys, sortKey{name, desc})
	}
	desc := len(dirs) == 0 || dirs[len(dirs)-1] != "asc"
	return append(keys, sortKey{"created_at", desc}, sortKey{"uuid", desc}), nil
}

// serverOrder compares servers by the sort keys that mean something here.
var serverOrder = map[string]func(a, b *Server) int{
	"access_ip_v4":        func(a, b *Server) int { return cmp.Compare(a.AccessIPv4, b.AccessIPv4) },
	"access_ip_v6":        func(a, b *Server) int { return cmp.Compare(a.AccessIPv6, b.AccessIPv6) },
	"availability_zone":   func(a, b *Server) int { return cmp.Compare(a.AvailabilityZone, b.AvailabilityZone) },
	"created_at":          func(a, b *Server) int { return a.Created.Compare(b.Created) },
	"display_description": func(a, b *Server) int { return cmp.Compare(a.Description, b.Description) },
	"display_name":        func(a, b *Server) int { return cmp.Compare(a.Name, b.Name) },
	"hostname":            func(a, b *Server) int { return cmp.Compare(a.Hostname, b.Hostname) },
	"image_ref":           func(a, b *Server) int { return cmp.Compare(a.ImageID, b.ImageID) },
	"instance_type_id":    func(a, b *Server) int { return cmp.Compare(a.Flavor.ID, b.Flavor.ID) },
	"key_name":            func(a, b *Server) int { return cmp.Compare(a.KeyName, b.KeyName) },
	"launched_at":         func(a, b *Server) int { return a.Launched.Compare(b.Launched) },
	"power_state":         func(a, b *Server) int { return cmp.Compare(a.PowerState, b.PowerState) },
	"project_id":          func(a, b *Server) int { return cmp.Compare(a.TenantID, b.TenantID) },
	"task_state":          func(a, b *Server) int { return cmp.Compare(a.TaskState, b.TaskState) },
	"updated_at":          func(a, b *Server) int { return a.Updated.Compare(b.Updated) },
	"user_id":             func(a, b *Server) int { return cmp.Compare(a.UserID, b.UserID) },
	"uuid":                func(a, b *Server) int { return cmp.Compare(a.ID, b.ID) },
	"vm_state":            func(a, b *Server) int { return cmp.Compare(a.VMState, b.VMState) },
}

// checkServerQuery refuses what Nova's query schema refuses.
func checkServerQuery(values url.Values, v int) error {
	for _, key := range values["sort_key"] {
		if !slices.Contains(sortKeyNames, key) {
			return jumpgate.BadRequest.New("Invalid input for query parameters sort_key. Value: %s. %s is not one of ['%s']",
				key, schema.Repr(key), strings.Join(sortKeyNames, "', '"))
		}
	}
	dates := []string{"changes-since"}
	if v >= 66 {
		dates = append(dates, "changes-before")
	}
	for _, name := range dates {
		for _, text := range values[name] {
			if _, ok := parseDate(text); !ok {
				return jumpgate.BadRequest.New("Invalid input for query parameters %s. Value: %s. %s is not a 'date-time'", name, text, schema.Repr(text))
			}
		}
	}
	if v >= 75 {
		for name := range values {
			if !slices.Contains(serverQueryNames, name) && !strings.HasPrefix(name, "_") {
				return jumpgate.BadRequest.New("%s does not match any of the regexes: '^_'", schema.Repr(name))
			}
		}
	}
	return nil
}

// parseDate reads the ISO 8601 forms that oslo.utils' parse_isotime reads.
func parseDate(text string) (time.Time, bool) {
	for _, layout := range [...]string{
		time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999",
		"2006-01-02T15:04Z07:00", "2006-01-02T15:04", "20060102T150405Z07:00", "20060102T150405", "2006-01-02", "20060102",
	} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// sortKeyNames are the columns that Nova's schema lists (recorded).
var sortKeyNames = []string{
	"access_ip_v4", "access_ip_v6", "auto_disk_config", "availability_zone", "config_drive", "created_at",
	"display_description", "display_name", "host", "hostname", "image_ref", "instance_type_id", "kernel_id", "key_name",
	"launch_index", "launched_at", "locked_by", "node", "power_state", "progress", "project_id", "ramdisk_id",
	"root_device_name", "task_state", "terminated_at", "updated_at", "user_id", "uuid", "vm_state", "architecture",
	"cell_name", "cleaned", "default_ephemeral_device", "default_swap_device", "deleted", "deleted_at",
	"disable_terminate", "ephemeral_gb", "ephemeral_key_uuid", "id", "key_data", "launched_on", "locked", "memory_mb",
	"os_type", "reservation_id", "root_gb", "shutdown_terminate", "user_data", "vcpus", "vm_mode",
}

// serverQueryNames are the parameters that 2.75 and later know.
var serverQueryNames = []string{
	"user_id", "project_id", "tenant_id", "launch_index", "image_ref", "image", "kernel_id", "ramdisk_id", "hostname",
	"key_name", "power_state", "vm_state", "task_state", "host", "node", "flavor", "reservation_id", "launched_at",
	"terminated_at", "availability_zone", "name", "display_name", "description", "display_description", "locked_by",
	"uuid", "root_device_name", "config_drive", "access_ip_v4", "access_ip_v6", "auto_disk_config", "progress",
	"sort_key", "sort_dir", "all_tenants", "soft_deleted", "deleted", "status", "changes-since", "changes-before", "ip",
	"ip6", "created_at", "limit", "marker", "tags", "tags-any", "not-tags", "not-tags-any", "locked",
}
