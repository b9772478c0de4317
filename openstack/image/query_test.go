package image_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/image"
)

// variety are images that differ in what can be asked for.
func variety() store {
	return store{}.add(
		&image.Image{ID: "a", Name: "debian", Status: "active", Visibility: "public", Owner: "cloud", Size: ptr(100), MinDisk: 10, MinRAM: 512,
			DiskFormat: "vhd", ContainerFormat: "bare", Checksum: "c0ffee", HashAlgo: "sha512", HashValue: "abc", Protected: true,
			Tags: []string{"linux", "stable"}, Created: day, Properties: map[string]string{"os_distro": "debian"}},
		&image.Image{ID: "b", Name: "my, image", Status: "queued", Visibility: "private", Owner: "me", Tags: []string{"linux"},
			Created: day.Add(time.Hour), Updated: day.Add(3 * time.Hour)},
		&image.Image{ID: "c", Status: "active", Visibility: "community", Owner: "me", Size: ptr(7), VirtualSize: ptr(8), DiskFormat: "raw", Created: day.Add(2 * time.Hour)},
		&image.Image{ID: "d", Name: "theirs", Status: "active", Visibility: "community", Owner: "them", Created: day.Add(2 * time.Hour)},
		&image.Image{ID: "e", Name: "shared", Status: "active", Visibility: "shared", Owner: "them", Created: day.Add(3 * time.Hour)},
		&image.Image{ID: "f", Name: "offered", Status: "active", Visibility: "shared", Owner: "them", MemberStatus: "pending", Created: day.Add(4 * time.Hour)},
		&image.Image{ID: "g", Name: "mine", Status: "active", Visibility: "shared", Owner: "me", Created: day.Add(5 * time.Hour)},
		&image.Image{ID: "h", Name: "old", Status: "active", Visibility: "private", Owner: "me", Hidden: true, Created: day.Add(6 * time.Hour)},
		&image.Image{ID: "i", Name: "broken", Status: "killed", Visibility: "private", Owner: "me", Created: day.Add(7 * time.Hour)},
	)
}

