package image_test

import (
	"context"
	"fmt"
	"iter"
	"net/http/httptest"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/image"
)

// shelf is a cloud with one image.
type shelf struct{ img *image.Image }

func (s shelf) SetupRoutes(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
	return image.Register(disp, s, image.Options{})
}

func (s shelf) ListImages(context.Context, image.Query) iter.Seq2[*image.Image, error] {
	return func(yield func(*image.Image, error) bool) { yield(s.img, nil) }
}

func (s shelf) Image(_ context.Context, id string) (*image.Image, error) {
	if id != s.img.ID {
		return nil, jumpgate.NotFound.New("there is no %s on the shelf", id)
	}
	return s.img, nil
}

func Example() {
	driver := shelf{&image.Image{
		ID: "018f906a-f4db-47e5-9d1c-3ab6ac6a82ae", Name: "debian", Status: "active", Visibility: "public",
		Created:    time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Properties: map[string]string{"os_distro": "debian"},
	}}
	gw, err := jumpgate.New(jumpgate.Options{
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Image: {Driver: driver, Open: true}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, path := range []string{"/image/v2/images?name=fedora", "/image/v2/images/fedora"} {
		w := httptest.NewRecorder()
		gw.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		fmt.Printf("%d %.60q\n", w.Code, w.Body.String())
	}
	// Output:
	// 200 "{\"images\": [], \"first\": \"/v2/images?name=fedora\", \"schema\": "
	// 404 "404 Not Found\n\nNo image found with ID fedora\n\n   "
}
