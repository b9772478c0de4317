package memory

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

// TestGlanceV1 goes through all of version 1, in which header fields describe
// an image, as clients of Glance did until Rocky.
func TestGlanceV1(t *testing.T) {
	var minutes atomic.Int64
	server, _ := imageServer(t, &minutes)
	const (
		id    = "11111111-2222-4333-8444-555555555555"
		later = "11111111-2222-4333-8444-666666666666"
		meta  = "x-image-meta-"
	)
	alt := recordedUsers["alt_demo"].ProjectID
	vm := []string{meta + "disk_format", "raw", meta + "container_format", "bare"}
	for _, c := range []struct {
		user, method, path string
		fields             []string // of the header, and their values
		body               string
		status             int
		says               string   // the body
		tells              []string // fields of the answer's header, and their values
	}{
		{"demo", "POST", "images", append([]string{meta + "id", id, meta + "name", "one", meta + "property-color", "red"}, vm...), "disk", 201,
			`"name": "one"`, nil},
		{"demo", "POST", "images", append([]string{meta + "id", id}, vm...), "", 409, "", nil},
		{"demo", "POST", "images", append([]string{meta + "id", later, meta + "name", "two", meta + "min_ram", "64"}, vm...), "", 201,
			`"status": "queued"`, nil},
		{"demo", "POST", "images", append([]string{meta + "min_ram", "many"}, vm...), "", 400, "", nil},
		{"demo", "POST", "images", append([]string{meta + "is_public", "True"}, vm...), "", 403, "", nil},
		{"demo", "GET", "images", nil, "", 200, `"id": "` + id + `"`, nil},
		{"demo", "GET", "images?name=two", nil, "", 200, `"id": "` + later + `"`, nil},
		{"demo", "GET", "images/detail?property-color=red", nil, "", 200, `"properties": {"color": "red"}`, nil},
		{"alt_demo", "GET", "images/detail", nil, "", 200, `"images": []`, nil},
		{"demo", "HEAD", "images/" + id, nil, "", 200, "", []string{meta + "name", "one", meta + "status", "active", meta + "size", "4",
			meta + "property-color", "red", meta + "is_public", "False"}},
		{"demo", "GET", "images/" + id, nil, "", 200, "disk", []string{meta + "id", id, "Content-Type", "application/octet-stream"}},
		{"demo", "GET", "images/" + later, nil, "", 404, "", nil},
		{"alt_demo", "HEAD", "images/" + id, nil, "", 404, "", nil},
		{"demo", "PUT", "images/" + later, []string{meta + "property-a", "b", meta + "property-c", "d"}, "", 200, `"c": "d"`, nil},
		{"demo", "PUT", "images/" + later, []string{meta + "property-e", "f", "x-glance-registry-purge-props", "false"}, "", 200,
			`"properties": {"a": "b", "c": "d", "e": "f"}`, nil},
		{"demo", "PUT", "images/" + later, []string{meta + "property-g", "h"}, "data", 200,
			`"properties": {"a": "b", "c": "d", "e": "f", "g": "h"}`, nil},
		{"demo", "PUT", "images/" + id, []string{meta + "name", "uno", meta + "property-color", "blue"}, "", 200, `"properties": {"color": "blue"}`, nil},
		{"demo", "PUT", "images/" + id, nil, "again", 409, "", nil},
		{"demo", "PUT", "images/" + id, []string{meta + "protected", "True"}, "", 200, `"properties": {}`, nil},
		{"demo", "DELETE", "images/" + id, nil, "", 403, "", nil},
		{"demo", "PUT", "images/" + id, []string{meta + "protected", "False"}, "", 200, "", nil},
		{"alt_demo", "DELETE", "images/" + id, nil, "", 404, "", nil},

		{"demo", "GET", "images/" + id + "/members", nil, "", 200, `{"members": []}`, nil},
		{"demo", "PUT", "images/" + id + "/members/" + alt, nil, "", 204, "", nil},
		{"demo", "GET", "images/" + id + "/members", nil, "", 200, `{"member_id": "` + alt + `", "can_share": false}`, nil},
		{"alt_demo", "HEAD", "images/" + id, nil, "", 200, "", []string{meta + "name", "uno"}},
		{"alt_demo", "GET", "shared-images/" + alt, nil, "", 200, `"image_id": "` + id + `"`, nil},
		{"demo", "GET", "shared-images/" + alt, nil, "", 403, "", nil},
		{"alt_demo", "PUT", "images/" + id + "/members/x", nil, "", 403, "", nil},
		{"demo", "PUT", "images/" + id + "/members", nil, `{"memberships": [{"member_id": "x"}]}`, 204, "", nil},
		{"demo", "PUT", "images/" + id + "/members", nil, `{"memberships": [{}]}`, 400, "", nil},
		{"demo", "GET", "images/" + id + "/members", nil, "", 200, `{"members": [{"member_id": "x", "can_share": false}]}`, nil},
		{"demo", "DELETE", "images/" + id + "/members/" + alt, nil, "", 404, "", nil},
		{"demo", "DELETE", "images/" + id + "/members/x", nil, "", 204, "", nil},
		{"alt_demo", "HEAD", "images/" + id, nil, "", 404, "", nil},

		{"demo", "DELETE", "images/" + id, nil, "", 200, "", nil},
		{"demo", "GET", "images/" + id, nil, "", 404, "", nil},
		{"demo", "DELETE", "images/" + id, nil, "", 404, "", nil},
	} {
		req, err := http.NewRequest(c.method, server.URL+"/v1/"+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-User", c.user)
		if req.Header.Set("Content-Type", "application/octet-stream"); strings.HasPrefix(c.body, "{") {
			req.Header.Set("Content-Type", "application/json")
		}
		for i := 0; i < len(c.fields); i += 2 {
			req.Header.Set(c.fields[i], c.fields[i+1])
		}
		if c.status < 300 {
			refuseReader(t, req)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != c.status || !strings.Contains(string(text), c.says) {
			t.Errorf("%s: %s %s %v: %d %s, %v; want %d %s", c.user, c.method, c.path, c.fields, resp.StatusCode, text, err, c.status, c.says)
		}
		for i := 0; i < len(c.tells); i += 2 {
			if got := resp.Header.Get(c.tells[i]); got != c.tells[i+1] {
				t.Errorf("%s %s: %s is %q, want %q", c.method, c.path, c.tells[i], got, c.tells[i+1])
			}
		}
	}
}

// TestImageCache: the cache is the admins', for whom there is none.
func TestImageCache(t *testing.T) {
	var minutes atomic.Int64
	server, _ := imageServer(t, &minutes)
	for _, c := range [][2]string{{"GET", ""}, {"DELETE", ""}, {"POST", "/clean"}, {"POST", "/prune"}, {"GET", "/nodes/x"}, {"PUT", "/x"}, {"DELETE", "/x"}} {
		for user, want := range map[string]int{"demo": http.StatusForbidden, "admin": http.StatusNotFound} {
			req, err := http.NewRequest(c[0], server.URL+"/v2/cache"+c[1], nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("X-User", user)
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != want {
				t.Errorf("%s: %s /v2/cache%s: %d, want %d", user, c[0], c[1], resp.StatusCode, want)
			}
		}
	}
}
