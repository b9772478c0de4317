package image

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

const namespacesPath = "/v2/metadefs/namespaces"

// presentNamespace is the JSON object of a namespace without what is in it.
func presentNamespace(ns *MetadefNamespace) jumpgate.Object {
	o := jumpgate.Object{{Name: "namespace", Value: ns.Name}}
	o = addText(o, "display_name", ns.DisplayName)
	o = addText(o, "description", ns.Description)
	o = append(o, jumpgate.Member{Name: "visibility", Value: ns.Visibility}, jumpgate.Member{Name: "protected", Value: ns.Protected})
	return addDates(addText(o, "owner", ns.Owner), ns.Created, ns.Updated)
}

// namespaceLinks end the JSON object of a namespace.
func namespaceLinks(o jumpgate.Object, ns *MetadefNamespace) jumpgate.Object {
	return append(o, jumpgate.Member{Name: "self", Value: namespacesPath + "/" + ns.Name},
		jumpgate.Member{Name: "schema", Value: "/v2/schemas/metadefs/namespace"})
}

// addText adds a member that is there only if it has a value, as WSME has it.
func addText(o jumpgate.Object, name, value string) jumpgate.Object {
	if value == "" {
		return o
	}
	return append(o, jumpgate.Member{Name: name, Value: value})
}

func addDates(o jumpgate.Object, created, updated time.Time) jumpgate.Object {
	o = append(o, jumpgate.Member{Name: "created_at", Value: date(created)})
	if !updated.IsZero() {
		o = append(o, jumpgate.Member{Name: "updated_at", Value: date(updated)})
	}
	return o
}

// wholeNamespace is the JSON object of a namespace with what is in it.
func wholeNamespace(ns *MetadefNamespace) jumpgate.Object {
	o := presentNamespace(ns)
	if len(ns.ResourceTypes) > 0 {
		o = append(o, jumpgate.Member{Name: "resource_type_associations", Value: presentAll(ns.ResourceTypes, presentAssociation)})
	}
	if len(ns.Properties) > 0 {
		o = append(o, jumpgate.Member{Name: "properties", Value: presentProperties(ns.Properties)})
	}
	if len(ns.Objects) > 0 {
		o = append(o, jumpgate.Member{Name: "objects", Value: presentAll(ns.Objects, func(m *MetadefObject) jumpgate.Object {
			return presentObject(ns.Name, m)
		})})
	}
	if len(ns.Tags) > 0 {
		o = append(o, jumpgate.Member{Name: "tags", Value: presentAll(newestFirst(ns.Tags), presentTagName)})
	}
	return namespaceLinks(o, ns)
}

func presentAll[T any](list []T, present func(*T) jumpgate.Object) []jumpgate.Object {
	out := make([]jumpgate.Object, 0, len(list))
	for i := range list {
		out = append(out, present(&list[i]))
	}
	return out
}

// listNamespaces answers GET /v2/metadefs/namespaces.
func (s *service) listNamespaces(r *jumpgate.Request) (any, error) {
	ctx := r.Context()
	params, err := readParams(r)
	if err != nil {
		return nil, err
	}
	q, err := readMetadefQuery(params, "public", "private")
	if err != nil {
		return nil, err
	}
	for _, rule := range []string{"get_metadef_namespaces", "list_metadef_resource_types"} {
		if err := s.allowMetadef(ctx, rule, nil); err != nil {
			return nil, err
		}
	}
	var found []*MetadefNamespace
	marked := q.marker == ""
	for ns, err := range s.metadefs.ListMetadefNamespaces(ctx) {
		if err != nil {
			return nil, err
		}
		if s.sees(ctx, ns) {
			marked = marked || ns.Name == q.marker
			found = append(found, ns)
		}
	}
	if !marked {
		return nil, jumpgate.NotFound.New(undefinedNamespace, q.marker)
	}
	if err := q.sort(found); err != nil {
		return nil, err
	}
	list, last := []jumpgate.Object{}, ""
	for _, ns := range found {
		switch {
		case q.marker != "":
			if ns.Name == q.marker {
				q.marker = ""
			}
			continue
		case len(list) == q.limit || !q.matches(ns) || s.allowMetadef(ctx, "get_metadef_namespace", ns) != nil:
			continue
		}
		o := presentNamespace(ns)
		if len(ns.ResourceTypes) > 0 {
			o = append(o, jumpgate.Member{Name: "resource_type_associations", Value: presentAll(ns.ResourceTypes, presentAssociation)})
		}
		list, last = append(list, namespaceLinks(o, ns)), ns.Name
	}
	answer := jumpgate.Object{{Name: "namespaces", Value: list}}
	if len(list) > 0 && len(list) == q.limit {
		answer = append(answer, jumpgate.Member{Name: "next", Value: namespacesPath + "?" + pageQuery(params, last)})
	}
	first := namespacesPath
	if query := pageQuery(params, ""); query != "" {
		first += "?" + query
	}
	return append(answer, jumpgate.Member{Name: "schema", Value: "/v2/schemas/metadefs/namespaces"}, jumpgate.Member{Name: "first", Value: first}), nil
}

