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
			{Name: "name", At: func(t *MeteringLabel) any { return &t.Name }, Does: post | filter | sorted, Check: is(text(255)), Default: ""},
			{Name: "description", At: func(t *MeteringLabel) any { return &t.Description }, Does: post | filter | sorted, Check: is(text(1024)), Default: ""},
			{Name: "shared", At: func(t *MeteringLabel) any { return &t.Shared }, Does: post | filter | sorted, Check: is(boolean), Default: false},
		},
	}
	return owned(k, func(t *MeteringLabel) *string { return &t.ID }, func(t *MeteringLabel) *string { return &t.ProjectID })
}

func labelRuleKind(labels Lister[MeteringLabel], parent *kind[MeteringLabel]) *kind[MeteringRule] {
	network := func(name string, at func(*MeteringRule) *string) attribute[MeteringRule] {
		return attribute[MeteringRule]{Name: name, At: func(t *MeteringRule) any { return at(t) }, Does: post | filter | sorted | null, Check: is(orNull(cidrText))}
	}
	k := &kind[MeteringRule]{
		one: "metering_label_rule", many: "metering_label_rules", list: "v2_metering_metering_label_rules", item: "v2_metering_metering_label_rule", id: "metering_label_rule_id",
		notFound: func(id string) error {
			return fault(jumpgate.NotFound, "MeteringLabelRuleNotFound", "Metering label rule '%s' does not exist.", id)
		},
		attrs: []attribute[MeteringRule]{
			{Name: "metering_label_id", At: func(t *MeteringRule) any { return &t.LabelID }, Does: post | filter | sorted | required, Check: is(uuid)},
			{Name: "direction", At: func(t *MeteringRule) any { return (*string)(&t.Direction) }, Does: post | filter | sorted | required, Check: is(oneOf("ingress", "egress"))},
			{Name: "excluded", At: func(t *MeteringRule) any { return &t.Excluded }, Does: post | filter | sorted, Check: is(boolean), Default: false},
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
			{Name: "network_id", At: func(t *Segment) any { return &t.NetworkID }, Does: post | filter | sorted | required, Check: is(uuid)},
			{Name: "physical_network", At: func(t *Segment) any { return &t.PhysicalNetwork }, Does: post | filter | sorted | null, Check: is(orNull(text(64)))},
			{Name: "network_type", At: func(t *Segment) any { return &t.NetworkType }, Does: post | filter | sorted | required, Check: is(text(32))},
			{Name: "segmentation_id", At: func(t *Segment) any { return &t.SegmentationID }, Does: post | sorted, Check: is(orNull(integer))},
			{Name: "name", At: func(t *Segment) any { return &t.Name }, Does: post | put | filter | sorted | null, Check: is(orNull(text(255)))},
		},
	}
	ofStandard(k, func(t *Segment) *Standard { return &t.Standard })
	for _, name := range []string{"tenant_id", "project_id"} {
		k.attrs.Named(name).Does |= hidden
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
			{Name: "name", At: func(t *Log) any { return &t.Name }, Does: post | put | filter | sorted, Check: is(text(255)), Default: ""},
			{Name: "resource_type", At: func(t *Log) any { return &t.ResourceType }, Does: post | filter | sorted | required, Check: is(func(v any) (any, error) {
				s, err := oneOf(types...)(v)
				if err != nil {
					return nil, fault(jumpgate.BadRequest, "InvalidLogResourceType", "Invalid log resource_type: %s.", show(v))
				}
				return s, nil
			})},
			{Name: "resource_id", At: func(t *Log) any { return &t.ResourceID }, Does: post | filter | sorted | null, Check: is(orNull(uuid))},
			{Name: "target_id", At: func(t *Log) any { return &t.TargetID }, Does: post | filter | sorted | null, Check: is(orNull(uuid))},
			{Name: "event", At: func(t *Log) any { return &t.Event }, Does: post | filter, Check: is(oneOf("ACCEPT", "DROP", "ALL")), Default: "ALL"},
			{Name: "enabled", At: func(t *Log) any { return &t.Enabled }, Does: post | put | filter | sorted, Check: is(boolean), Default: true},
		},
	}
	return ofStandard(k, func(t *Log) *Standard { return &t.Standard })
}
