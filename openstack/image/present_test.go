package image

import (
	"strings"
	"testing"
	"time"
)

// TestFreeze: what is made once is the image's as it is, and no copy's that was
// changed.
func TestFreeze(t *testing.T) {
	img := &Image{
		ID: "1", Name: "one", Status: "active", Visibility: "public", Tags: []string{"t"}, Created: time.Unix(0, 0),
		Lease: Lease{Holder: "h", Until: time.Unix(1, 0)}, Properties: map[string]string{"b": `"`, "a": "x", "id": "ignored"},
	}
	shown := func(img *Image) string {
		b, err := present(img).AppendJSON([]byte("["))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	before := shown(img)
	if !strings.HasPrefix(before, `[{"a": "x", "b": "\"", "name": "one", `) || !strings.HasSuffix(before, `"schema": "/v2/schemas/image"}`) {
		t.Error(before)
	}
	img.Freeze()
	for range 2 {
		if got := shown(img); got != before {
			t.Errorf("frozen %s, want %s", got, before)
		}
	}
	changed := *img
	changed.Name = "two"
	if got := shown(&changed); !strings.Contains(got, `"name": "two"`) {
		t.Errorf("a changed copy: %s", got)
	}
	if dead := (settled{now: time.Now}).settle(img); dead == img || shown(dead) == before && dead.Lease == img.Lease {
		t.Error("an image whose lease is over is as it was")
	}
}
