package image_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/softlayer/jumpgate/openstack/image"
)

// BenchmarkList answers full pages of 1,000 images.
func BenchmarkList(b *testing.B) {
	s := store{}
	for i := range 2000 {
		s.add(&image.Image{ID: fmt.Sprintf("018f906a-f4db-47e5-9d1c-%012d", i), Name: fmt.Sprint("image ", i), Status: "active",
			Visibility: "public", Size: ptr(1 << 30), Created: day, Properties: map[string]string{"os_distro": "debian", "os_version": "12"}})
	}
	gw := gateway(b, s, "me")
	for _, query := range []string{"?limit=1000", "?limit=1000&sort=name:asc"} {
		b.Run(query, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				gw.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v2/images"+query, nil))
				if w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