// metadefQuery is what a client asks of a list of definitions.
type metadefQuery struct {
	limit             int // negative: none
	marker            string
	sortKey           string
	ascending         bool
	visibility, types string
}

// readMetadefQuery reads the parameters of a list; visible are the words that
// it knows for visibility.
func readMetadefQuery(p rest.Params, visible ...string) (metadefQuery, error) {
	q := metadefQuery{limit: -1, sortKey: "created_at"}
	if text, ok := p.Lookup("limit"); ok {
		var err error
		if q.limit, err = rest.Limit(text, maxLimit); err != nil {
			return q, err
		}
	} else if len(visible) == 2 { // namespaces have a default
		q.limit = defaultLimit
	}
	q.marker, _ = p.Lookup("marker")
	if key, ok := p.Lookup("sort_key"); ok {
		q.sortKey = key
	}
	dir, ok := p.Lookup("sort_dir")
	if ok && dir != "asc" && dir != "desc" {
		return q, jumpgate.BadRequest.New("Invalid sort direction: %s", dir)
	}
	q.ascending = dir == "asc"
	if q.visibility, _ = p.Lookup("visibility"); q.visibility != "" && !slices.Contains(visible, q.visibility) {
		return q, jumpgate.BadRequest.New("Invalid visibility value: %s", q.visibility)
	}
	q.types, _ = p.Lookup("resource_types")
	return q, nil
}

func (q *metadefQuery) matches(ns *MetadefNamespace) bool {
	return (q.visibility == "" || ns.Visibility == q.visibility) &&
		(q.types == "" || slices.ContainsFunc(ns.ResourceTypes, func(a MetadefAssociation) bool {
			return slices.Contains(strings.Split(q.types, ","), a.Name)
		}))
}

// namespaceColumns are what namespaces are sorted by; by id they are in the order
// of creation.
var namespaceColumns = rest.Columns[MetadefNamespace]{
	"created_at":   rest.ByTime(func(ns *MetadefNamespace) time.Time { return ns.Created }),
	"updated_at":   rest.ByTime(func(ns *MetadefNamespace) time.Time { return ns.Updated }),
	"namespace":    rest.By(func(ns *MetadefNamespace) string { return ns.Name }),
	"display_name": rest.By(func(ns *MetadefNamespace) string { return ns.DisplayName }),
	"description":  rest.By(func(ns *MetadefNamespace) string { return ns.Description }),
	"visibility":   rest.By(func(ns *MetadefNamespace) string { return ns.Visibility }),
	"owner":        rest.By(func(ns *MetadefNamespace) string { return ns.Owner }),
	"protected":    rest.ByBool(func(ns *MetadefNamespace) bool { return ns.Protected }),
	"id":           nil,
}

func (q *metadefQuery) sort(list []*MetadefNamespace) error {
	if _, ok := namespaceColumns[q.sortKey]; !ok {
		return jumpgate.BadRequest.New("Sort key supplied was not valid.")
	}
	slices.SortStableFunc(list, namespaceColumns.Order([]rest.SortKey{
		{Key: q.sortKey, Descending: !q.ascending}, {Key: "created_at", Descending: !q.ascending}, {Key: "namespace", Descending: !q.ascending},
	}))
	return nil
}

// createNamespace answers POST /v2/metadefs/namespaces.
func (s *service) createNamespace(r *jumpgate.Request) (any, error) {
	body, err := readMetadef(r, metadefValidator("namespace"), "self", "schema", "created_at", "updated_at")
	if err != nil {
		return nil, err
	}
	ctx, now := r.Context(), s.now().UTC()
	rules := []string{"add_metadef_namespace"}
	for _, part := range [][2]string{
		{"resource_type_associations", "add_metadef_resource_type_association"}, {"objects", "add_metadef_object"},
		{"properties", "add_metadef_property"}, {"tags", "add_metadef_tag"},
	} {
		if body.Has(part[0]) {
			rules = append(rules, part[1])
		}
	}
	for _, rule := range rules {
		if err := s.allowMetadef(ctx, rule, nil); err != nil {
			return nil, err
		}
	}
	ns := &MetadefNamespace{Created: now, Updated: now}
	ns.describe(body, projectID(ctx))
	if err := ns.fill(body, now); err != nil {
		return nil, err
	}
	err = s.metadefs.CreateMetadefNamespace(ctx, ns)
	if errors.Is(err, jumpgate.Conflict) {
		return nil, jumpgate.Conflict.Wrap(err, "The metadata definition namespace=%s already exists.", ns.Name)
	}
	if err != nil {
		return nil, err
	}
	return &jumpgate.Response{
		Status: http.StatusCreated, Header: http.Header{"Location": {namespacesPath + "/" + ns.Name}}, Body: wholeNamespace(ns),
	}, nil
}

