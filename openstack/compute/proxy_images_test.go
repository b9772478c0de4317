package compute_test

import (
	"context"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
	glance "github.com/softlayer/jumpgate/openstack/image"
)

// cloudImages are those of recording 41.
func cloudImages() []*glance.Image {
	small, large := int64(32768), int64(65536)
	created := date("2026-11-23T14:52:20Z")
	return []*glance.Image{
		{ID: "89d3717d-9d46-40f2-ae4a-f376a5f09297", Name: "cirros-tiny-2", Status: "active", Visibility: "public", Size: &small, Created: created},
		{ID: "018f906a-f4db-47e5-9d1c-3ab6ac6a82ae", Name: "cirros-tiny", Status: "active", Visibility: "public", Size: &large, Created: created},
	}
}

func (c *cloud) ListImages(context.Context, glance.Query) iter.Seq2[*glance.Image, error] {
	return func(yield func(*glance.Image, error) bool) {
		for _, i := range c.glance {
			if !yield(i, nil) {
				return
			}
		}
	}
}

func (c *cloud) Image(_ context.Context, id string) (*glance.Image, error) {
	for _, i := range c.glance {
		if i.ID == id {
			return i, nil
		}
	}
	return nil, jumpgate.NotFound
}

// DeleteImage refuses images of others.
func (c *cloud) DeleteImage(_ context.Context, id string) error {
	for n, i := range c.glance {
		switch {
		case i.ID != id:
		case i.Owner != project:
			return jumpgate.Forbidden
		default:
			c.glance = slices.Delete(c.glance, n, n+1)
			return nil
		}
	}
	return jumpgate.NotFound
}

// TestImageProxyDeletes deletes what is there and one's own.
func TestImageProxyDeletes(t *testing.T) {
	c := newCloud()
	c.glance = append(c.glance, &glance.Image{ID: "mine", Owner: project}, &glance.Image{ID: "kept", Owner: project, Protected: true})
	gw := newGateway(t, c)
	const forbidden = "forbidden: You are not allowed to delete the image."
	for _, test := range []struct{ id, version, want string }{
		{"mine", "2.36", "itemNotFound: The resource could not be found."},
		{"mine", "2.35", ""},
		{"mine", "2.35", "itemNotFound: Image not found."},
		{"kept", "2.1", forbidden},
		{image, "2.1", forbidden},
	} {
		w := do(gw, "DELETE", "/v2.1/images/"+test.id, "", at(test.version)...)
		if got := keyedFault(w); got != test.want || test.want == "" && w.Code != 204 {
			t.Errorf("%s at %s: %d %s", test.id, test.version, w.Code, w.Body)
		}
	}
}

// TestImageProxy holds what the recordings don't: filters, pages, properties
// and the end of it all.
func TestImageProxy(t *testing.T) {
	c := newCloud()
	c.glance = append(c.glance,
		&glance.Image{ID: "snap", Name: "snap", Status: "queued", Visibility: "private", Owner: project, MinRAM: 64, Created: date("2026-01-01T00:00:00Z"),
			Properties: map[string]string{"instance_uuid": golden, "auto_disk_config": "True", "image_type": "snapshot"}},
		&glance.Image{ID: "hidden", Hidden: true, Visibility: "public"},
		&glance.Image{ID: "theirs", Visibility: "community", Owner: "other"},
		&glance.Image{ID: "offered", Visibility: "shared", Owner: "other", MemberStatus: "pending"},
	)
	gw := newGateway(t, c)
	for query, want := range map[string]string{
		"": "89d3717d 018f906a snap", "?name=snap": "snap", "?status=SAVING": "", "?status=QUEUED": "snap", "?type=snapshot": "snap",
		"?server=http://a/servers/" + golden: "snap", "?property-image_type=snapshot": "snap", "?minRam=64": "snap",
		"?changes-since=2026-06-01T00:00:00Z": "89d3717d 018f906a", "?limit=1": "89d3717d", "?limit=0": "",
		"?limit=1&marker=89d3717d-9d46-40f2-ae4a-f376a5f09297": "018f906a", "?marker=snap": "", "?nonsense=1": "89d3717d 018f906a snap",
	} {
		w := get(gw, "/v2.1/images"+query)
		var got []string
		for part := range strings.SplitSeq(w.Body.String(), `{"id": "`) {
			if id, _, ok := strings.Cut(part, `"`); ok && !strings.HasPrefix(part, "{") {
				got = append(got, strings.Split(id, "-")[0])
			}
		}
		if strings.Join(got, " ") != want || w.Code != 200 {
			t.Errorf("%s: %v, want %s", query, got, want)
		}
		if (query == "?limit=1") != strings.Contains(w.Body.String(), "images_links") && !strings.Contains(query, "limit=1&") {
			t.Errorf("%s: %s", query, w.Body)
		}
	}
	body := get(gw, "/v2/"+project+"/images/snap").Body.String()
	for _, part := range []string{
		`"OS-DCF:diskConfig": "AUTO"`, `"progress": 25`, `"status": "SAVING"`, `"server": {"id": "` + golden + `", "links": [{"rel": "self", "href": "http://127.0.0.1:18774/v2/` + project + `/servers/` + golden + `"}`,
		`"OS-EXT-IMG-SIZE:size": 0`,
	} {
		if !strings.Contains(body, part) {
			t.Errorf("no %s in %s", part, body)
		}
	}
	for _, test := range []struct{ path, version, want string }{
		{"/images/snap/metadata", "2.38", `{"metadata": {"auto_disk_config": "True", "image_type": "snapshot", "instance_uuid": "` + golden + `"}}`},
		{"/images/snap/metadata/image_type", "2.38", `{"meta": {"image_type": "snapshot"}}`},
		{"/images/snap/metadata/nonsense", "2.38", `{"itemNotFound": {"code": 404, "message": "The resource could not be found."}}`},
		{"/images/snap/metadata", "2.39", `{"itemNotFound": {"code": 404, "message": "The resource could not be found."}}`},
		{"/images/snap", "2.36", `{"itemNotFound": {"code": 404, "message": "The resource could not be found."}}`},
		{"/images/nonsense/metadata", "2.1", `{"itemNotFound": {"code": 404, "message": "Image not found."}}`},
		{"/images?marker=nonsense", "2.1", `{"badRequest": {"code": 400, "message": "Marker nonsense could not be found."}}`},
	} {
		if got := get(gw, "/v2.1"+test.path, at(test.version)...).Body.String(); got != test.want {
			t.Errorf("%s at %s:\n got %s\nwant %s", test.path, test.version, got, test.want)
		}
	}
}

// TestImageProxyNeedsImages: a driver without images has no proxy for them.
func TestImageProxyNeedsImages(t *testing.T) {
	disp := newGateway(t, shelf{}).Dispatcher(jumpgate.Compute)
	if !slices.ContainsFunc(disp.UnusedEndpoints(), func(e jumpgate.Endpoint) bool { return e.Name == "v21_images" }) {
		t.Error("v21_images is served")
	}
}
