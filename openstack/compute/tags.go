package compute

import (
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// maxTags is how many tags a server may have.
const maxTags = 50

var tagsBody = &schema.Schema{
	Type:       mapType,
	Properties: []schema.Property{member("tags", &schema.Schema{Type: listType, Items: tagSchema, MaxItems: maxTags})},
	Required:   []string{"tags"},
}

func tags(s *service, driver any, t *table) {
	if s.serverGetter == nil {
		return
	}
	t.One(http.MethodGet, "v21_server_tags", s.listTags)
	t.One(http.MethodGet, "v21_server_tag", s.checkTag)
	if d, ok := driver.(ServerTagger); ok {
		t.One(http.MethodPut, "v21_server_tags", func(r *jumpgate.Request) (any, error) { return replaceTags(r, d) })
		t.One(http.MethodDelete, "v21_server_tags", func(r *jumpgate.Request) (any, error) { return deleteTags(r, d) })
		t.One(http.MethodPut, "v21_server_tag", func(r *jumpgate.Request) (any, error) { return s.addTag(r, d) })
		t.One(http.MethodDelete, "v21_server_tag", func(r *jumpgate.Request) (any, error) { return deleteTag(r, d) })
	}
}

// tagFault words an error about the tags of a server, which Nova looks up
// otherwise than servers.
func tagFault(err error, id string, doing Action) error {
	if err == nil {
		return nil
	}
	return serverFault(missing(err, unmapped, id), id, doing)
}

func (s *service) serverTags(r *jumpgate.Request) ([]string, error) {
	id := serverID(r)
	server, err := s.serverGetter.Server(r.Context(), id)
	if err != nil {
		return nil, tagFault(err, id, 0)
	}
	return server.Tags, nil
}

func (s *service) listTags(r *jumpgate.Request) (any, error) {
	all, err := s.serverTags(r)
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "tags", Value: all}}, nil
}

func (s *service) checkTag(r *jumpgate.Request) (any, error) {
	all, err := s.serverTags(r)
	if err != nil {
		return nil, err
	}
	if tag := r.Var("tag"); !slices.Contains(all, tag) {
		return nil, noTag(r, tag)
	}
	return empty(http.StatusNoContent), nil
}

func noTag(r *jumpgate.Request, tag string) error {
	return jumpgate.NotFound.New("Server %s has no tag '%s'", serverID(r), tag)
}

func replaceTags(r *jumpgate.Request, d ServerTagger) (any, error) {
	body, err := readSchema(r, tagsBody)
	if err != nil {
		return nil, err
	}
	var wanted []string
	for _, tag := range body.List("tags") {
		if tag := tag.(string); !slices.Contains(wanted, tag) {
			wanted = append(wanted, tag)
		}
	}
	const doing = ActionUpdateTags
	id := serverID(r)
	all, err := d.ChangeServerTags(r.Context(), id, doing, func([]string) ([]string, error) { return wanted, nil })
	if err != nil {
		return nil, tagFault(err, id, doing)
	}
	return jumpgate.Object{{Name: "tags", Value: all}}, nil
}

func deleteTags(r *jumpgate.Request, d ServerTagger) (any, error) {
	const doing = ActionDeleteTags
	id := serverID(r)
	_, err := d.ChangeServerTags(r.Context(), id, doing, func([]string) ([]string, error) { return nil, nil })
	if err != nil {
		return nil, tagFault(err, id, doing)
	}
	return empty(http.StatusNoContent), nil
}

func (s *service) addTag(r *jumpgate.Request, d ServerTagger) (any, error) {
	if err := noBody(r); err != nil {
		return nil, err
	}
	const doing = ActionUpdateTag
	id, tag, there := serverID(r), r.Var("tag"), false
	_, err := d.ChangeServerTags(r.Context(), id, doing, func(old []string) ([]string, error) {
		if f := tagSchema.Check(tag); f != nil {
			return nil, jumpgate.BadRequest.New("Tag '%s' is invalid. It must be a non empty string without characters '/' and ','. "+
				"Validation error message: %s", tag, f.Message)
		}
		if len(old) >= maxTags {
			return nil, jumpgate.BadRequest.New("The number of tags exceeded the per-server limit %d", maxTags)
		}
		if there = slices.Contains(old, tag); there {
			return old, nil
		}
		return append(slices.Clone(old), tag), nil
	})
	if err != nil {
		return nil, tagFault(err, id, doing)
	}
	if there {
		return &jumpgate.Response{Status: http.StatusNoContent}, nil
	}
	location, err := s.disp.EndpointURL(r, "v21_server_tag", "server_id", id, "tag", tag)
	if err != nil {
		return nil, err
	}
	answer := htmlAnswer(http.StatusCreated)
	answer.Header.Set("Location", location)
	return answer, nil
}

// noBody refuses any body but null.
func noBody(r *jumpgate.Request) error {
	text, err := r.ReadBody(0)
	if err != nil || len(text) == 0 {
		return err
	}
	value, err := schema.Parse(text)
	if err != nil {
		return jumpgate.BadRequest.Wrap(err, "Malformed request body")
	}
	return rest.WordFault(nullSchema.Check(value))
}

func deleteTag(r *jumpgate.Request, d ServerTagger) (any, error) {
	const doing = ActionDeleteTag
	id, tag := serverID(r), r.Var("tag")
	_, err := d.ChangeServerTags(r.Context(), id, doing, func(old []string) ([]string, error) {
		i := slices.Index(old, tag)
		if i < 0 {
			return nil, noTag(r, tag)
		}
		return slices.Delete(slices.Clone(old), i, i+1), nil
	})
	if err != nil {
		return nil, tagFault(err, id, doing)
	}
	return empty(http.StatusNoContent), nil
}
