package network

import (
	"context"
	"net/http"

	"github.com/softlayer/jumpgate"
)

// watching serves what administrators see of traffic: counters, segments of
// the underlay, and logs of security groups.
func watching(s *service, driver any) {
	if d, ok := driver.(MeteringDriver); ok {
		labels := d.MeteringLabels()
		k := provide(s, labelKind(), labels, "metering")
		provide(s, labelRuleKind(labels, k), d.MeteringRules(), "metering_source_and_destination_fields")
	}
	if d, ok := driver.(SegmentDriver); ok {
		provide(s, segmentKind(), d.Segments(), "segment", "standard-attr-segment")
	}
	if d, ok := driver.(LogDriver); ok {
		provide(s, logKind(d.LoggableResources()), d.Logs(), "logging")
		s.add("v2_log_loggable_resources", jumpgate.Methods{http.MethodGet: func(r *jumpgate.Request) (any, error) {
			if err := s.need(s.context(r), "get_loggable_resource", nil); err != nil {
				return nil, err
			}
			views := []jumpgate.Object{}
			for _, kind := range d.LoggableResources() {
				views = append(views, jumpgate.Object{{Name: "type", Value: kind}})
			}
			return jumpgate.Object{{Name: "loggable_resources", Value: views}}, nil
		}})
	}
}

func labelKind() *kind[MeteringLabel] {
	k := &kind[MeteringLabel]{
		one: "metering_label", many: "metering_labels", list: "v2_metering_metering_labels", item: "v2_metering_metering_label", id: "metering_label_id",
		notFound: func(id string) error {
			return fault(jumpgate.NotFound, "MeteringLabelNotFound", "Metering label '%s' does not exist.", id)
		},
		attrs: []attribute[MeteringLabel]{
			{name: "name", at: func(t *MeteringLabel) any { return &t.Name }, does: post | filter | sorted, is: text(255), byDef: ""},
			{name: "description", at: func(t *MeteringLabel) any { return &t.Description }, does: post | filter | sorted, is: text(1024), byDef: ""},
			{name: "shared", at: func(t *MeteringLabel) any { return &t.Shared }, does: post | filter | sorted, is: boolean, byDef: false},
		},
	}
	return owned(k, func(t *MeteringLabel) *string { return &t.ID }, func(t *MeteringLabel) *string { return &t.ProjectID })
}

func labelRuleKind(labels Lister[MeteringLabel], parent *kind[MeteringLabel]) *kind[MeteringRule] {
	network := func(name string, at func(*MeteringRule) *string) attribute[MeteringRule] {
		return attribute[MeteringRule]{name: name, at: func(t *MeteringRule) any { return at(t) }, does: post | filter | sorted | null, is: orNull(cidrText)}
	}
	k := &kind[MeteringRule]{
		one: "metering_label_rule", many: "metering_label_rules", list: "v2_metering_metering_label_rules", item: "v2_metering_metering_label_rule", id: "metering_label_rule_id",
		notFound: func(id string) error {
			return fault(jumpgate.NotFound, "MeteringLabelRuleNotFound", "Metering label rule '%s' does not exist.", id)
		},
		attrs: []attribute[MeteringRule]{
			{name: "metering_label_id", at: func(t *MeteringRule) any { return &t.LabelID }, does: post | filter | sorted | required, is: uuid},
			{name: "direction", at: func(t *MeteringRule) any { return &t.Direction }, does: post | filter | sorted | required, is: oneOf("ingress", "egress")},
			{name: "excluded", at: func(t *MeteringRule) any { return &t.Excluded }, does: post | filter | sorted, is: boolean, byDef: false},
			network("remote_ip_prefix", func(t *MeteringRule) *string { return &t.RemoteIP }),
			network("source_ip_prefix", func(t *MeteringRule) *string { return &t.SourceIP }),
			network("destination_ip_prefix", func(t *MeteringRule) *string { return &t.TargetIP }),
		},
		checks: func(ctx context.Context, t *MeteringRule) error {
			if t.RemoteIP != "" && (t.SourceIP != "" || t.TargetIP != "") {
				return Invalid("Cannot use 'remote-ip-prefix' in conjunction with 'source-ip-prefix' or 'destination-ip-prefix'")
			}
			if t.RemoteIP == "" && t.SourceIP == "" && t.TargetIP == "" {
				return Invalid("You must define at least one of the following parameters: 'remote-ip-prefix', or 'source-ip-prefix' or 'destination-ip-prefix'")
			}
			_, err := one(ctx, labels, t.LabelID, parent.key)
			return parent.found(err, t.LabelID)
		},
	}
	return owned(k, func(t *MeteringRule) *string { return &t.ID }, func(t *MeteringRule) *string { return &t.ProjectID })
}

func segmentKind() *kind[Segment] {
	k := &kind[Segment]{
		one: "segment", many: "segments", list: "v2_segments", item: "v2_segment", id: "segment_id",
		notFound: func(id string) error {
			return fault(jumpgate.NotFound, "SegmentNotFound", "Segment %s could not be found.", id)
		},
		attrs: []attribute[Segment]{
			{name: "network_id", at: func(t *Segment) any { return &t.NetworkID }, does: post | filter | sorted | required, is: uuid},
			{name: "physical_network", at: func(t *Segment) any { return &t.PhysicalNetwork }, does: post | filter | sorted | null, is: orNull(text(64))},
			{name: "network_type", at: func(t *Segment) any { return &t.NetworkType }, does: post | filter | sorted | required, is: text(32)},
			{name: "segmentation_id", at: func(t *Segment) any { return &t.SegmentationID }, does: post | sorted, is: orNull(integer)},
			{name: "name", at: func(t *Segment) any { return &t.Name }, does: post | put | filter | sorted | null, is: orNull(text(255))},
		},
	}
	ofStandard(k, func(t *Segment) *Standard { return &t.Standard })
	for _, name := range []string{"tenant_id", "project_id"} {
		k.attribute(name).does |= hidden
	}
	return k
}

func logKind(types []string) *kind[Log] {
	k := &kind[Log]{
		one: "log", many: "logs", list: "v2_log_logs", item: "v2_log_log", id: "log_id",
		notFound: func(id string) error {
			return fault(jumpgate.NotFound, "LogResourceNotFound", "Log resource %s could not be found.", id)
		},
		attrs: []attribute[Log]{
			{name: "name", at: func(t *Log) any { return &t.Name }, does: post | put | filter | sorted, is: text(255), byDef: ""},
			{name: "resource_type", at: func(t *Log) any { return &t.ResourceType }, does: post | filter | sorted | required, is: func(v any) (any, error) {
				s, err := oneOf(types...)(v)
				if err != nil {
					return nil, fault(jumpgate.BadRequest, "InvalidLogResourceType", "Invalid log resource_type: %s.", show(v))
				}
				return s, nil
			}},
			{name: "resource_id", at: func(t *Log) any { return &t.ResourceID }, does: post | filter | sorted | null, is: orNull(uuid)},
			{name: "target_id", at: func(t *Log) any { return &t.TargetID }, does: post | filter | sorted | null, is: orNull(uuid)},
			{name: "event", at: func(t *Log) any { return &t.Event }, does: post | filter, is: oneOf("ACCEPT", "DROP", "ALL"), byDef: "ALL"},
			{name: "enabled", at: func(t *Log) any { return &t.Enabled }, does: post | put | filter | sorted, is: boolean, byDef: true},
		},
	}
	return ofStandard(k, func(t *Log) *Standard { return &t.Standard })
}
