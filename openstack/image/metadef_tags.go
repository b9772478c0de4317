package image

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// presentTag is the JSON object of a tag that was asked for.
func presentTag(t *MetadefTag) jumpgate.Object {
	return addDates(jumpgate.Object{{Name: "name", Value: t.Name}}, t.Created, t.Updated)
}

// presentTagName is the JSON object of a tag among others.
func presentTagName(t *MetadefTag) jumpgate.Object {
	return jumpgate.Object{{Name: "name", Value: t.Name}}
}

// newestFirst is Glance's order of tags.
func newestFirst(tags []MetadefTag) []MetadefTag {
	tags = slices.Clone(tags)
	slices.Reverse(tags)
	return tags
}

// tag finds a tag of ns.
func (ns *MetadefNamespace) tag(name string) (int, error) {
	i := slices.IndexFunc(ns.Tags, func(t MetadefTag) bool { return t.Name == name })
	if i < 0 {
		return 0, jumpgate.NotFound.New("The metadata definition tag with name=%s was not found in namespace=%s.", name, ns.Name)
	}
	return i, nil
}

func (ns *MetadefNamespace) addTag(name string, now time.Time) error {
	if _, err := ns.tag(name); err == nil {
		return duplicateTag(ns, name)
	}
	ns.Tags = append(slices.Clone(ns.Tags), MetadefTag{Name: name, Created: now, Updated: now})
	return nil
}

func duplicateTag(ns *MetadefNamespace, name string) error {
	return jumpgate.Conflict.New("A metadata tag with name=%s already exists in namespace=%s. (Please note that metadata tag names are"+
		" case insensitive).", name, ns.Name)
}

// listTags answers GET .../tags.
func (s *service) listTags(r *jumpgate.Request) (any, error) {
	params, err := readParams(r)
	if err != nil {
		return nil, err
	}
	q, err := readMetadefQuery(params, "public", "private", "shared")
	if err != nil {
		return nil, err
	}
	ns, err := s.namespace(r, "get_metadef_tags", unknownNamespace)
	if err != nil {
		return nil, err
	}
	tags := slices.Clone(ns.Tags)
	switch q.sortKey {
	case "name":
		slices.SortFunc(tags, func(a, b MetadefTag) int { return strings.Compare(a.Name, b.Name) })
	case "updated_at":
		slices.SortStableFunc(tags, func(a, b MetadefTag) int { return a.Updated.Compare(b.Updated) })
	case "created_at", "id": // as they are
	default:
		return nil, jumpgate.BadRequest.New("Sort key supplied was not valid.")
	}
	if !q.ascending {
		slices.Reverse(tags)
	}
	if q.marker != "" {
		if _, err := ns.tag(q.marker); err != nil {
			return nil, err
		}
		tags = tags[1+slices.IndexFunc(tags, func(t MetadefTag) bool { return t.Name == q.marker }):]
	}
	if q.limit > 0 && q.limit < len(tags) {
		tags = tags[:q.limit]
	}
	return jumpgate.Object{{Name: "tags", Value: presentAll(tags, presentTagName)}}, nil
}

// createTags answers POST .../tags: the tags of a namespace are these from now
// on, unless the client wants to add to them.
func (s *service) createTags(r *jumpgate.Request) (any, error) {
	body, err := readMetadef(r, metadefValidator("tag list"), "created_at", "updated_at")
	if err != nil {
		return nil, err
	}
	list, now := body.List("tags"), s.now().UTC()
	add, _ := jumpgate.ParseBool(r.Header.Get("X-Openstack-Append"))
	_, err = s.changeNamespace(r, "add_metadef_tags", unknownNamespace, func(ns *MetadefNamespace) error {
		if !add && len(list) > 0 {
			ns.Tags = nil
		}
		for _, v := range list {
			o, _ := v.(schema.Object)
			if err := ns.addTag(o.String("name"), now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	names := make([]MetadefTag, 0, len(list))
	for _, v := range list {
		o, _ := v.(schema.Object)
		names = append(names, MetadefTag{Name: o.String("name")})
	}
	return &jumpgate.Response{
		Status: http.StatusCreated, Body: jumpgate.Object{{Name: "tags", Value: presentAll(names, presentTagName)}},
	}, nil
}

// createTag answers POST .../tags/{tag_name}.
func (s *service) createTag(r *jumpgate.Request) (any, error) {
	if _, err := s.namespace(r, "get_metadef_namespace", unknownNamespace); err != nil {
		return nil, err
	}
	name, now := r.Var("tag_name"), s.now().UTC()
	if err := metadefValidator("tag").check(schema.Object{{Name: "name", Value: name}}); err != nil {
		return nil, err
	}
	_, err := s.changeNamespace(r, "add_metadef_tag", unknownNamespace, func(ns *MetadefNamespace) error {
		return ns.addTag(name, now)
	})
	if err != nil {
		return nil, err
	}
	return &jumpgate.Response{Status: http.StatusCreated, Body: presentTag(&MetadefTag{name, now, now})}, nil
}

// showTag answers GET .../tags/{tag_name}.
func (s *service) showTag(r *jumpgate.Request) (any, error) {
	ns, err := s.namespace(r, "get_metadef_tag", unknownNamespace)
	if err != nil {
		return nil, err
	}
	i, err := ns.tag(r.Var("tag_name"))
	if err != nil {
		return nil, err
	}
	return presentTag(&ns.Tags[i]), nil
}

// updateTag answers PUT .../tags/{tag_name}.
func (s *service) updateTag(r *jumpgate.Request) (any, error) {
	body, err := readMetadef(r, metadefValidator("tag"), "created_at", "updated_at")
	if err != nil {
		return nil, err
	}
	var changed MetadefTag
	_, err = s.changeNamespace(r, "modify_metadef_tag", unknownNamespace, func(ns *MetadefNamespace) error {
		i, err := ns.tag(r.Var("tag_name"))
		if err != nil {
			return err
		}
		name := body.String("name")
		if j, err := ns.tag(name); err == nil && i != j {
			return duplicateTag(ns, name)
		}
		ns.Tags = slices.Clone(ns.Tags)
		ns.Tags[i].Name, ns.Tags[i].Updated = name, s.now().UTC()
		changed = ns.Tags[i]
		return nil
	})
	if err != nil {
		return nil, err
	}
	return presentTag(&changed), nil
}

// deleteTag answers DELETE .../tags/{tag_name}.
var deleteTag = removal[MetadefTag]{
	kind: "tag", rule: "delete_metadef_tag", variable: "tag_name", missing: unknownNamespace,
	find: (*MetadefNamespace).tag,
	list: func(ns *MetadefNamespace) *[]MetadefTag { return &ns.Tags },
}
