package image_test

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/image"
)

// store is a driver that keeps images in a map.
type store map[string]*image.Image

func (s store) ListImages(context.Context, image.Query) iter.Seq2[*image.Image, error] {
	list := slices.SortedFunc(maps.Values(s), func(a, b *image.Image) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.ID, a.ID))
	})
	return func(yield func(*image.Image, error) bool) {
		for _, img := range list {
			if !yield(img, nil) {
				return
			}
		}
	}
}

func (s store) Image(_ context.Context, id string) (*image.Image, error) {
	if img := s[id]; img != nil {
		return img, nil
	}
	return nil, jumpgate.NotFound
}

func (s store) add(images ...*image.Image) store {
	for _, img := range images {
		s[img.ID] = img
	}
	return s
}

// gateway serves the image service alone with driver, for project.
func gateway(t testing.TB, driver any, project string) *jumpgate.Gateway {
	t.Helper()
	gw, err := jumpgate.New(jumpgate.Options{
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{
			jumpgate.Image: {
				Mount: "/",
				Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
					return image.Register(disp, driver, image.Options{})
				}),
			},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	gw.AddRequestHook(func(r *jumpgate.Request) error {
		r.Env.Principal = &jumpgate.Principal{ProjectID: project, Roles: []string{"member"}}
		return nil
	})
	return gw
}

// get asks h for target as a client that accepts JSON.
func get(h http.Handler, target string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodGet, target, nil)
	req.Header.Set("Accept", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w
}

// message is the text of a Glance fault in JSON.
func message(t testing.TB, w *httptest.ResponseRecorder) string {
	t.Helper()
	var fault struct{ Message string }
	if err := json.Unmarshal(w.Body.Bytes(), &fault); err != nil {
		t.Fatalf("fault %q: %v", w.Body, err)
	}
	return strings.TrimSuffix(fault.Message, "<br /><br />\n\n\n")
}

type page struct {
	Images []struct {
		ID string
	}
	First, Next, Schema string
}

func (p page) ids() []string {
	list := []string{}
	for _, img := range p.Images {
		list = append(list, img.ID)
	}
	return list
}

func getPage(t testing.TB, h http.Handler, target string) page {
	t.Helper()
	w := get(h, target)
	if w.Code != http.StatusOK {
		t.Fatalf("GET %s: %d %s", target, w.Code, w.Body)
	}
	var p page
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatalf("GET %s: %v in %s", target, err, w.Body)
	}
	return p
}

var day = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func ptr(n int64) *int64 { return &n }
