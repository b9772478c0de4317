package memory

import (
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/baremetal"
)

// note keeps an event of a machine's history.
func (m *metal) note(r *machine, event, message string) {
	r.history = append(r.history, &baremetal.Event{
		Record: baremetal.Record{UUID: jumpgate.NewUUID(), Created: m.moment()}, Severity: "ERROR", Type: event, Text: message, Conductor: conductor,
	})
}

// clean does the steps of a cleaning.
func (m *metal) clean(r *machine, steps []map[string]any) {
	for _, s := range steps {
		args, _ := s["args"].(map[string]any)
		switch s["step"] {
		case "apply_configuration":
			settings, _ := args["settings"].([]any)
			for _, item := range settings {
				setting, _ := item.(map[string]any)
				name, _ := setting["name"].(string)
				value, _ := setting["value"].(string)
				m.setBIOS(r, name, value)
			}
		case "factory_reset":
			r.bios = nil
		case "create_configuration":
			r.RAID = r.TargetRAID
		case "delete_configuration":
			r.RAID = nil
		}
	}
}

func (m *metal) setBIOS(r *machine, name, value string) {
	for _, b := range r.bios {
		if b.Name == name {
			b.Value, b.Updated = value, m.moment()
			return
		}
	}
	r.bios = append(r.bios, &baremetal.BIOSSetting{Name: name, Value: value, Created: m.moment()})
	slices.SortFunc(r.bios, func(a, b *baremetal.BIOSSetting) int { return strings.Compare(a.Name, b.Name) })
}