func TestFilters(t *testing.T) {
	gw := gateway(t, variety(), "me")
	for _, c := range []struct{ query, want string }{
		{"", "g e c b a"},
		{"name=debian", "a"},
		{"name=eq:debian", "a"},
		{"name=", ""},
		{"name=in:%22my,+image%22,debian", "b a"},
		{"name=in:", ""},
		{"id=in:a,c,nonsense", "c a"},
		{"id=b", "b"},
		{"status=queued", "b"},
		{"status=in:queued,active", "g e c b a"},
		{"disk_format=in:raw,vhd", "c a"},
		{"container_format=bare", "a"},
		{"visibility=public", "a"},
		{"visibility=private", "b"},
		{"visibility=shared", "g e"},
		{"visibility=community", "d c"},
		{"visibility=all", "g e d c b a"},
		{"visibility=", ""},
		{"visibility=public&visibility=private", ""},
		{"member_status=accepted", "g e c b a"},
		{"member_status=pending", "g f c b a"},
		{"member_status=rejected", "g c b a"},
		{"member_status=all", "g f e c b a"},
		{"owner=them", "e"},
		{"owner=", ""},
		{"tag=linux", "b a"},
		{"tag=linux&tag=+stable+", "a"},
		{"tag=linux&tags=stable", "b a"},
		{"tags=linux", ""},
		{"size_min=8", "a"},
		{"size_max=7", "c"},
		{"size_min=%2B1_0&size_max=+100+", "a"},
		{"size=7", "c"},
		{"size=007", "c"},
		{"size=x", ""},
		{"virtual_size=8", "c"},
		{"min_disk_min=1", "a"},
		{"min_ram_max=511", "g e c b"},
		{"min_ram=512", "a"},
		{"created_at=gt:2026-01-02T05:04:05Z", "g e"},
		{"created_at=gte:2026-01-02T05:04:05Z", "g e c"},
		{"created_at=lt:2026-01-02T04:04:05Z", "a"},
		{"created_at=lte:2026-01-02T04:04:05Z", "b a"},
		{"created_at=eq:2026-01-02T04:04:05Z", "b"},
		{"created_at=2026-01-02T04:04:05Z", "b"},
		{"created_at=2026-01-02T06:04:05%2B02:00", "b"},
		{"created_at=neq:2026-01-02T04:04:05Z", "g e c a"},
		{"created_at=gte:2026-01-03", ""},
		{"updated_at=gte:20260102T060405", "g e b"},
		{"os_hidden=TRUE", "h"},
		{"os_hidden=false", "g e c b a"},
		{"protected=true", "a"},
		{"protected=false", "g e c b"},
		{"checksum=c0ffee", "a"},
		{"os_hash_algo=sha512", "a"},
		{"os_hash_value=abc", "a"},
		{"os_distro=debian", "a"},
		{"os_distro=in:debian", ""},
		{"no_such_property=x", ""},
		{"deleted=true", "g e c b a"},
		{"changes-since=", "g e c b a"},
		{"limit=2", "g e"},
		{"limit=0", ""},
		{"limit=2&limit=3", ""}, // the second one is a property
		{"limit=2&marker=g", "e c"},
		{"limit=2&marker=h", "g e"}, // which the list does not have
		{"limit=100000000000000000000", "g e c b a"},
		{"marker=a", ""},
		{"visibility=private&marker=g", "b"},
		{"sort=name", "e b g a c"}, // null is last
		{"sort=created_at:asc", "a b c e g"},
		{"sort=size:asc,name:+asc+", "g b e c a"},
		{"sort=size", "a c g e b"},
		{"sort_dir=asc", "a b c e g"},
		{"sort_key=status&sort_key=id&sort_dir=asc", "a c e g b"},
		{"sort_key=status&sort_dir=desc&sort_key=id&sort_dir=asc", "b a c e g"},
		{"sort_key=size&sort_dir=asc&marker=e&limit=2", "g c"},
		{"&&limit=2&", "g e"},
	} {
		want := strings.Fields(c.want)
		got := getPage(t, gw, "/v2/images?"+c.query).ids()
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", c.query, got, want)
		}
	}
}

func TestBadQueries(t *testing.T) {
	gw := gateway(t, variety(), "me")
	const badKey = ". It must be one of the following: name, status, container_format, disk_format, size, id, created_at, updated_at."
	for _, c := range []struct{ query, want string }{
		{"limit=", "limit param must be an integer"},
		{"limit=1.5", "limit param must be an integer"},
		{"limit=-1", "limit param must be positive"},
		{"marker=", "No image found with ID "},
		{"marker=f00", "No image found with ID f00"},
		{"marker=" + strings.Repeat("x", 37), "Image with the given id %(image_id)s was not found"},
		{"visibility=Public", "Invalid visibility value: Public"},
		{"member_status=", "Invalid status: "},
		{"changes-since=2026-01-01", `The "changes-since" filter is no longer available on v2.`},
		{"os_hidden=Maybe", "Invalid value 'maybe' for 'os_hidden' filter. Valid values are 'true' or 'false'."},
		{"protected=True", "Invalid value 'True' for 'protected' filter. Valid values are 'true' or 'false'."},
		{"size_min=big", "Unable to filter on a range with a non-numeric value."},
		{"created_at=yesterday", `Bad "created_at" query filter format. Use ISO 8601 DateTime notation.`},
		{"updated_at=gt:2026-02-30", `Bad "updated_at" query filter format. Use ISO 8601 DateTime notation.`},
		{"created_at=in:2026-01-01", "Unable to filter on a unknown operator."},
		{"name=like:deb", "Unable to filter by unknown operator 'like'."},
		{"name=in:%22a%22b", `Invalid filter value "a"b. There is no comma after closing quotation mark.`},
		{"name=in:a%22b%22", `Invalid filter value a"b". There is no comma before opening quotation mark.`},
		{"name=in:%22a", `Invalid filter value "a. The quote is not closed.`},
		{"sort=", "Invalid sort key: " + badKey},
		{"sort=owner", "Invalid sort key: owner" + badKey},
		{"sort=name:up", "Invalid sort direction: up"},
		{"sort=name&sort_dir=asc", "Old and new sorting syntax cannot be combined"},
		{"sort_dir=asc&sort_dir=desc", "Number of sort dirs does not match the number of sort keys"},
		{"name=%FF", "Error decoding your request. Either the URL or the request body contained characters that could not be decoded by Glance"},
		// Of several faults Glance names this one.
		{"limit=x&visibility=x&sort=x", "Invalid visibility value: x"},
		{"limit=x&sort=x&marker=x", "limit param must be an integer"},
		{"marker=x&size_min=x", "Unable to filter on a range with a non-numeric value."},
	} {
		w := get(gw, "/v2/images?"+c.query)
		if w.Code != http.StatusBadRequest || message(t, w) != c.want {
			t.Errorf("%s: %d %q, want %q", c.query, w.Code, message(t, w), c.want)
		}
	}
}

