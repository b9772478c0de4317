package image

import (
	_ "embed"
	"errors"
	"net/http"
	"sync"

	"github.com/softlayer/jumpgate"
)

// The JSON schemas of an image and of an image's member, as recorded from a
// Glance (Zed) with its default formats and the properties of its
// schema-image.json.
var (
	//go:embed schemas/image.json
	imageSchema string
	//go:embed schemas/member.json
	memberSchema string
	//go:embed schemas/task.json
	taskSchema string
	//go:embed schemas/tasks.json
	tasksSchema string
)

// schemas are the schemas by their endpoints, as Glance writes them. Those of
// collections are made of their items' (glance.schema.CollectionSchema).
var schemas = sync.OnceValue(func() map[string][]byte {
	const describedBy = `{"rel": "describedby", "href": "{schema}"}`
	images := `{"name": "images", "properties": {"images": {"type": "array", "items": ` + imageSchema + `},` +
		`"first": {"type": "string"}, "next": {"type": "string"}, "schema": {"type": "string"}}, "links": [` +
		`{"rel": "first", "href": "{first}"}, {"rel": "next", "href": "{next}"}, ` + describedBy + `]}`
	members := `{"name": "members", "properties": {"members": {"type": "array", "items": ` + memberSchema + `},` +
		`"schema": {"type": "string"}}, "links": [` + describedBy + `]}`
	all := map[string][]byte{
		"v2_schema_image": respace(imageSchema), "v2_schema_images": respace(images),
		"v2_schema_member": respace(memberSchema), "v2_schema_members": respace(members),
		"v2_schemas_task": respace(taskSchema), "v2_schemas_tasks": respace(tasksSchema),
	}
	for _, name := range []string{
		"namespace", "namespaces", "object", "objects", "property", "properties", "resource_type", "resource_types", "tag", "tags",
	} {
		text, err := metadefSchemas.ReadFile("schemas/metadefs/" + name + ".json")
		if err != nil {
			panic(err) // it is part of the program
		}
		all["v2_schemas_metadefs_"+name] = respace(string(text))
	}
	return all
})

// registerSchemas serves the schemas.
func (s *service) registerSchemas() error {
	var faults []error
	for endpoint, body := range schemas() {
		faults = append(faults, s.disp.SetHandler(endpoint, jumpgate.Methods{"GET": func(*jumpgate.Request) (any, error) {
			return &jumpgate.Response{Header: http.Header{"Content-Type": {"application/json"}}, Body: body}, nil
		}}))
	}
	return errors.Join(faults...)
}

// respace gives a JSON text the white space that Python writes, a blank after
// each colon and comma, without touching strings.
func respace(text string) []byte {
	out := make([]byte, 0, len(text))
	inString := false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case inString:
			out = append(out, c)
			if c == '\\' {
				i++
				out = append(out, text[i])
			}
			inString = c != '"'
		case c == ' ' || c == '\n':
		case c == ',' || c == ':':
			out = append(out, c, ' ')
		default:
			out = append(out, c)
			inString = c == '"'
		}
	}
	return out
}
