package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// importMethods are the ways of import, as Glance lists them.
var importMethods = []string{"glance-direct", "web-download", "copy-image"}

const (
	// importTime bounds one import.
	importTime = 6 * time.Hour
	// taskTime is how long Glance remembers a task.
	taskTime = 48 * time.Hour
	// maxTasks is how many tasks an image remembers.
	maxTasks = 20
)

// stage answers PUT /v2/images/{image_id}/stage: data comes and waits for its
// import.
func (s *service) stage(r *jumpgate.Request) (any, error) {
	if err := checkDataType(r); err != nil {
		return nil, err
	}
	ctx, id, holder := r.Context(), r.Var("image_id"), jumpgate.NewUUID()
	_, err := s.change(ctx, id, func(img *Image) error {
		if err := s.allow(ctx, "modify_image", img); err != nil {
			return err
		}
		img.Lease = s.lease(holder)
		return img.become("uploading")
	})
	if err != nil {
		return nil, err
	}
	n, err := s.put(ctx, id, id+StagedSuffix, holder, r.Body, r.ContentLength)
	if err != nil {
		return nil, errors.Join(dataFault(err), s.giveUp(ctx, id, id+StagedSuffix, holder))
	}
	later, cancel := afterwards(ctx)
	defer cancel()
	err = s.finish(later, id, holder, func(img *Image) error {
		img.Size = &n
		return nil
	})
	if err != nil {
		return nil, err
	}
	return noContent(), nil
}

// order is what a client wants to be imported.
type order struct {
	method, uri string
	stores      []string
	all         bool // every store is wanted, but those that have it
}

// readOrder reads and checks the body of an import.
func (s *service) readOrder(r *jumpgate.Request) (order, error) {
	var o order
	body, err := readBody(r)
	if err != nil {
		return o, err
	}
	object, ok := body.(schema.Object)
	if !ok || !object.Has("method") {
		return o, jumpgate.BadRequest.New("Import request requires a 'method' field.")
	}
	method := object.Object("method")
	if !method.Has("name") {
		return o, jumpgate.BadRequest.New("Import request requires a 'name' field.")
	}
	name, _ := method.Get("name")
	if o.method = schema.Str(name); !slices.Contains(importMethods, o.method) {
		return o, jumpgate.BadRequest.New("Unknown import method name '%s'.", o.method)
	}
	for _, name := range []string{"all_stores_must_succeed", "all_stores"} {
		if v, ok := object.Get(name); ok {
			if _, isBool := v.(bool); !isBool {
				return o, jumpgate.BadRequest.New("'%s' must be boolean value only", name)
			}
		}
	}
	o.uri = method.String("uri")
	if s.stores == nil {
		return o, nil
	}
	stores, err := s.stores.ListImageStores(r.Context())
	if err != nil {
		return o, err
	}
	wanted := object.List("stores")
	o.all = object.Bool("all_stores", false)
	if o.all && len(wanted) > 0 {
		return o, jumpgate.BadRequest.New("All_stores parameter can't be used with x-image-meta-store header or stores parameter")
	}
	for _, store := range stores {
		asked := slices.ContainsFunc(wanted, func(v any) bool { return schema.Str(v) == store.ID })
		if asked || !store.ReadOnly && (o.all || len(wanted) == 0 && store.Default) {
			o.stores = append(o.stores, store.ID)
		}
	}
	if len(wanted) > 0 && len(o.stores) != len(wanted) {
		return o, jumpgate.Conflict.New("Unknown store identifier.")
	}
	return o, nil
}

