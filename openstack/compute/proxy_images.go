package compute

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/image"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// Nova once passed requests on to the services that today's clients ask
// themselves. The versions from which it no longer does:
const (
	endOfProxies        = 36
	endOfImagesMetadata = 39
)

// before is h for the versions before one, from which on the path is unknown.
func before(version int, h handler) handler {
	return func(r *jumpgate.Request) (any, error) {
		if minor(r) >= version {
			return nil, jumpgate.NotFound
		}
		return h(r)
	}
}

// since is the opposite of before.
func since(version int, h handler) handler {
	return func(r *jumpgate.Request) (any, error) {
		if minor(r) < version {
			return nil, jumpgate.NotFound
		}
		return h(r)
	}
}

// images shows the images of a driver that drives the image service too: its
// interfaces say all that is needed, so there are none of this package's own.
func images(s *service, driver any, t *table) {
	access := image.NewAccess(s.disp.Gateway(), driver, image.Options{Now: s.opts.Now})
	if access == nil {
		return
	}
	proxy := &imageProxy{service: s, access: access, lister: access.Lister(), getter: access.Getter()}
	t.add(http.MethodGet, "images", before(endOfProxies, func(r *jumpgate.Request) (any, error) { return proxy.list(r, true) }))
	t.add(http.MethodGet, "images_detail", before(endOfProxies, func(r *jumpgate.Request) (any, error) { return proxy.list(r, false) }))
	t.add(http.MethodGet, "image", before(endOfProxies, proxy.show))
	if access.Deletes() {
		t.add(http.MethodDelete, "image", before(endOfProxies, proxy.remove))
	}
	t.add(http.MethodGet, "image_metadata", before(endOfImagesMetadata, proxy.metadata))
	t.add(http.MethodGet, "image_metadata_single", before(endOfImagesMetadata, proxy.metadatum))
	if access.Updates() {
		t.add(http.MethodPost, "image_metadata", before(endOfImagesMetadata, proxy.changeMetadata(false)))
		t.add(http.MethodPut, "image_metadata", before(endOfImagesMetadata, proxy.changeMetadata(true)))
		t.add(http.MethodPut, "image_metadata_single", before(endOfImagesMetadata, proxy.setMetadatum))
		t.add(http.MethodDelete, "image_metadata_single", before(endOfImagesMetadata, proxy.deleteMetadatum))
	}
}

type imageProxy struct {
	*service
	access *image.Access
	lister image.Lister
	getter image.Getter // may be nil
}

// visible yields the images that Glance lists.
func (x *imageProxy) visible(ctx context.Context) iter.Seq2[*image.Image, error] {
	own := ""
	if p := jumpgate.PrincipalFrom(ctx); p != nil {
		own = p.ProjectID
	}
	return func(yield func(*image.Image, error) bool) {
		for i, err := range x.lister.ListImages(ctx, image.Query{}) {
			if err == nil {
				shared := i.Visibility == "shared" && i.MemberStatus != "" && i.MemberStatus != "accepted"
				if i.Hidden || i.Owner != own && (i.Visibility == "community" || shared) {
					continue
				}
			}
			if !yield(i, err) || err != nil {
				return
			}
		}
	}
}

// imageFilter tells whether an image fits a parameter; ok is false for a
// parameter that filters nothing.
func imageFilter(name, value string) (fits func(*image.Image) bool, ok bool) {
	property := func(key string) (func(*image.Image) bool, bool) {
		return func(i *image.Image) bool { v, ok := i.Properties[key]; return ok && v == value }, true
	}
	switch name {
	case "name":
		return func(i *image.Image) bool { return i.Name == value }, true
	case "status":
		return func(i *image.Image) bool { return i.Status == strings.ToLower(value) }, true
	case "server":
		value = value[strings.LastIndexByte(value, '/')+1:]
		return property("instance_uuid")
	case "type":
		return property("image_type")
	case "minRam", "minDisk":
		n, _ := strconv.Atoi(value)
		return func(i *image.Image) bool {
			if name == "minRam" {
				return i.MinRAM == n
			}
			return i.MinDisk == n
		}, true
	case "changes-since":
		since, valid := rest.ParseDate(value)
		return func(i *image.Image) bool { return !valid || !cmp.Or(i.Updated, i.Created).Before(since) }, true
	}
	if key, ok := strings.CutPrefix(name, "property-"); ok {
		return property(key)
	}
	return nil, false
}

