package compute

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

func (s *service) createServer(r *jumpgate.Request, d ServerCreator) (any, error) {
	body, err := readBody(r, serverCreateBody)
	if err != nil {
		return nil, err
	}
	order, err := s.serverOrder(r, body)
	if err != nil {
		return nil, err
	}
	servers, err := d.CreateServers(r.Context(), order)
	if err == nil && len(servers) == 0 {
		err = errors.New("compute: the driver created no server")
	}
	if err != nil {
		return nil, err
	}
	if order.ReservationID != "" {
		return &jumpgate.Response{
			Status: http.StatusAccepted,
			Body:   map[string]string{"reservation_id": order.ReservationID},
		}, nil
	}
	server := servers[0]
	links, err := s.linker(r).links(serverResource, server.ID)
	if err != nil {
		return nil, err
	}
	location, _ := links[0][1].Value.(string)
	// Nova repeats the groups of the request. Without any it says "default",
	// whatever groups the server is in (recording 122, without a network).
	in, names := body.Object("server"), []string{"default"}
	if in.Has("security_groups") {
		names = groupNames(in)
	}
	answer := jumpgate.Object{
		{Name: "id", Value: server.ID},
		{Name: "links", Value: links},
		{Name: "OS-DCF:diskConfig", Value: diskConfig(order.AutoDisk)},
		{Name: "security_groups", Value: (*named)(&names)},
	}
	answer = append(answer, adminPass(server.AdminPassword)...)
	return &jumpgate.Response{
		Status: http.StatusAccepted,
		Header: http.Header{"Location": {location}},
		Body:   jumpgate.Object{{Name: "server", Value: answer}},
	}, nil
}

// adminPass tells the client of a password that was set. Without one the
// member is left out, as with Nova's enable_instance_password=False.
func adminPass(password string) jumpgate.Object {
	if password == "" {
		return nil
	}
	return jumpgate.Object{{Name: "adminPass", Value: password}}
}

// serverOrder reads a body that satisfies the schema at a minor version and
// makes the checks that the schema can't, in Nova's order.
func (s *service) serverOrder(r *jumpgate.Request, body schema.Object) (ServerCreate, error) {
	version := minor(r)
	in := body.Object("server")
	o := ServerCreate{
		Name:             strings.TrimSpace(in.String("name")), // /v2 allows spaces around it
		Hostname:         in.String("hostname"),
		Description:      in.String("description"),
		ImageRef:         in.String("imageRef"),
		FlavorRef:        flavorID(in),
		KeyName:          in.String("key_name"),
		AvailabilityZone: in.String("availability_zone"),
		Metadata:         in.Strings("metadata"),
		ConfigDrive:      in.Bool("config_drive", false),
		SecurityGroups:   groupNames(in),
		AccessIPv4:       in.String("accessIPv4"),
		AccessIPv6:       shortIPv6(in.String("accessIPv6")),
		AutoDisk:         in.String("OS-DCF:diskConfig") == "AUTO",
		AdminPassword:    in.String("adminPass"),
		Files:            files(in),
		NoNetwork:        in.String("networks") == "none",
		AutoNetwork:      in.String("networks") == "auto",
		MinCount:         in.Int("min_count", 1),
		Multiattach:      version >= 60,
	}
	if version < 19 {
		o.Description = o.Name
	}
	o.UserData, _ = lenientBase64(in.String("user_data")) // the schema has checked it
	if len(o.UserData) == 0 {
		o.UserData = nil
	}
	o.MaxCount = in.Int("max_count", o.MinCount)
	hints := body.Object("os:scheduler_hints")
	if !body.Has("os:scheduler_hints") {
		hints = body.Object("OS-SCH-HNT:scheduler_hints")
	}
	o.ServerGroup = hints.String("group")
	for _, hint := range hints {
		if o.SchedulerHints == nil {
			o.SchedulerHints = make(map[string]any)
		}
		o.SchedulerHints[hint.Name] = hint.Value
	}
	if in.Bool("return_reservation_id", false) {
		o.ReservationID = reservationID()
	}
	for _, tag := range in.List("tags") {
		o.Tags = append(o.Tags, tag.(string))
	}
	if o.MinCount > o.MaxCount {
		return o, jumpgate.BadRequest.New("min_count must be <= max_count")
	}
	if len(in.List("trusted_image_certificates")) > 0 {
		if err := allow(r, "os_compute_api:servers:create:trusted_certs", nil); err != nil {
			return o, err
		}
		return o, jumpgate.BadRequest.New("Image signature certificates can't be checked by this cloud.")
	}
	if err := s.chooseHost(r, in, &o); err != nil {
		return o, err
	}
	var err error
	if o.BlockDevices, err = blockDevices(in); err != nil {
		return o, err
	}
	if len(o.BlockDevices) > 0 {
		if err := allow(r, "os_compute_api:servers:create:attach_volume", nil); err != nil {
			return o, err
		}
	}
	if o.MaxCount > 1 && slices.ContainsFunc(o.BlockDevices, func(d BlockDevice) bool { return d.Source == "volume" }) {
		return o, jumpgate.BadRequest.New("Cannot attach one or more volumes to multiple instances")
	}
	if o.ImageRef == "" && len(o.BlockDevices) == 0 {
		return o, jumpgate.BadRequest.New("Missing imageRef attribute")
	}
	if o.Networks, err = networkRequests(in); err != nil {
		return o, err
	}
	if len(o.Networks) > 0 || o.AutoNetwork {
		if err := allow(r, "os_compute_api:servers:create:attach_network", nil); err != nil {
			return o, err
		}
	}
	if o.Hostname != "" && o.MaxCount > 1 {
		return o, jumpgate.BadRequest.New("Unable to allocate a single hostname to multiple instances")
	}
	boots := 0
	for _, d := range o.BlockDevices {
		if d.BootIndex == 0 {
			boots++
		}
	}
	if boots > 1 || o.ImageRef == "" && !bootable(o.BlockDevices) {
		return o, InvalidDevice("Boot sequence for the instance and image/block device mapping combination is not valid.")
	}
	return o, nil
}

