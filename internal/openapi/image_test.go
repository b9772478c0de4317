package openapi

import (
	"testing"
	"time"

	"github.com/softlayer/jumpgate/memory"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// imageDescription is the description of the image service, with what it has
// wrong; more is what only some tests meet.
func imageDescription(t *testing.T, more map[rule]string) *reference {
	for _, name := range []string{
		"namespace", "namespaces", "object", "objects", "property", "properties", "resource_type", "resource_types", "tag", "tags",
	} {
		more[rule{"GET /v2/schemas/metadefs/" + name, ": object for type"}] =
			"what is answered is a JSON schema, as for images (recording image/110): get_schema in glance/api/v2/metadef_*.py"
	}
	return load(t, "image-v2.16.yaml", "../../memory/testdata/image", more)
}

func TestImage(t *testing.T) {
	w := newWorld(t, imageDescription(t, make(map[rule]string)), "/image")
	w.know("images", w.first("/image/v2/images", "id"))
	w.look()
}

// TestImageChanges holds what changes something against the description, with
// a cloud that can all of it.
func TestImageChanges(t *testing.T) {
	cloud, err := memory.New(memory.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const created = "POST /v2/metadefs/namespaces/{namespace_name}/tags"
	ref := imageDescription(t, map[rule]string{
		{created, ": missing name"}: "several tags are made and answered: create_tags in glance/api/v2/metadef_tags.py",
		{created, ": unknown tags"}: "likewise",
		{"GET /v2/info/stores/detail", "properties/stores/items/properties/default: string for type"}: "the word true, as without details (recording image/118)",
	})
	w := serve(t, ref, "/image", cloud.Services(), simulator.NewClock(time.Now()), "admin", "secret")
	const namespace = "/v2/metadefs/namespaces/{namespace_name}"
	w.know("namespaces", "N")
	w.know("objects", "o")
	w.know("properties", "p")
	w.know("tags", "t")
	w.know("resource_types", "OS::Nova::Flavor")
	w.know("members", "somebody")
	w.know("images", "11111111-2222-4333-8444-555555555555")
	w.play([]step{
		{"", "", "POST", "/v2/images", `{"id": "{images}", "name": "n", "disk_format": "raw", "container_format": "bare", "a": "b", "tags": ["x"]}`, 201},
		{"", "", "POST", "/v2/images/{image_id}/members", `{"member": "somebody"}`, 200},
		{"", "", "PUT", "/v2/images/{image_id}/members/{member_id}", `{"status": "accepted"}`, 200},
		{"", "", "PUT", "/v2/images/{image_id}/tags/{tag_value}", "", 204},
		{"", "", "POST", "/v2/metadefs/namespaces", `{"namespace": "N", "visibility": "public", "description": "d", "display_name": "D", "owner": "me"}`, 201},
		{"", "", "PUT", namespace, `{"namespace": "N", "visibility": "public"}`, 200},
		{"", "", "POST", namespace + "/objects", `{"name": "o", "description": "d", "required": ["q"], "properties": {"q": {"title": "Q", "type": "string"}}}`, 201},
		{"", "", "PUT", namespace + "/objects/{object_name}", `{"name": "o"}`, 200},
		{"", "", "POST", namespace + "/properties", `{"name": "p", "title": "P", "type": "integer", "minimum": 1}`, 201},
		{"", "", "PUT", namespace + "/properties/{property_name}", `{"name": "p", "title": "P2", "type": "integer"}`, 200},
		{"", "", "POST", namespace + "/tags", `{"tags": [{"name": "s"}]}`, 201},
		{"", "", "POST", namespace + "/tags/{tag_name}", "", 201},
		{"", "", "PUT", namespace + "/tags/{tag_name}", `{"name": "t"}`, 200},
		{"", "", "POST", namespace + "/resource_types", `{"name": "OS::Nova::Flavor", "prefix": "hw:"}`, 201},
	})
	w.look()
	w.play([]step{
		{"", "", "DELETE", namespace + "/resource_types/{name}", "", 204},
		{"", "", "DELETE", namespace + "/tags/{tag_name}", "", 204},
		{"", "", "DELETE", namespace + "/properties/{property_name}", "", 204},
		{"", "", "DELETE", namespace + "/objects/{object_name}", "", 204},
		{"", "", "DELETE", namespace, "", 204},
		{"", "", "DELETE", "/v2/images/{image_id}/tags/{tag_value}", "", 204},
		{"", "", "DELETE", "/v2/images/{image_id}/members/{member_id}", "", 204},
		{"", "", "DELETE", "/v2/images/{image_id}", "", 204},
	})
}