func TestLinks(t *testing.T) {
	gw := gateway(t, variety(), "me")
	for _, c := range []struct{ query, first, next string }{
		{"", "/v2/images", ""},
		{"?limit=5", "/v2/images?limit=5", "/v2/images?limit=5&marker=a"}, // a full page has a next one
		{"?limit=6", "/v2/images?limit=6", ""},
		{"?limit=0", "/v2/images?limit=0", ""},
		{"?marker=g&limit=1", "/v2/images?limit=1", "/v2/images?limit=1&marker=e"},
		{"?tag=linux&limit=1&tag=stable", "/v2/images?tag=stable&limit=1", "/v2/images?tag=stable&limit=1&marker=a"},
		{"?a%20b=%C3%A9~*%zz;;c", "/v2/images?a+b=%C3%A9~%2A%25zz&c=", ""},
		{"?name=a%3Bb%26", "/v2/images?name=a%3Bb%26", ""},
	} {
		p := getPage(t, gw, "/v2/images"+c.query)
		if p.First != c.first || p.Next != c.next || p.Schema != "/v2/schemas/images" {
			t.Errorf("%s: first %q next %q schema %q", c.query, p.First, p.Next, p.Schema)
		}
	}
}

// TestPagesAgainstNaive walks all pages of random queries over random images
// and compares them with one sorted and filtered list.
func TestPagesAgainstNaive(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	pick := func(list ...string) string { return list[rnd.IntN(len(list))] }
	for range 60 {
		s := store{}
		for range rnd.IntN(80) {
			img := &image.Image{
				ID: fmt.Sprintf("%08x", rnd.Uint32()), Name: pick("", "a", "b", "c"), Status: pick("active", "queued"),
				Visibility: pick("public", "private"), Owner: "me", DiskFormat: pick("", "raw", "vhd"),
				Created: day.Add(time.Duration(rnd.IntN(5)) * time.Hour),
			}
			if rnd.IntN(3) > 0 {
				img.Size = ptr(rnd.Int64N(4))
			}
			s.add(img)
		}
		key, dir := pick("name", "status", "disk_format", "size", "id", "created_at"), pick("asc", "desc")
		filter := pick("", "status=active", "name=in:a,b", "size_min=2", "disk_format=raw")

		var want []*image.Image
		for _, img := range s {
			keep := map[string]bool{
				"": true, "status=active": img.Status == "active", "name=in:a,b": img.Name == "a" || img.Name == "b",
				"size_min=2": img.Size != nil && *img.Size >= 2, "disk_format=raw": img.DiskFormat == "raw",
			}[filter]
			if keep {
				want = append(want, img)
			}
		}
		// One text per image sorts as the keys do.
		text := func(img *image.Image) string {
			size := int64(-1)
			if img.Size != nil {
				size = *img.Size
			}
			first := map[string]string{
				"name": img.Name, "status": img.Status, "disk_format": img.DiskFormat, "size": fmt.Sprint(size + 1),
				"id": img.ID, "created_at": "",
			}[key]
			second := img.Created.Format(time.RFC3339)
			return fmt.Sprintf("%-10s %s %s", first, second, img.ID)
		}
		slices.SortFunc(want, func(a, b *image.Image) int { return strings.Compare(text(a), text(b)) })
		if dir == "desc" {
			slices.Reverse(want)
		}
		wantIDs := []string{}
		for _, img := range want {
			wantIDs = append(wantIDs, img.ID)
		}

		gw := gateway(t, s, "me")
		v, _ := url.ParseQuery(filter)
		v.Set("sort", key+":"+dir)
		v.Set("limit", fmt.Sprint(1+rnd.IntN(9)))
		got, next := []string{}, "/v2/images?"+v.Encode()
		for next != "" {
			p := getPage(t, gw, next)
			got, next = append(got, p.ids()...), p.Next
		}
		if !slices.Equal(got, wantIDs) {
			t.Fatalf("%s: %v, want %v", v.Encode(), got, wantIDs)
		}
	}
}

