package openapi

import "testing"

func TestImage(t *testing.T) {
	w := newWorld(t, load(t, "image-v2.16.yaml", "../../memory/testdata/image", nil), "/image")
	w.know("images", w.first("/image/v2/images", "id"))
	w.look()
}
