package compute

import (
	"regexp"

	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// The bodies of POST and PUT of servers, in the order of Nova's schemas
// (nova/api/openstack/compute/schemas/servers.py): of several faults the
// first one is reported.

var (
	flavorRefSchema = &schema.Schema{Type: []schema.Type{schema.String, schema.Integer}, MinLength: 1}
	imageRefSchema  = &schema.Schema{AnyOf: []*schema.Schema{uuidSchema, {Type: stringType, Enum: []any{""}}}}
	shortText       = &schema.Schema{Type: stringType, MaxLength: 255}
	userDataSchema  = &schema.Schema{Type: stringType, Format: base64Format, MaxLength: 65535}

	anyNetwork = []schema.Property{
		member("fixed_ip", ipSchema),
		member("port", uuidOrNull),
		member("uuid", anyString),
	}
	strictNetwork = []schema.Property{
		member("fixed_ip", ipSchema),
		member("port", uuidOrNull),
		member("uuid", uuidSchema),
	}
	tagged = member("tag", tagSchema)

	legacyDevice = []schema.Property{
		member("virtual_name", shortText),
		member("volume_id", uuidSchema),
		member("snapshot_id", uuidSchema),
		member("volume_size", &schema.Schema{
			Type: []schema.Type{schema.Integer, schema.String}, Pattern: regexp.MustCompile(`^[0-9]+$`),
			Minimum: schema.Ptr(1), Maximum: schema.Ptr(0x7fffffff),
		}),
		member("device_name", &schema.Schema{
			Type: stringType, MinLength: 1, MaxLength: 255, Pattern: regexp.MustCompile(`^[a-zA-Z0-9._-r/]*$`),
		}),
		member("delete_on_termination", booleanSchema),
		member("no_device", &schema.Schema{}),
		member("connection_info", &schema.Schema{Type: stringType, MaxLength: 16777215}),
	}
	device = join(legacyDevice,
		member("source_type", &schema.Schema{Type: stringType, Enum: []any{"volume", "image", "snapshot", "blank"}}),
		member("uuid", &schema.Schema{
			Type: stringType, MinLength: 1, MaxLength: 255, Pattern: regexp.MustCompile(`^[a-zA-Z0-9._-]*$`),
		}),
		member("image_id", uuidSchema),
		member("destination_type", &schema.Schema{Type: stringType, Enum: []any{"local", "volume"}}),
		member("guest_format", shortText),
		member("device_type", shortText),
		member("disk_bus", shortText),
		member("boot_index", &schema.Schema{
			Type: []schema.Type{schema.Integer, schema.String, schema.Null}, Pattern: regexp.MustCompile(`^-?[0-9]+$`),
		}),
	)
	volumeType = member("volume_type", &schema.Schema{Type: []schema.Type{schema.String, schema.Null}, MaxLength: 255})

	uuidOrUUIDs = &schema.Schema{Type: []schema.Type{schema.String, schema.Array}, Items: uuidSchema}
	hints       = &schema.Schema{
		Type: mapType, Open: true,
		Properties: []schema.Property{
			member("group", uuidSchema),
			member("different_host", &schema.Schema{AnyOf: []*schema.Schema{uuidSchema, list(uuidSchema)}}),
			member("same_host", uuidOrUUIDs),
			member("query", &schema.Schema{Type: []schema.Type{schema.String, schema.Map}}),
			member("target_cell", nameSchema),
			member("different_cell", &schema.Schema{Type: []schema.Type{schema.String, schema.Array}, Items: anyString}),
			member("build_near_host_ip", ipSchema),
			member("cidr", &schema.Schema{Type: stringType, Pattern: regexp.MustCompile(`^/[0-9a-f.:]+$`)}),
		},
	}
)

// join returns a list of its own.
func join(properties []schema.Property, more ...schema.Property) []schema.Property {
	return append(append([]schema.Property(nil), properties...), more...)
}

// networksSince37 also takes a word for a list.
func networksSince37(network ...schema.Property) *schema.Schema {
	return &schema.Schema{AnyOf: []*schema.Schema{
		list(object(network...)),
		{Type: stringType, Enum: []any{"none", "auto"}},
	}}
}

// Tags of networks and devices came with 2.32 and, by an accident that Nova
// keeps, were gone for devices in 2.33 and for networks in 2.37; 2.42 brought
// them back.
var serverCreateBody = &versionedBody{
	name: "server",
	members: []bodyMember{
		{name: "name", schema: nameSchema, legacy: spacedName, required: 1},
		{name: "imageRef", schema: imageRefSchema},
		{name: "flavorRef", schema: flavorRefSchema, required: 1},
		{name: "adminPass", schema: anyString},
		{name: "metadata", schema: metadataSchema},
		{name: "networks", until: 32, schema: list(object(anyNetwork...))},
		{name: "networks", since: 32, until: 37, schema: list(object(join(anyNetwork, tagged)...))},
		{name: "networks", since: 37, until: 42, required: 37, schema: networksSince37(strictNetwork...)},
		{name: "networks", since: 42, required: 37, schema: networksSince37(join(strictNetwork, tagged)...)},
		{name: "OS-DCF:diskConfig", schema: diskConfigSchema},
		{name: "accessIPv4", schema: ipv4Schema},
		{name: "accessIPv6", schema: ipv6Schema},
		{name: "personality", until: 57, schema: list(object(
			member("path", anyString), member("contents", &schema.Schema{Type: stringType, Format: base64Format}),
		))},
		{name: "availability_zone", schema: nameSchema, legacy: spacedName},
		{name: "block_device_mapping", schema: list(object(legacyDevice...))},
		{name: "block_device_mapping_v2", until: 32, schema: list(object(device...))},
		{name: "block_device_mapping_v2", since: 32, until: 33, schema: list(object(join(device, tagged)...))},
		{name: "block_device_mapping_v2", since: 33, until: 42, schema: list(object(device...))},
		{name: "block_device_mapping_v2", since: 42, until: 67, schema: list(object(join(device, tagged)...))},
		{name: "block_device_mapping_v2", since: 67, schema: list(object(join(device, tagged, volumeType)...))},
		{name: "config_drive", schema: booleanSchema},
		{name: "key_name", schema: nameSchema, legacy: spacedName},
		{name: "min_count", schema: positiveInteger},
		{name: "max_count", schema: positiveInteger},
		{name: "return_reservation_id", schema: booleanSchema},
		{
			name: "security_groups", schema: list(object(member("name", nameSchema))),
			legacy: list(object(member("name", spacedName))),
		},
		{
			name: "user_data", schema: userDataSchema,
			legacy: &schema.Schema{AnyOf: []*schema.Schema{userDataSchema, nullSchema}},
		},
		{name: "description", schema: descriptionText, since: 19},
		{name: "tags", since: 52, schema: &schema.Schema{Type: listType, Items: tagSchema, MaxItems: 50}},
		{name: "trusted_image_certificates", since: 63, schema: &schema.Schema{
			Type: []schema.Type{schema.Array, schema.Null}, MinItems: 1, MaxItems: 50, Unique: true,
			Items: &schema.Schema{Type: stringType, MinLength: 1},
		}},
		{name: "host", schema: fqdnSchema, since: 74},
		{name: "hypervisor_hostname", schema: fqdnSchema, since: 74},
		{name: "hostname", schema: hostnameSchema, since: 90, until: 94},
		{name: "hostname", schema: fqdnSchema, since: 94},
	},
	beside: []schema.Property{
		{Name: "os:scheduler_hints", Schema: hints},
		{Name: "OS-SCH-HNT:scheduler_hints", Schema: hints},
	},
}

var serverUpdateBody = &versionedBody{
	name: "server",
	members: []bodyMember{
		{name: "name", schema: nameSchema, legacy: spacedName},
		{name: "OS-DCF:diskConfig", schema: diskConfigSchema},
		{name: "accessIPv4", schema: ipv4Schema},
		{name: "accessIPv6", schema: ipv6Schema},
		{name: "description", schema: descriptionText, since: 19},
		{name: "hostname", schema: hostnameSchema, since: 90, until: 94},
		{name: "hostname", schema: fqdnSchema, since: 94},
		{name: "pinned_availability_zone", schema: zoneOrNull, since: 104},
	},
}

var zoneOrNull = &schema.Schema{Type: []schema.Type{schema.String, schema.Null}, MinLength: 1, MaxLength: 255}
