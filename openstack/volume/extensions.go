package volume

import (
	_ "embed"
	"net/http"
	"strings"

	"github.com/softlayer/jumpgate"
)

// extensionTable are the extensions of a Cinder: alias, name, when it was last
// changed, and what it is for.
//
//go:embed extensions.tsv
var extensionTable string

// resourceFilters are the filters that users may ask for, by what is listed
// (Cinder's resource_filters.json).
var resourceFilters = map[string][]string{
	"volume":         {"name", "status", "metadata", "bootable", "migration_status", "availability_zone", "group_id", "size", "created_at", "updated_at", "consumes_quota"},
	"backup":         {"name", "status", "volume_id"},
	"snapshot":       {"name", "status", "volume_id", "metadata", "availability_zone", "consumes_quota"},
	"group":          {"name"},
	"group_snapshot": {"name", "status", "group_id"},
	"attachment":     {"volume_id", "status", "instance_id", "attach_status"},
	"message":        {"resource_uuid", "resource_type", "event_id", "request_id", "message_level"},
	"pool":           {"name", "volume_type"},
	"volume_type":    {"is_public", "extra_specs"},
}

// resourceNames is the order in which they are told.
var resourceNames = []string{"volume", "backup", "snapshot", "group", "group_snapshot", "attachment", "message", "pool", "volume_type"}

// extensions serves what this API has besides its core, and its filters.
func extensions(_ *service, _ any, t *table) {
	var list []jumpgate.Object
	for line := range strings.Lines(extensionTable) {
		f := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 4)
		list = append(list, jumpgate.Object{
			{Name: "name", Value: f[1]}, {Name: "alias", Value: f[0]}, {Name: "description", Value: f[3]}, {Name: "updated", Value: f[2]}, {Name: "links", Value: []any{}},
		})
	}
	t.add(http.MethodGet, "extensions", func(*jumpgate.Request) (any, error) {
		return jumpgate.Object{{Name: "extensions", Value: list}}, nil
	})
	t.add(http.MethodGet, "extension", func(r *jumpgate.Request) (any, error) {
		for _, e := range list {
			if e[1].Value == r.Var("alias") {
				return jumpgate.Object{{Name: "extension", Value: e}}, nil
			}
		}
		return nil, jumpgate.NotFound
	})
	t.add(http.MethodGet, "resource_filters", func(r *jumpgate.Request) (any, error) {
		shown, asked := []jumpgate.Object{}, r.URL.Query().Get("resource")
		for _, name := range resourceNames {
			if asked == "" || asked == name {
				shown = append(shown, jumpgate.Object{{Name: "resource", Value: name}, {Name: "filters", Value: resourceFilters[name]}})
			}
		}
		return jumpgate.Object{{Name: "resource_filters", Value: shown}}, nil
	})
}
