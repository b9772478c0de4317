package compute

import (
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// RebuildImageNotFound is for a rebuild from an unknown image.
func RebuildImageNotFound() error { return jumpgate.BadRequest.New("Cannot find image for rebuild") }

// SameFlavor is for a resize to the flavor that the server has.
func SameFlavor() error {
	return jumpgate.BadRequest.New("When resizing, instances must change flavor!")
}

// rebuiltFields are members of the answer to a rebuild besides those of the
// answer to an update.
var rebuiltFields = []rest.Field[*serverView]{
	{Name: "key_name", Since: 54, Until: 75, Value: func(v *serverView) any { return rest.OrNil(v.KeyName) }},
	{Name: "user_data", Since: 57, Value: func(v *serverView) any {
		if v.UserData == nil {
			return nil
		}
		return base64.StdEncoding.EncodeToString(v.UserData)
	}},
}

func (s *service) rebuild(r *jumpgate.Request, d ServerRebuilder, id string, in schema.Object) (any, error) {
	if len(in.List("trusted_image_certificates")) > 0 {
		if err := allow(r, "os_compute_api:servers:rebuild:trusted_certs", nil); err != nil {
			return nil, err
		}
		return nil, jumpgate.BadRequest.New("Image signature certificates can't be checked by this cloud.")
	}
	set := func(name string) *string {
		if !in.Has(name) {
			return nil
		}
		value := in.String(name)
		return &value
	}
	order := ServerRebuild{
		ImageRef:      in.String("imageRef"),
		Name:          set("name"),
		Description:   set("description"),
		AccessIPv4:    set("accessIPv4"),
		AccessIPv6:    set("accessIPv6"),
		Hostname:      set("hostname"),
		KeyName:       set("key_name"),
		AutoDisk:      autoDisk(in),
		AdminPassword: in.String("adminPass"),
		Files:         files(in),
		Reimage:       minor(r) >= 93,
	}
	if order.Name != nil {
		*order.Name = strings.TrimSpace(*order.Name) // /v2 allows spaces around it
	}
	if order.AccessIPv6 != nil {
		*order.AccessIPv6 = shortIPv6(*order.AccessIPv6)
	}
	if in.Has("metadata") {
		order.Metadata = make(map[string]string)
		for name, value := range in.Strings("metadata") {
			order.Metadata[name] = value
		}
	}
	if in.Has("user_data") {
		data, _ := lenientBase64(in.String("user_data")) // the schema has checked it
		order.UserData = &data
	}
	server, err := d.RebuildServer(r.Context(), id, order)
	if err != nil {
		return nil, err
	}
	links := s.linker(r)
	v := view(links, server, updateForm)
	o := append(v.object(), rest.Show(rebuiltFields, v.Answer, v)...)
	location, err := links.url(serverResource, false, server.ID)
	if err != nil {
		return nil, err
	}
	o = append(o, adminPass(server.AdminPassword)...)
	return &jumpgate.Response{
		Status: http.StatusAccepted,
		Header: http.Header{"Location": {location}},
		Body:   jumpgate.Object{{Name: "server", Value: o}},
	}, nil
}