func (x *imageProxy) list(r *jumpgate.Request, brief bool) (any, error) {
	p, err := readParams(r)
	if err == nil {
		err = checkLegacyLimit(p)
	}
	if err != nil {
		return nil, err
	}
	var filters []func(*image.Image) bool
	for _, one := range p {
		if f, ok := imageFilter(one.Name, p.Get(one.Name)); ok {
			filters = append(filters, f)
		}
	}
	limit, marker := pageSize(p), p.Get("marker")
	views, links, last := []jumpgate.Object{}, x.linker(r), ""
	for i, err := range x.visible(r.Context()) {
		switch {
		case err != nil:
			return nil, err
		case len(views) == limit:
		case marker != "":
			if i.ID == marker {
				marker = ""
			}
			continue
		case slices.ContainsFunc(filters, func(fits func(*image.Image) bool) bool { return !fits(i) }):
			continue
		default:
			view, err := x.view(links, i, brief)
			if err != nil {
				return nil, err
			}
			views, last = append(views, view), i.ID
			continue
		}
		break
	}
	if marker != "" && limit > 0 {
		return nil, jumpgate.BadRequest.New("Marker %s could not be found.", marker)
	}
	answer := jumpgate.Object{{Name: "images", Value: views}}
	if len(views) > 0 && len(views) == limit {
		next, err := nextLink(r, p, last)
		if err != nil {
			return nil, err
		}
		answer = append(answer, jumpgate.Member{Name: "images_links", Value: next})
	}
	return answer, nil
}

// image finds the image that r's path names.
func (x *imageProxy) image(r *jumpgate.Request) (*image.Image, error) {
	id := eitherVar(r, "image_guid", "image_id")
	if x.getter != nil {
		i, err := x.getter.Image(r.Context(), id)
		return i, missing(err, "Image not found.")
	}
	all := x.lister.ListImages(r.Context(), image.Query{})
	return rest.Find(all, func(i *image.Image) bool { return i.ID == id }, jumpgate.NotFound.New("Image not found."))
}

func (x *imageProxy) show(r *jumpgate.Request) (any, error) {
	i, err := x.image(r)
	if err != nil {
		return nil, err
	}
	view, err := x.view(x.linker(r), i, false)
	return jumpgate.Object{{Name: "image", Value: view}}, err
}

func (x *imageProxy) remove(r *jumpgate.Request) (any, error) {
	err := x.access.Delete(r.Context(), eitherVar(r, "image_guid", "image_id"))
	switch {
	case err == nil:
		return empty(http.StatusNoContent), nil
	case errors.Is(err, jumpgate.Forbidden):
		return nil, jumpgate.Forbidden.Wrap(err, "You are not allowed to delete the image.")
	}
	return nil, missing(err, "Image not found.")
}

// imageStatus and imageProgress are Nova's words for Glance's.
var (
	imageStatus   = map[string]string{"active": "ACTIVE", "queued": "SAVING", "saving": "SAVING", "killed": "ERROR"}
	imageProgress = map[string]int{"queued": 25, "saving": 50, "active": 100}
)

func (x *imageProxy) view(l *linker, i *image.Image, brief bool) (jumpgate.Object, error) {
	links, err := l.links(imageResource, i.ID)
	if err != nil {
		return nil, err
	}
	alternate, err := x.alternate(l.r, i.ID)
	if err != nil {
		return nil, err
	}
	o := jumpgate.Object{{Name: "id", Value: i.ID}, {Name: "name", Value: rest.OrNil(i.Name)}}
	if !brief {
		var size int64 // of a file whose size isn't known, too
		if i.Size != nil {
			size = *i.Size
		}
		o = append(o, jumpgate.Object{
			{Name: "minRam", Value: i.MinRAM},
			{Name: "minDisk", Value: i.MinDisk},
			{Name: "metadata", Value: textMap(i.Properties)},
			{Name: "created", Value: jumpgate.DateOrNil(i.Created, jumpgate.DateSeconds)},
			{Name: "updated", Value: jumpgate.DateOrNil(cmp.Or(i.Updated, i.Created), jumpgate.DateSeconds)},
			{Name: "status", Value: cmp.Or(imageStatus[i.Status], "UNKNOWN")},
			{Name: "progress", Value: imageProgress[i.Status]},
			{Name: "OS-EXT-IMG-SIZE:size", Value: size},
		}...)
	}
	o = append(o, jumpgate.Member{Name: "links", Value: append(links, alternate)})
	if server, ok := i.Properties["instance_uuid"]; ok && !brief {
		links, err := l.links(serverResource, server)
		if err != nil {
			return nil, err
		}
		o = append(o, jumpgate.Member{Name: "server", Value: jumpgate.Object{{Name: "id", Value: server}, {Name: "links", Value: links}}})
	}
	if auto, ok := i.Properties["auto_disk_config"]; ok && !brief {
		config := "MANUAL"
		if yes, err := boolean(rest.Params{{Name: "auto", Value: auto}}, "auto"); err == nil && yes {
			config = "AUTO"
		}
		o = append(o, jumpgate.Member{Name: "OS-DCF:diskConfig", Value: config})
	}
	return o, nil
}

// alternate links to an image in the image service or, where the Gateway has
// none, to where one would be that shares this service's address.
func (x *imageProxy) alternate(r *jumpgate.Request, id string) (jumpgate.Object, error) {
	disp := x.disp.Gateway().Dispatcher(jumpgate.Image)
	if disp == nil {
		disp = x.disp
	}
	base, err := disp.ServiceURL(r)
	return jumpgate.Object{
		{Name: "rel", Value: "alternate"},
		{Name: "type", Value: "application/vnd.openstack.image"},
		{Name: "href", Value: base + "/images/" + id},
	}, err
}