// describe sets what a namespace says of itself; what is not said is as at
// first.
func (ns *MetadefNamespace) describe(body schema.Object, owner string) {
	ns.Name = body.String("namespace")
	ns.DisplayName, ns.Description = body.String("display_name"), body.String("description")
	ns.Visibility = cmp.Or(body.String("visibility"), "private")
	ns.Protected = body.Bool("protected", false)
	ns.Owner = cmp.Or(body.String("owner"), owner)
}

// fill adds what a new namespace comes with.
func (ns *MetadefNamespace) fill(body schema.Object, now time.Time) error {
	for _, v := range body.List("resource_type_associations") {
		o, _ := v.(schema.Object)
		if err := ns.associate(o, now); err != nil {
			return err
		}
	}
	for _, v := range body.List("objects") {
		o, _ := v.(schema.Object)
		if _, err := ns.addObject(o, now); err != nil {
			return err
		}
	}
	for _, v := range body.List("tags") {
		o, _ := v.(schema.Object)
		if err := ns.addTag(o.String("name"), now); err != nil {
			return err
		}
	}
	for _, m := range body.Object("properties") {
		o, _ := m.Value.(schema.Object)
		ns.Properties = append(ns.Properties, MetadefProperty{m.Name, definition(o)})
	}
	return nil
}

// showNamespace answers GET /v2/metadefs/namespaces/{namespace_name}.
func (s *service) showNamespace(r *jumpgate.Request) (any, error) {
	ctx := r.Context()
	ns, err := s.namespace(r, "get_metadef_namespace", undefinedNamespace)
	if ns == nil || errors.Is(err, jumpgate.Forbidden) {
		if errors.Is(err, jumpgate.NotFound) {
			return nil, err
		}
		return nil, jumpgate.NotFound.Wrap(err, "")
	}
	for _, rule := range []string{"list_metadef_resource_types", "get_metadef_objects", "get_metadef_properties", "get_metadef_tags"} {
		if err := s.allowMetadef(ctx, rule, ns); err != nil {
			return nil, err
		}
	}
	return wholeNamespace(ns.prefixed(r.URL.Query().Get("resource_type"))), nil
}

// prefixed is ns with the names that its properties have on resources of a
// type.
func (ns *MetadefNamespace) prefixed(resourceType string) *MetadefNamespace {
	i := slices.IndexFunc(ns.ResourceTypes, func(a MetadefAssociation) bool { return a.Name == resourceType })
	if i < 0 || ns.ResourceTypes[i].Prefix == "" {
		return ns
	}
	prefix := ns.ResourceTypes[i].Prefix
	rename := func(list []MetadefProperty) []MetadefProperty {
		out := slices.Clone(list)
		for i := range out {
			out[i].Name = prefix + out[i].Name
		}
		return out
	}
	view := *ns
	view.Properties = rename(ns.Properties)
	view.Objects = slices.Clone(ns.Objects)
	for i := range view.Objects {
		o := &view.Objects[i]
		o.Properties, o.Required = rename(o.Properties), slices.Clone(o.Required)
		for j := range o.Required {
			o.Required[j] = prefix + o.Required[j]
		}
	}
	return &view
}

// updateNamespace answers PUT /v2/metadefs/namespaces/{namespace_name}.
func (s *service) updateNamespace(r *jumpgate.Request) (any, error) {
	body, err := readMetadef(r, metadefValidator("namespace"), "self", "schema", "created_at", "updated_at")
	if err != nil {
		return nil, err
	}
	ns, err := s.changeNamespace(r, "modify_metadef_namespace", unknownNamespace, func(ns *MetadefNamespace) error {
		ns.describe(body, projectID(r.Context()))
		ns.Updated = s.now().UTC()
		return nil
	})
	if errors.Is(err, jumpgate.Conflict) {
		return nil, jumpgate.Conflict.Wrap(err,
			"Invalid update. It would result in a duplicate metadata definition namespace with the same name of %s", body.String("namespace"))
	}
	if err != nil {
		return nil, err
	}
	return namespaceLinks(presentNamespace(ns), ns), nil
}

func protectedNamespace(ns *MetadefNamespace) error {
	return jumpgate.Forbidden.New("Metadata definition namespace %s is protected and cannot be deleted.", ns.Name)
}

// deleteNamespace answers DELETE /v2/metadefs/namespaces/{namespace_name}.
func (s *service) deleteNamespace(r *jumpgate.Request) (any, error) {
	ns, err := s.namespace(r, "delete_metadef_namespace", unknownNamespace)
	if err != nil {
		return nil, err
	}
	if ns.Protected {
		return nil, protectedNamespace(ns)
	}
	if err := s.metadefs.DeleteMetadefNamespace(r.Context(), ns.Name); err != nil && !errors.Is(err, jumpgate.NotFound) {
		return nil, err
	}
	return noContent(), nil
}