// importImage answers POST /v2/images/{image_id}/import. The import goes on
// when the request has ended; the image's status and its tasks tell how.
func (s *service) importImage(r *jumpgate.Request) (any, error) {
	o, err := s.readOrder(r)
	if err != nil {
		return nil, err
	}
	ctx, id := r.Context(), r.Var("image_id")
	now := s.now().UTC()
	task := Task{
		ID: jumpgate.NewUUID(), Status: "processing", Owner: projectID(ctx), RequestID: r.Env.RequestID, Method: o.method, URI: o.uri, Stores: o.stores,
		Created: now, Updated: now, Expires: now.Add(taskTime),
	}
	if p := jumpgate.PrincipalFrom(ctx); p != nil {
		task.UserID = p.UserID
	}
	_, err = s.change(ctx, id, func(img *Image) error {
		if err := s.mayImport(ctx, img, o); err != nil {
			return err
		}
		task.Stores = o.stores
		if o.method == "copy-image" {
			if task.Stores = missingStores(img, o.stores); len(task.Stores) == 0 && len(o.stores) > 0 {
				return nil
			}
		} else if err := img.become("importing"); err != nil {
			return err
		}
		img.Lease = s.lease(task.ID)
		img.importing(task.Stores, nil)
		img.Tasks = append(slices.Clone(img.Tasks), task)
		img.Tasks = img.Tasks[max(0, len(img.Tasks)-maxTasks):]
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(task.Stores) > 0 || len(o.stores) == 0 {
		s.spawn(ctx, id, task)
	}
	return &jumpgate.Response{Status: http.StatusAccepted, Header: http.Header{"Content-Type": {"text/html; charset=UTF-8"}}, Body: []byte{}}, nil
}

// missingStores are those of stores that img is not in.
func missingStores(img *Image, stores []string) []string {
	return slices.DeleteFunc(slices.Clone(stores), func(s string) bool { return slices.Contains(img.Stores, s) })
}

// mayImport makes Glance's checks of an import, in Glance's order.
func (s *service) mayImport(ctx context.Context, img *Image, o order) error {
	conflict := jumpgate.Conflict.New
	switch {
	case img.Status == "active" && o.method != "copy-image":
		return conflict("Image with status active cannot be target for import")
	case img.Status != "active" && o.method == "copy-image":
		return conflict("Only images with status active can be targeted for copying")
	case img.Status != "queued" && o.method == "web-download":
		return conflict("Image needs to be in 'queued' state to use 'web-download' method")
	case img.Status != "uploading" && o.method == "glance-direct":
		return conflict("Image needs to be staged before 'glance-direct' method can be used")
	case img.ContainerFormat == "":
		return conflict("'container_format' needs to be set before import")
	case img.DiskFormat == "":
		return conflict("'disk_format' needs to be set before import")
	}
	if o.method == "copy-image" {
		if err := s.allow(ctx, "copy_image", img); err != nil {
			return err
		}
		if img.Lease.Holder != "" {
			return conflict("New operation on image '%s' is not permitted as prior operation is still in progress", img.ID)
		}
		for _, store := range o.stores {
			if !o.all && slices.Contains(img.Stores, store) {
				return jumpgate.BadRequest.New("Image is already present at store '%s'", store)
			}
		}
		return nil
	}
	if err := s.allow(ctx, "modify_image", img); err != nil {
		return err
	}
	if o.method == "web-download" && !webURI(o.uri) && !s.cloudImports(o.uri) {
		return jumpgate.BadRequest.New("URI for web-download does not pass filtering: %s", o.uri)
	}
	return nil
}

// spawn does an import beside the request.
func (s *service) spawn(ctx context.Context, id string, task Task) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), importTime)
	go func() {
		defer cancel()
		if err := s.runImport(ctx, id, task); err != nil {
			s.log().Warn("image import failed", "image", id, "method", task.Method, "err", err)
		}
	}()
}

func (s *service) runImport(ctx context.Context, id string, task Task) error {
	if task.Method == "copy-image" { // the driver's stores are one
		return s.finish(ctx, id, task.ID, func(img *Image) error {
			img.Stores = append(slices.Clone(img.Stores), task.Stores...)
			s.succeed(img, task.ID)
			return nil
		})
	}
	held, stop := s.hold(ctx, id, task.ID)
	if s.cloudImports(task.URI) {
		defer stop()
		if err := s.importer.ImportImage(held, id, task.URI); err != nil {
			return errors.Join(err, s.giveUp(ctx, id, id, task.ID))
		}
		return s.finish(ctx, id, task.ID, func(img *Image) error {
			s.succeed(img, task.ID)
			return img.become("active")
		})
	}
	data, size, err := s.source(held, id, task)
	if err != nil {
		stop()
		return errors.Join(err, s.giveUp(ctx, id, id+StagedSuffix, task.ID))
	}
	defer stop()
	defer data.Close()
	err = s.save(ctx, id, task.ID, data, size, func(img *Image) {
		img.Stores = task.Stores
		s.succeed(img, task.ID)
	})
	if task.Method == "glance-direct" {
		later, cancel := afterwards(ctx)
		defer cancel()
		s.keeper.DeleteImageData(later, id+StagedSuffix) //nolint:errcheck // it is not asked for again
	}
	return err
}

// cloudImports tells whether the cloud itself fetches what is at uri.
func (s *service) cloudImports(uri string) bool {
	return uri != "" && s.importer != nil && s.importer.ImportsFrom(uri)
}

// succeed says that an import is done, and in Glance's properties that no store
// is left.
func (s *service) succeed(img *Image, task string) {
	img.importing(nil, nil)
	if t := img.task(task); t != nil {
		t.Updated, t.Status = s.now().UTC(), "success"
		if img.Size != nil {
			t.Message = fmt.Sprintf("Copied %d MiB", *img.Size>>20)
		}
	}
}

// source opens what is to be imported; its size is -1 where nobody says it.
func (s *service) source(ctx context.Context, id string, task Task) (io.ReadCloser, int64, error) {
	if task.Method == "web-download" {
		return s.fetch(ctx, task.URI)
	}
	data, err := s.keeper.ImageData(ctx, id+StagedSuffix, 0, -1)
	return data, -1, err
}

// storeIDs are the names of all stores, as Glance puts them into a header.
func (s *service) storeIDs(ctx context.Context) ([]string, error) {
	stores, err := s.stores.ListImageStores(ctx)
	ids := make([]string, 0, len(stores))
	for _, store := range stores {
		ids = append(ids, store.ID)
	}
	return ids, err
}

// webURI tells whether Glance would take text for a web-download: http or
// https at their usual ports.
func webURI(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	port := u.Port()
	return port == "80" || port == "443" || port == "" && !strings.HasSuffix(u.Host, ":")
}
