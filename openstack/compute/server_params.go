package compute

import (
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// serverListParams are the parameters of lists of servers, in the order of
// Nova's schema (nova/api/openstack/compute/schemas/servers.py). Most of them
// filter for admins alone and are ignored here.
var serverListParams = &querySchema{internal: true, params: slices.Concat(
	queryParams(anyString, "user_id project_id tenant_id launch_index image_ref image"),
	queryParams(regexSchema, "kernel_id ramdisk_id hostname key_name power_state"),
	queryParams(anyString, "vm_state task_state host"),
	queryParams(regexSchema, "node flavor reservation_id launched_at terminated_at availability_zone name display_name "+
		"description display_description locked_by"),
	queryParams(anyString, "uuid"),
	queryParams(regexSchema, "root_device_name config_drive access_ip_v4 access_ip_v6 auto_disk_config progress"),
	[]queryParam{
		{name: "sort_key", until: 73, schema: oneOf(sortColumns, ignoredColumns)},
		{name: "sort_key", since: 73, until: closed, schema: oneOf([]string{"locked"}, sortColumns, withoutLocked)},
		{name: "sort_key", since: closed, schema: oneOf([]string{"locked"}, sortColumns)},
	},
	queryParams(anyString, "sort_dir all_tenants soft_deleted deleted status"),
	queryParams(dateSchema, "changes-since"),
	queryParams(regexSchema, "ip ip6 created_at"),
	queryParams(anyString, "block_device_mapping services metadata system_metadata info_cache security_groups pci_devices"),
	queryParams(naturalNumber, "limit"),
	queryParams(anyString, "marker"),
	[]queryParam{
		{name: "tags", since: 26, schema: regexSchema},
		{name: "tags-any", since: 26, schema: regexSchema},
		{name: "not-tags", since: 26, schema: regexSchema},
		{name: "not-tags-any", since: 26, schema: regexSchema},
		{name: "changes-before", since: 66, schema: dateSchema},
		{name: "locked", since: 73, schema: anyString},
	},
)}

func queryParams(s *schema.Schema, names string) []queryParam {
	var list []queryParam
	for name := range strings.FieldsSeq(names) {
		list = append(list, queryParam{name: name, schema: s})
	}
	return list
}

func oneOf(names ...[]string) *schema.Schema {
	return &schema.Schema{Type: stringType, Enum: anys(slices.Concat(names...)...)}
}

// The columns of Nova's database: those that sort, and those that were taken
// before there was a schema, and are ignored since then.
var (
	sortColumns = strings.Fields("access_ip_v4 access_ip_v6 auto_disk_config availability_zone config_drive created_at " +
		"display_description display_name host hostname image_ref instance_type_id kernel_id key_name launch_index " +
		"launched_at locked_by node power_state progress project_id ramdisk_id root_device_name task_state " +
		"terminated_at updated_at user_id uuid vm_state")
	ignoredColumns = strings.Fields("architecture cell_name cleaned default_ephemeral_device default_swap_device " +
		"deleted deleted_at disable_terminate ephemeral_gb ephemeral_key_uuid id key_data launched_on locked " +
		"memory_mb os_type reservation_id root_gb shutdown_terminate user_data vcpus vm_mode")
	withoutLocked = slices.DeleteFunc(slices.Clone(ignoredColumns), func(s string) bool { return s == "locked" })
)

// sortKeys reads sort_key and sort_dir as Nova does. It returns nothing where
// the driver's own order is the one wanted: the newest first.
func sortKeys(p rest.Params, version int) ([]rest.SortKey, error) {
	names, dirs := p.All("sort_key"), p.All("sort_dir")
	if len(names) == 0 {
		names = []string{"created_at"}
	}
	if len(dirs) == 0 {
		dirs = []string{"desc"}
	}
	ignored := ignoredColumns
	if version >= 73 {
		ignored = withoutLocked
	}
	var err error
	if names, dirs, err = dropColumns(names, dirs, ignored); err != nil {
		return nil, err
	}
	for _, dir := range dirs {
		if dir != "asc" && dir != "desc" {
			return nil, jumpgate.BadRequest.New("Invalid input received: Unknown sort direction, must be 'desc' or 'asc'")
		}
	}
	if len(dirs) > len(names) {
		return nil, jumpgate.BadRequest.New("Invalid input received: Sort direction size exceeds sort key size")
	}
	if len(names) == 0 {
		return nil, nil
	}
	// The id makes the order a total one, and takes the first direction that
	// is not given: so the second key of two with one direction is ascending.
	first := dirs[0]
	if !slices.Contains(names, "uuid") {
		names, dirs = append(names, "uuid"), append(dirs, "asc")
	}
	var keys []rest.SortKey
	for i, name := range names {
		dir := first
		if i < len(dirs) {
			dir = dirs[i]
		}
		switch {
		case serverColumns[name] != nil:
			keys = append(keys, rest.SortKey{Key: name, Descending: dir == "desc"})
		case !slices.Contains(sortColumns, name): // through /v2, where no schema guards it
			return nil, jumpgate.BadRequest.New("Sort key supplied was not valid.")
		}
	}
	if keys[0] == (rest.SortKey{Key: "created_at", Descending: true}) && keys[1].Key == "uuid" {
		return nil, nil
	}
	return keys, nil
}

// dropColumns takes out the columns that are ignored, with their directions.
func dropColumns(names, dirs, ignored []string) (keptNames, keptDirs []string, err error) {
	for i, name := range names {
		switch {
		case slices.Contains(ignored, name):
			continue
		case name == "host", name == "node":
			return nil, nil, jumpgate.Forbidden.New("Only administrators can sort servers by %s", name)
		}
		keptNames = append(keptNames, name)
		if i < len(dirs) {
			keptDirs = append(keptDirs, dirs[i])
		}
	}
	if len(dirs) > len(names) {
		keptDirs = append(keptDirs, dirs[len(names):]...)
	}
	return keptNames, keptDirs, nil
}

// serverColumns are those that mean something here. By the others of sortColumns
// all servers are alike.
var serverColumns = rest.Columns[Server]{
	"access_ip_v4":        rest.By(func(s *Server) string { return s.AccessIPv4 }),
	"access_ip_v6":        rest.By(func(s *Server) string { return s.AccessIPv6 }),
	"availability_zone":   rest.By(func(s *Server) string { return s.AvailabilityZone }),
	"config_drive":        rest.By(configDrive),
	"created_at":          rest.ByTime(func(s *Server) time.Time { return s.Created }),
	"display_description": rest.By(func(s *Server) string { return s.Description }),
	"display_name":        rest.By(func(s *Server) string { return s.Name }),
	"hostname":            rest.By(func(s *Server) string { return s.Hostname }),
	"image_ref":           rest.By(func(s *Server) string { return s.ImageID }),
	"instance_type_id":    rest.By(func(s *Server) string { return s.Flavor.ID }),
	"key_name":            rest.By(func(s *Server) string { return s.KeyName }),
	"launched_at":         rest.ByTime(func(s *Server) time.Time { return s.Launched }),
	"locked":              rest.ByBool(func(s *Server) bool { return s.Locked }),
	"power_state":         rest.By(func(s *Server) PowerState { return s.PowerState }),
	"progress":            rest.By(func(s *Server) int { return s.Progress }),
	"project_id":          rest.By(func(s *Server) string { return s.ProjectID }),
	"task_state":          rest.By(func(s *Server) string { return s.TaskState }),
	"terminated_at":       rest.ByTime(func(s *Server) time.Time { return s.Terminated }),
	"updated_at":          rest.ByTime(func(s *Server) time.Time { return s.Updated }),
	"user_id":             rest.By(func(s *Server) string { return s.UserID }),
	"uuid":                rest.By(func(s *Server) string { return s.ID }),
	"vm_state":            rest.By(func(s *Server) string { return s.VMState }),
}
