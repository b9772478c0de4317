package openapi

import "testing"

func TestImage(t *testing.T) {
	more := make(map[rule]string)
	for _, name := range []string{
		"namespace", "namespaces", "object", "objects", "property", "properties", "resource_type", "resource_types", "tag", "tags",
	} {
		more[rule{"GET /v2/schemas/metadefs/" + name, ": object for type"}] =
			"what is answered is a JSON schema, as for images (recording image/110): get_schema in glance/api/v2/metadef_*.py"
	}
	w := newWorld(t, load(t, "image-v2.16.yaml", "../../memory/testdata/image", more), "/image")
	w.know("images", w.first("/image/v2/images", "id"))
	w.look()
}
