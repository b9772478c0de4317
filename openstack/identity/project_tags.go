package identity

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
)

// tagFilters are the query's four conditions on tags.
type tagFilters struct{ all, any, notAll, notAny []string }

func tagFilter(r *jumpgate.Request) tagFilters {
	q := r.URL.Query()
	read := func(name string) []string {
		if text := q.Get(name); text != "" {
			return strings.Split(text, ",")
		}
		return nil
	}
	return tagFilters{read("tags"), read("tags-any"), read("not-tags"), read("not-tags-any")}
}

func (f tagFilters) fits(tags []string) bool {
	has := func(tag string) bool { return slices.Contains(tags, tag) }
	lacks := func(tag string) bool { return !has(tag) }
	return !slices.ContainsFunc(f.all, lacks) &&
		(f.any == nil || slices.ContainsFunc(f.any, has)) &&
		(f.notAll == nil || slices.ContainsFunc(f.notAll, lacks)) &&
		!slices.ContainsFunc(f.notAny, has)
}

func (s *service) presentTags(r *jumpgate.Request, tags []string) (any, error) {
	self, err := requestURL(r)
	return jumpgate.Object{
		{Name: "links", Value: jumpgate.Object{{Name: "self", Value: self}}},
		{Name: "tags", Value: tags},
	}, err
}

// projectTags is GET /v3/projects/{project_id}/tags.
func (s *service) projectTags(r *jumpgate.Request) (any, error) {
	p, err := s.projectIn(r, "list_project_tags")
	if err != nil {
		return nil, err
	}
	return s.presentTags(r, p.Tags)
}

// projectTag is GET /v3/projects/{project_id}/tags/{tag}.
func (s *service) projectTag(r *jumpgate.Request) (any, error) {
	p, err := s.projectIn(r, "get_project_tag")
	if err != nil {
		return nil, err
	}
	if tag := r.Var("tag"); !slices.Contains(p.Tags, tag) {
		return nil, noTag(tag)
	}
	return nil, nil
}

func noTag(tag string) error { return jumpgate.NotFound.New("Could not find project tag: %s.", tag) }

// setTags keeps other tags of a project.
func (s *service) setTags(r *jumpgate.Request, p *Project, change func(tags []string) ([]string, error)) (*Project, error) {
	if p.immutable() {
		return nil, jumpgate.Forbidden.New("Cannot update project tags for %s, project is immutable. Set \"immutable\" option to false before creating project tags.", p.ID)
	}
	return s.projects.UpdateProject(r.Context(), p.ID, func(p *Project) (err error) {
		p.Tags, err = change(p.Tags)
		return err
	})
}

// replaceTags is PUT /v3/projects/{project_id}/tags.
func (s *service) replaceTags(r *jumpgate.Request) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	p, err := s.projectIn(r, "update_project_tags")
	if err != nil {
		return nil, err
	}
	value, _ := body.Get("tags")
	if err := tagsField.fault(value); err != nil {
		return nil, err
	}
	p, err = s.setTags(r, p, func([]string) ([]string, error) {
		var tags []string
		for _, tag := range body.List("tags") {
			tags = append(tags, tag.(string))
		}
		return tags, nil
	})
	if err != nil {
		return nil, err
	}
	return s.presentTags(r, p.Tags)
}

// deleteTags is DELETE /v3/projects/{project_id}/tags.
func (s *service) deleteTags(r *jumpgate.Request) (any, error) {
	p, err := s.projectIn(r, "delete_project_tags")
	if err != nil {
		return nil, err
	}
	_, err = s.setTags(r, p, func([]string) ([]string, error) { return nil, nil })
	return nil, err
}

// addTag is PUT /v3/projects/{project_id}/tags/{tag}.
func (s *service) addTag(r *jumpgate.Request) (any, error) {
	p, err := s.projectIn(r, "create_project_tag")
	if err != nil {
		return nil, err
	}
	tag := r.Var("tag")
	if err := tagField.fault(tag); err != nil {
		return nil, err
	}
	_, err = s.setTags(r, p, func(tags []string) ([]string, error) {
		all := make([]any, 0, len(tags)+1)
		for _, t := range append(slices.Clone(tags), tag) {
			all = append(all, t)
		}
		if err := tagsField.fault(all); err != nil {
			return nil, err
		}
		return append(slices.Clone(tags), tag), nil
	})
	if err != nil {
		return nil, err
	}
	base, err := s.disp.EndpointURL(r, "v3_projects_with_id", "project_id", p.ID)
	return &jumpgate.Response{
		Status: http.StatusCreated,
		Header: http.Header{"Location": {base + "/tags/" + url.PathEscape(tag)}},
	}, err
}

// deleteTag is DELETE /v3/projects/{project_id}/tags/{tag}.
func (s *service) deleteTag(r *jumpgate.Request) (any, error) {
	p, err := s.projectIn(r, "delete_project_tag")
	if err != nil {
		return nil, err
	}
	tag := r.Var("tag")
	_, err = s.setTags(r, p, func(tags []string) ([]string, error) {
		i := slices.Index(tags, tag)
		if i < 0 {
			return nil, noTag(tag)
		}
		return slices.Delete(slices.Clone(tags), i, i+1), nil
	})
	return nil, err
}