// flavorID is the last part of a flavor's URL, if it is one.
func flavorID(in schema.Object) string {
	v, _ := in.Get("flavorRef")
	ref := schema.Str(v)
	ref, _, _ = strings.Cut(ref, "?")
	ref, _, _ = strings.Cut(ref, "#")
	return ref[strings.LastIndexByte(ref, '/')+1:]
}

func groupNames(in schema.Object) []string {
	var names []string
	seen := make(map[string]bool)
	for _, group := range in.List("security_groups") {
		if name := group.(schema.Object).String("name"); name != "" && !seen[name] {
			names, seen[name] = append(names, name), true
		}
	}
	return names
}

func networkRequests(in schema.Object) ([]NetworkRequest, error) {
	var all []NetworkRequest
	for _, n := range in.List("networks") {
		network := n.(schema.Object)
		request := NetworkRequest{NetworkID: network.String("uuid"), PortID: network.String("port"), FixedIP: network.String("fixed_ip"), Tag: network.String("tag")}
		switch {
		case request.PortID == "":
			if !network.Has("uuid") {
				return nil, jumpgate.BadRequest.New("Bad network format: missing 'uuid'")
			}
			if !schema.UUIDLike(request.NetworkID) {
				return nil, jumpgate.BadRequest.New("Bad networks format: network uuid is not in proper format (%s)", request.NetworkID)
			}
		case slices.ContainsFunc(all, func(other NetworkRequest) bool { return other.PortID == request.PortID }):
			return nil, jumpgate.BadRequest.New("Port ID '%s' was specified twice: you cannot attach a port multiple times.", request.PortID)
		case request.FixedIP != "":
			return nil, jumpgate.BadRequest.New("Specified Fixed IP '%s' cannot be used with port '%s': the two cannot be specified together.",
				request.FixedIP, request.PortID)
		default:
			request.NetworkID = "" // the port's own counts
		}
		all = append(all, request)
	}
	return all, nil
}

