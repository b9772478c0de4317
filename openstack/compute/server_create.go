package compute

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/schema"
)

var (
	networksUntil37 = list(object(
		member("fixed_ip", &schema.Schema{Type: stringType, AnyOf: []*schema.Schema{{Format: ipv4Format}, {Format: ipv6Format}}}),
		member("port", &schema.Schema{AnyOf: []*schema.Schema{uuidSchema, {Type: []schema.Type{schema.Null}}}}),
		member("uuid", anyString),
		member("tag", tagSchema),
	))
	networksSince37 = &schema.Schema{AnyOf: []*schema.Schema{
		list(object(
			member("fixed_ip", &schema.Schema{Type: stringType, AnyOf: []*schema.Schema{{Format: ipv4Format}, {Format: ipv6Format}}}),
			member("port", &schema.Schema{AnyOf: []*schema.Schema{uuidSchema, {Type: []schema.Type{schema.Null}}}}),
			member("uuid", uuidSchema),
			member("tag", tagSchema),
		)),
		{Type: stringType, Enum: []any{"none", "auto"}},
	}}
	tagSchema   = &schema.Schema{Type: stringType, MinLength: 1, MaxLength: 60, Pattern: regexp.MustCompile(`^[^,/]*$`)}
	bootIndex   = &schema.Schema{Type: []schema.Type{schema.Integer, schema.String, schema.Null}, Pattern: regexp.MustCompile(`^-?[0-9]+$`)}
	shortName   = &schema.Schema{Type: stringType, MaxLength: 255}
	diskNumber  = &schema.Schema{Type: []schema.Type{schema.Integer, schema.String}, Pattern: regexp.MustCompile(`^[0-9]+$`)}
	blockDevice = object(
		member("virtual_name", shortName),
		member("volume_id", uuidSchema),
		member("snapshot_id", uuidSchema),
		member("image_id", uuidSchema),
		member("volume_size", diskNumber),
		member("device_name", &schema.Schema{Type: stringType, MinLength: 1, MaxLength: 255}),
		member("delete_on_termination", booleanSchema),
		member("no_device", &schema.Schema{}),
		member("connection_info", anyString),
		member("source_type", &schema.Schema{Type: stringType, Enum: []any{"volume", "image", "snapshot", "blank"}}),
		member("uuid", &schema.Schema{Type: stringType, MinLength: 1, MaxLength: 255, Pattern: regexp.MustCompile(`^[a-zA-Z0-9._-]*$`)}),
		member("destination_type", &schema.Schema{Type: stringType, Enum: []any{"local", "volume"}}),
		member("guest_format", shortName),
		member("device_type", shortName),
		member("disk_bus", shortName),
		member("boot_index", bootIndex),
		member("tag", tagSchema),
		member("volume_type", &schema.Schema{Type: []schema.Type{schema.String, schema.Null}, MaxLength: 255}),
	)
	hints = &schema.Schema{
		Type: []schema.Type{schema.Map}, Open: true,
		Properties: []schema.Property{member("group", uuidSchema)},
	}

	serverCreateBody = &versionedBody{
		name: "server",
		members: []bodyMember{
			{name: "name", schema: nameSchema, required: 1},
			{name: "imageRef", schema: imageRefSchema},
			{name: "flavorRef", schema: flavorRefSchema, required: 1},
			{name: "adminPass", schema: anyString},
			{name: "metadata", schema: metadataSchema},
			{name: "networks", schema: networksUntil37, until: 37},
			{name: "networks", schema: networksSince37, since: 37, required: 37},
			{name: "OS-DCF:diskConfig", schema: diskConfig},
			{name: "accessIPv4", schema: ipv4Schema},
			{name: "accessIPv6", schema: ipv6Schema},
			{name: "personality", until: 57, schema: list(object(member("path", anyString), member("contents", anyString)))},
			{name: "availability_zone", schema: nameSchema},
			{name: "block_device_mapping", schema: list(blockDevice)},
			{name: "block_device_mapping_v2", schema: list(blockDevice)},
			{name: "config_drive", schema: booleanSchema},
			{name: "key_name", schema: nameSchema},
			{name: "min_count", schema: positiveInteger},
			{name: "max_count", schema: positiveInteger},
			{name: "return_reservation_id", schema: booleanSchema},
			{name: "security_groups", schema: list(object(member("name", nameSchema)))},
			{name: "user_data", schema: &schema.Schema{Type: stringType, MaxLength: 65535}},
			{name: "description", schema: descriptionText, since: 19},
			{name: "tags", since: 52, schema: &schema.Schema{Type: []schema.Type{schema.Array}, Items: tagSchema, MaxItems: 50}},
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

	serverUpdateBody = &versionedBody{
		name: "server",
		members: []bodyMember{
			{name: "name", schema: nameSchema},
			{name: "OS-DCF:diskConfig", schema: diskConfig},
			{name: "accessIPv4", schema: ipv4Schema},
			{name: "accessIPv6", schema: ipv6Schema},
			{name: "description", schema: descriptionText, since: 19},
			{name: "hostname", schema: hostnameSchema, since: 90, until: 94},
			{name: "hostname", schema: fqdnSchema, since: 94},
		},
	}
)

func (s *service) createServer(r *jumpgate.Request) (any, error) {
	body, err := readBody(r, serverCreateBody)
	if err != nil {
		return nil, err
	}
	order, err := serverOrderOf(body)
	if err != nil {
		return nil, err
	}
	servers, err := s.serverCreator.CreateServers(r.Context(), order)
	if err != nil {
		return nil, err
	}
	if body.Object("server").Bool("return_reservation_id", false) {
		return &jumpgate.Response{
			Status: http.StatusAccepted,
			Body:   map[string]string{"reservation_id": reservationID()},
		}, nil
	}
	server := servers[0]
	links, err := s.links(r, serverResource, server.ID)
	if err != nil {
		return nil, err
	}
	location, err := s.disp.EndpointURL(r, serverResource.name(r), serverResource.variable, server.ID)
	if err != nil {
		return nil, err
	}
	// No adminPass: as with Nova's enable_instance_password=False, clouds
	// behind a driver make their own.
	answer := jumpgate.Object{
		{Name: "id", Value: server.ID},
		{Name: "links", Value: links},
		{Name: "OS-DCF:diskConfig", Value: "MANUAL"},
	}
	if len(server.SecurityGroups) > 0 {
		answer = append(answer, jumpgate.Member{Name: "security_groups", Value: groups(server.SecurityGroups)})
	}
	return &jumpgate.Response{
		Status: http.StatusAccepted,
		Header: http.Header{"Location": {location}},
		Body:   jumpgate.Object{{Name: "server", Value: answer}},
	}, nil
}

// serverOrderOf reads a body that satisfies the schema and makes the checks
// that the schema can't, in Nova's order.
func serverOrderOf(body schema.Object) (ServerCreate, error) {
	in := body.Object("server")
	o := ServerCreate{
		Name:             in.String("name"),
		Hostname:         in.String("hostname"),
		Description:      in.String("description"),
		ImageRef:         in.String("imageRef"),
		KeyName:          in.String("key_name"),
		AvailabilityZone: in.String("availability_zone"),
		Metadata:         in.Strings("metadata"),
		UserData:         userData(in.String("user_data")),
		ConfigDrive:      in.Bool("config_drive", false),
		AccessIPv4:       in.String("accessIPv4"),
		AccessIPv6:       in.String("accessIPv6"),
		Files:            len(in.List("personality")),
		NoNetwork:        in.String("networks") == "none",
		MinCount:         in.Int("min_count", 1),
	}
	flavor, _ := in.Get("flavorRef")
	o.FlavorRef = schema.Str(flavor)
	o.MaxCount = in.Int("max_count", max(o.MinCount, 1))
	for _, hint := range []string{"os:scheduler_hints", "OS-SCH-HNT:scheduler_hints"} {
		if h := body.Object(hint); h != nil {
			o.ServerGroup = h.String("group")
		}
	}
	for _, tag := range in.List("tags") {
		o.Tags = append(o.Tags, tag.(string))
	}
	for _, group := range in.List("security_groups") {
		o.SecurityGroups = append(o.SecurityGroups, group.(schema.Object).String("name"))
	}
	if in.Has("host") || in.Has("hypervisor_hostname") {
		return o, jumpgate.Forbidden.New("Policy doesn't allow compute:servers:create:requested_destination to be performed.")
	}
	if v, _ := in.Get("trusted_image_certificates"); v != nil {
		return o, jumpgate.BadRequest.New("Image signature certificates can't be checked by this cloud.")
	}
	if o.MinCount > o.MaxCount {
		return o, jumpgate.BadRequest.New("min_count must be <= max_count")
	}
	for _, n := range in.List("networks") {
		network := n.(schema.Object)
		request := NetworkRequest{NetworkID: network.String("uuid"), PortID: network.String("port"), FixedIP: network.String("fixed_ip")}
		if request.PortID == "" && !uuidLike.MatchString(request.NetworkID) {
			return o, jumpgate.BadRequest.New("Bad networks format: network uuid is not in proper format (%s)", request.NetworkID)
		}
		o.Networks = append(o.Networks, request)
	}
	if in.Has("block_device_mapping") && in.Has("block_device_mapping_v2") {
		return o, jumpgate.BadRequest.New("Using different block_device_mapping syntaxes is not allowed in the same request.")
	}
	for _, d := range in.List("block_device_mapping_v2") {
		o.BlockDevices = append(o.BlockDevices, blockDeviceOf(d.(schema.Object)))
	}
	for _, d := range in.List("block_device_mapping") {
		device := blockDeviceOf(d.(schema.Object))
		device.Source, device.Destination = "volume", "volume"
		o.BlockDevices = append(o.BlockDevices, device)
	}
	if o.ImageRef == "" && !o.bootsFromVolume() {
		return o, jumpgate.BadRequest.New("Missing imageRef attribute")
	}
	return o, nil
}

func (o *ServerCreate) bootsFromVolume() bool {
	for _, d := range o.BlockDevices {
		if d.BootIndex == 0 {
			return true
		}
	}
	return false
}

func blockDeviceOf(in schema.Object) BlockDevice {
	d := BlockDevice{
		Source:      in.String("source_type"),
		Destination: in.String("destination_type"),
		UUID:        in.String("uuid"),
		BootIndex:   -1,
		Size:        in.Int("volume_size", 0),
		VolumeType:  in.String("volume_type"),
		Delete:      in.Bool("delete_on_termination", false),
	}
	switch index, _ := in.Get("boot_index"); index := index.(type) {
	case json.Number, string:
		if n, err := strconv.Atoi(schema.Str(index)); err == nil {
			d.BootIndex = n
		}
	}
	for _, name := range []string{"volume_id", "snapshot_id", "image_id"} {
		if d.UUID == "" {
			d.UUID = in.String(name)
		}
	}
	return d
}

// userData decodes base64. What is none is taken as it is, for Nova accepts
// that too (recorded: server-create-bad-userdata).
func userData(s string) []byte {
	if b, err := base64.StdEncoding.DecodeString(s); err == nil {
		return b
	}
	return []byte(s)
}

// reservationID makes an id like Nova's "r-8iamfq8z".
func reservationID() string {
	const letters = "0123456789abcdefghijklmnopqrstuv" // 32: a byte has no bias
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails
	for i := range b {
		b[i] = letters[b[i]%32]
	}
	return "r-" + string(b)
}