// narrow is a driver that asks its cloud only for the ids of the query.
type narrow struct {
	store
	queries []image.Query
	pulled  int
	err     error
}

func (n *narrow) ListImages(ctx context.Context, q image.Query) iter.Seq2[*image.Image, error] {
	n.queries = append(n.queries, q)
	ids, some := q.Values("id")
	return func(yield func(*image.Image, error) bool) {
		for img := range n.store.ListImages(ctx, q) {
			if some && !slices.Contains(ids, img.ID) {
				continue
			}
			n.pulled++
			if !yield(img, nil) {
				return
			}
		}
		if n.err != nil {
			yield(nil, n.err)
		}
	}
}

func TestQueryReachesDriver(t *testing.T) {
	d := &narrow{store: variety()}
	gw := gateway(t, d, "me")
	if got := getPage(t, gw, "/v2/images?id=in:a,b&marker=c&limit=1&visibility=all&tag=linux&size_max=5&created_at=gt:2026-01-01&member_status=all&os_hidden=true"); len(got.Images) > 0 {
		t.Errorf("hidden images: %v", got)
	}
	q := d.queries[0]
	ids, _ := q.Values("id")
	if q.Limit != 1 || q.Marker != "c" || q.Visibility != "all" || q.MemberStatus != "all" || !q.Hidden ||
		!slices.Equal(q.Tags, []string{"linux"}) || !slices.Equal(ids, []string{"a", "b"}) ||
		!slices.Equal(q.Sort, []image.SortKey{{Key: "created_at", Descending: true}, {Key: "id", Descending: true}}) ||
		len(q.Filters) != 3 || q.Filters[1].Number != 5 || q.Filters[1].Op != image.LessOrEqual || q.Filters[1].Name != "size" ||
		!q.Filters[2].Time.Equal(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("query %+v", q)
	}
	// A marker that the narrowed list lacks is found all the same.
	if got := getPage(t, gw, "/v2/images?id=in:a,b&marker=c&limit=1").ids(); !slices.Equal(got, []string{"b"}) {
		t.Errorf("page after a marker outside of the list: %v", got)
	}
	if w := get(gw, "/v2/images?marker=nonsense"); w.Code != http.StatusBadRequest {
		t.Errorf("unknown marker: %d", w.Code)
	}
}

func TestListStopsEarly(t *testing.T) {
	d := &narrow{store: variety(), err: errors.New("asked for too much")}
	gw := gateway(t, d, "me")
	getPage(t, gw, "/v2/images?limit=2")
	if d.pulled > 5 {
		t.Errorf("%d images pulled for a page of 2", d.pulled)
	}
	for _, query := range []string{"", "?sort=name"} {
		if w := get(gw, "/v2/images"+query); w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "too much") {
			t.Errorf("%s with a failing cloud: %d %s", query, w.Code, w.Body)
		}
	}
	d.err = jumpgate.Unavailable.New("The cloud is closed.")
	if w := get(gw, "/v2/images"); w.Code != http.StatusServiceUnavailable || message(t, w) != "The cloud is closed." {
		t.Errorf("with a closed cloud: %d %s", w.Code, w.Body)
	}
}