// blockDevices reads either form of the block device mapping.
func blockDevices(in schema.Object) ([]BlockDevice, error) {
	old, all := in.List("block_device_mapping"), in.List("block_device_mapping_v2")
	if len(old) > 0 && len(all) > 0 {
		return nil, jumpgate.BadRequest.New("Using different block_device_mapping syntaxes is not allowed in the same request.")
	}
	if len(old) > 0 {
		return legacyDevices(old, in.String("imageRef") == "")
	}
	var devices []BlockDevice
	for _, d := range all {
		d := d.(schema.Object)
		if truth(d, "no_device") {
			continue
		}
		device := BlockDevice{
			Source:      d.String("source_type"),
			Destination: d.String("destination_type"),
			UUID:        d.String("uuid"),
			BootIndex:   bootIndex(d),
			Size:        d.Int("volume_size", 0),
			VolumeType:  d.String("volume_type"),
			Delete:      d.Bool("delete_on_termination", false),
			Tag:         d.String("tag"),
			Swap:        d.String("guest_format") == "swap",
		}
		switch {
		case device.Source == "blank" && device.UUID != "":
			return nil, InvalidDevice("Invalid device UUID.")
		case device.Source != "blank" && device.UUID == "":
			return nil, InvalidDevice("Missing device UUID.")
		case device.Source == "":
			return nil, InvalidDevice("Some required fields are missing")
		case device.Source == "image" && device.Destination == "local" && (!in.Has("imageRef") || device.BootIndex != 0):
			return nil, InvalidDevice("Mapping image to local is not supported.")
		case device.Destination == "local" && device.VolumeType != "":
			return nil, InvalidDevice("Specifying a volume_type with destination_type=local is not supported.")
		case device.Source == "volume" && device.VolumeType != "":
			return nil, InvalidDevice("Specifying volume type to existing volume is not supported.")
		}
		devices = append(devices, device)
	}
	return devices, nil
}

// legacyDevices reads block_device_mapping. Without an image the server boots
// from the first device by name.
func legacyDevices(all []any, boots bool) ([]BlockDevice, error) {
	type named struct {
		BlockDevice
		name string
	}
	var devices []named
	for _, d := range all {
		d := d.(schema.Object)
		device := named{name: d.String("device_name")}
		device.BootIndex = -1
		device.Size, device.Delete = d.Int("volume_size", 0), d.Bool("delete_on_termination", false)
		virtual := d.String("virtual_name")
		switch {
		case virtual == "swap" || strings.HasPrefix(virtual, "ephemeral"):
			device.Source, device.Destination, device.Delete, device.Swap = "blank", "local", true, virtual == "swap"
		case d.String("snapshot_id") != "":
			device.Source, device.Destination, device.UUID = "snapshot", "volume", d.String("snapshot_id")
		case d.String("volume_id") != "":
			device.Source, device.Destination, device.UUID = "volume", "volume", d.String("volume_id")
		case truth(d, "no_device"):
			continue
		default:
			return nil, InvalidDevice("Unrecognized legacy format.")
		}
		devices = append(devices, device)
	}
	if boots {
		slices.SortStableFunc(devices, func(a, b named) int { return cmp.Compare(a.name, b.name) })
		if i := slices.IndexFunc(devices, func(d named) bool { return d.Source != "blank" }); i >= 0 {
			devices[i].BootIndex = 0
		}
	}
	list := make([]BlockDevice, len(devices))
	for i, d := range devices {
		list[i] = d.BlockDevice
	}
	return list, nil
}

// bootIndex is negative where a device is not booted from.
func bootIndex(device schema.Object) int {
	v, _ := device.Get("boot_index")
	switch v := v.(type) {
	case json.Number, string:
		if n, err := strconv.Atoi(schema.Str(v)); err == nil && n >= 0 {
			return n
		}
	}
	return -1
}

// bootable tells whether the boot indexes of devices begin at 0 and have no
// gaps.
func bootable(devices []BlockDevice) bool {
	var indexes []int
	for _, d := range devices {
		if d.BootIndex >= 0 {
			indexes = append(indexes, d.BootIndex)
		}
	}
	slices.Sort(indexes)
	for i, index := range indexes {
		if i != index {
			return false
		}
	}
	return len(indexes) > 0
}

// truth tells whether a member is what Python takes for true.
func truth(o schema.Object, name string) bool {
	v, _ := o.Get(name)
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case json.Number:
		n, err := v.Float64()
		return err != nil || n != 0
	case []any:
		return len(v) > 0
	case schema.Object:
		return len(v) > 0
	}
	return true
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
