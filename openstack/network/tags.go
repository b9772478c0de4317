package network

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
)

// tagFilter is what a list says about tags. Each value is a list with commas.
type tagFilter struct{ all, any, notAll, notAny []string }

func (f *tagFilter) add(name string, values []string) {
	to := map[string]*[]string{"tags": &f.all, "tags-any": &f.any, "not-tags": &f.notAll, "not-tags-any": &f.notAny}[name]
	for _, v := range values {
		*to = append(*to, strings.Split(v, ",")...)
	}
}

func (f *tagFilter) none() bool {
	return f.all == nil && f.any == nil && f.notAll == nil && f.notAny == nil
}

func (f *tagFilter) matches(tags []string) bool {
	has := func(tag string) bool { return slices.Contains(tags, tag) }
	every := func(want []string) bool {
		return !slices.ContainsFunc(want, func(tag string) bool { return !has(tag) })
	}
	return every(f.all) && (f.any == nil || slices.ContainsFunc(f.any, has)) &&
		(f.notAll == nil || !every(f.notAll)) && !slices.ContainsFunc(f.notAny, has)
}

// tagged is a kind whose things have tags.
type tagged interface {
	// tags returns the tags of the thing that has the id; verb is what is
	// about to be done with them.
	tags(ctx context.Context, r *jumpgate.Request, id, verb string) ([]string, error)
	retag(ctx context.Context, r *jumpgate.Request, id string, tags []string) ([]string, error)
}

func (k *kind[T]) tags(ctx context.Context, r *jumpgate.Request, id, verb string) ([]string, error) {
	item, err := k.get(ctx, r, id)
	if err != nil {
		return nil, err
	}
	t, err := k.targetOf(ctx, item)
	if err != nil {
		return nil, err
	}
	if !k.s.allows(ctx, "get_"+k.rule, t) {
		return nil, k.notFound(id)
	}
	if verb != "get" {
		if err := k.s.need(ctx, verb+"_"+k.rule+":tags", t); err != nil {
			return nil, err
		}
		if _, ok := k.from(r).(Updater[T]); !ok {
			return nil, jumpgate.NotImplemented
		}
	}
	tags, _ := k.attrs.Named("tags").Get(item).([]string)
	return slices.Clone(tags), nil
}

func (k *kind[T]) retag(ctx context.Context, r *jumpgate.Request, id string, tags []string) ([]string, error) {
	updater, ok := k.from(r).(Updater[T])
	if !ok {
		return nil, jumpgate.NotImplemented
	}
	a := k.attrs.Named("tags")
	item, err := updater.Update(ctx, id, NewUpdate(func(t *T) { a.Write(t, tags) }, "tags"))
	if err != nil {
		return nil, k.found(err, id)
	}
	now, _ := a.Get(item).([]string)
	return now, nil
}

const (
	maxTagLength = 255
	maxTags      = 50
)

// tagEndpoints serves the tags of all kinds that have some.
func (s *service) tagEndpoints() {
	if len(s.tagged) == 0 {
		return
	}
	s.add("v2_resource_tags", jumpgate.Methods{
		http.MethodGet: func(r *jumpgate.Request) (any, error) {
			tags, err := s.tagsOf(r, "get", nil)
			return jumpgate.Object{{Name: "tags", Value: tags}}, err
		},
		http.MethodPut: func(r *jumpgate.Request) (any, error) {
			wanted, err := tagsIn(r)
			if err != nil {
				return nil, err
			}
			_, err = s.tagsOf(r, "update", func([]string) ([]string, error) { return slices.Clone(wanted), nil })
			return jumpgate.Object{{Name: "tags", Value: wanted}}, err
		},
		http.MethodPost: func(r *jumpgate.Request) (any, error) {
			more, err := tagsIn(r)
			if err != nil {
				return nil, err
			}
			_, err = s.tagsOf(r, "create", func(have []string) ([]string, error) { return append(have, more...), nil })
			return &jumpgate.Response{Status: http.StatusCreated, Body: jumpgate.Object{{Name: "tags", Value: more}}}, err
		},
		http.MethodDelete: func(r *jumpgate.Request) (any, error) {
			_, err := s.tagsOf(r, "delete", func([]string) ([]string, error) { return nil, nil })
			return nil, err
		},
	})
	s.add("v2_resource_tag", jumpgate.Methods{
		http.MethodGet: func(r *jumpgate.Request) (any, error) {
			tags, err := s.tagsOf(r, "get", nil)
			if err == nil && !slices.Contains(tags, r.Var("tag")) {
				err = tagNotFound(r.Var("tag"))
			}
			return nil, err
		},
		http.MethodPut: func(r *jumpgate.Request) (any, error) {
			if err := checkTag(r.Var("tag")); err != nil {
				return nil, Invalid("%s", err)
			}
			_, err := s.tagsOf(r, "update", func(have []string) ([]string, error) { return append(have, r.Var("tag")), nil })
			return &jumpgate.Response{Status: http.StatusCreated}, err
		},
		http.MethodDelete: func(r *jumpgate.Request) (any, error) {
			_, err := s.tagsOf(r, "delete", func(have []string) ([]string, error) {
				i := slices.Index(have, r.Var("tag"))
				if i < 0 {
					return nil, tagNotFound(r.Var("tag"))
				}
				return slices.Delete(have, i, i+1), nil
			})
			return nil, err
		},
	})
}

func tagNotFound(tag string) error {
	return fault(jumpgate.NotFound, "TagNotFound", "Tag %s could not be found.", tag)
}

func checkTag(tag any) error {
	_, err := text(maxTagLength)(tag)
	return err
}

// tagList takes a list of tags, no two the same, and keeps their order.
func tagList(v any) ([]string, error) {
	l, err := list(v)
	if err != nil {
		return nil, err
	}
	seen := make(map[string]bool, len(l))
	for _, tag := range l {
		key := fmt.Sprintf("%#v", tag) // what is no text may not be a key itself
		if seen[key] {
			return nil, because("Duplicate items in the list: '%s'", show(tag))
		}
		seen[key] = true
	}
	tags := make([]string, len(l))
	for i, tag := range l {
		if err := checkTag(tag); err != nil {
			return nil, err
		}
		tags[i], _ = tag.(string)
	}
	return tags, nil
}

func tagsIn(r *jumpgate.Request) ([]string, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	v, ok := body["tags"]
	if !ok {
		return nil, Invalid("Invalid tags body")
	}
	tags, err := tagList(v)
	if err != nil {
		return nil, Invalid("%s", err)
	}
	return tags, nil
}

// tagsOf does something with the tags of the thing of the path.
func (s *service) tagsOf(r *jumpgate.Request, verb string, change func([]string) ([]string, error)) ([]string, error) {
	kind := strings.ReplaceAll(r.Var("resource_type"), "-", "_")
	k := s.tagged[kind]
	if k == nil {
		return nil, jumpgate.NotFound
	}
	ctx, id := s.context(r), r.Var("resource_id")
	tags, err := k.tags(ctx, r, id, verb)
	if err != nil || change == nil {
		return tags, err
	}
	if tags, err = change(tags); err != nil {
		return nil, err
	}
	slices.Sort(tags)
	if tags = slices.Compact(tags); len(tags) > maxTags {
		return nil, BadRequest(kind, "The number of tags exceed the per-resource limit of %d", maxTags)
	}
	return k.retag(ctx, r, id, tags)
}
