package image_test

import (
	"context"
	"iter"
	"net/http"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/image"
)

type lister struct{ store store }

func (l lister) ListImages(ctx context.Context, q image.Query) iter.Seq2[*image.Image, error] {
	return l.store.ListImages(ctx, q)
}

type getter struct{ store store }

func (g getter) Image(ctx context.Context, id string) (*image.Image, error) {
	if id == "secret" {
		return nil, jumpgate.Forbidden.New("not for you")
	}
	return g.store.Image(ctx, id)
}

func TestRegisterServesWhatTheDriverCan(t *testing.T) {
	for _, c := range []struct {
		name       string
		driver     any
		list, show int
		v1         int
	}{
		{"lister", lister{variety()}, 200, 501, 200},
		{"getter", getter{variety()}, 501, 200, 300},
		{"both", variety(), 200, 200, 200},
	} {
		gw := gateway(t, c.driver, "me")
		for path, want := range map[string]int{
			"/v2/images": c.list, "/v2/images/a": c.show, "/v2/images/a/members": 501, "/v2/images/a/file": 501,
			"/": 300, "/versions": 200, "/v2/schemas/image": 200, "/v2/schemas/members": 200, "/v1/images/detail": c.v1,
		} {
			if w := get(gw, path); w.Code != want {
				t.Errorf("%s: GET %s: %d, want %d", c.name, path, w.Code, want)
			}
		}
	}
}

func TestRegisterWantsTheImageService(t *testing.T) {
	_, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Compute: {Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
			return image.Register(disp, variety(), image.Options{})
		})},
	}})
	if err == nil || !strings.Contains(err.Error(), "compute") {
		t.Errorf("error %v", err)
	}
}

func TestUnseenImages(t *testing.T) {
	gw := gateway(t, getter{variety()}, "me")
	for _, id := range []string{"nonsense", "secret", "detail"} {
		if w := get(gw, "/v2/images/"+id); w.Code != http.StatusNotFound || message(t, w) != "No image found with ID "+id {
			t.Errorf("%s: %d %s", id, w.Code, w.Body)
		}
	}
	if w := get(gateway(t, lister{variety()}, "me"), "/v2/images?marker=nonsense"); w.Code != http.StatusBadRequest {
		t.Errorf("marker without a getter: %d %s", w.Code, w.Body)
	}
}

// TestReservedProperties keeps members unique whatever a driver returns.
func TestReservedProperties(t *testing.T) {
	gw := gateway(t, store{}.add(&image.Image{ID: "a", Status: "active", Visibility: "public", Created: day,
		Properties: map[string]string{"status": "x", "self": "x", "note": "<&>"}}), "me")
	body := get(gw, "/v2/images/a").Body.String()
	if strings.Count(body, `"status"`) != 1 || strings.Count(body, `"self"`) != 1 || !strings.HasPrefix(body, `{"note": "<&>", "name": null`) {
		t.Errorf("image %s", body)
	}
}

func TestVersionLinks(t *testing.T) {
	gw, err := jumpgate.New(jumpgate.Options{
		PublicURL: "https://cloud.example/os",
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Image: {
			Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
				return image.Register(disp, variety(), image.Options{})
			}),
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if body := get(gw, "/image/").Body.String(); !strings.Contains(body, `"href": "https://cloud.example/os/image/v2/"`) {
		t.Errorf("versions %s", body)
	}
}
