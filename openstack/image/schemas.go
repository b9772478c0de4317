package image

import (
	_ "embed"
	"errors"
	"net/http"

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

// registerSchemas serves the schemas. Those of collections are made of their
// items' (glance.schema.CollectionSchema).
func (s *service) registerSchemas() error {
	const describedBy = `{"rel": "describedby", "href": "{schema}"}`
	images := `{"name": "images", "properties": {"images": {"type": "array", "items": ` + imageSchema + `},` +
		`"first": {"type": "string"}, "next": {"type": "string"}, "schema": {"type": "string"}}, "links": [` +
		`{"rel": "first", "href": "{first}"}, {"rel": "next", "href": "{next}"}, ` + describedBy + `]}`
	members := `{"name": "members", "properties": {"members": {"type": "array", "items": ` + memberSchema + `},` +
		`"schema": {"type": "string"}}, "links": [` + describedBy + `]}`
	return errors.Join(
		s.serveSchema("v2_schema_image", imageSchema),
		s.serveSchema("v2_schema_images", images),
		s.serveSchema("v2_schema_member", memberSchema),
		s.serveSchema("v2_schema_members", members),
		s.serveSchema("v2_schemas_task", taskSchema),
		s.serveSchema("v2_schemas_tasks", tasksSchema),
	)
}

func (s *service) serveSchema(endpoint, schema string) error {
	body := respace(schema)
	return s.disp.SetHandler(endpoint, jumpgate.Methods{"GET": func(*jumpgate.Request) (any, error) {
		return &jumpgate.Response{Header: http.Header{"Content-Type": {"application/json"}}, Body: body}, nil
	}})
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
