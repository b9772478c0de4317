package image

import (
	"context"
	"embed"
	"errors"
	"iter"
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// metadefSchemas are the JSON schemas of metadata definitions, as Glance (Zed)
// serves them.
//
//go:embed schemas/metadefs/*.json
var metadefSchemas embed.FS

// registerMetadefs says what a driver without metadata definitions lacks.
func (s *service) registerMetadefs() error {
	var faults []error
	if _, none := s.metadefs.(noMetadefs); none {
		for _, e := range s.metadefEndpoints() {
			for _, m := range e.methods {
				if m.method != http.MethodGet {
					faults = append(faults, s.disp.Explain(e.name, m.method, noDefinitions))
				}
			}
		}
	}
	return errors.Join(faults...)
}

const noDefinitions = "403: policy leaves metadata definitions to admins; for those 404, since no definitions are kept"

// metadefEndpoints is the part of the API that metadata definitions have.
func (s *service) metadefEndpoints() []endpoint {
	const get, post, put, del = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete
	return []endpoint{
		{"v2_metadefs_resource_types", []method{{true, get, s.listResourceTypes}}},
		{"v2_metadefs_namespaces", []method{{true, get, s.listNamespaces}, {true, post, s.createNamespace}}},
		{"v2_metadefs_namespace", []method{{true, get, s.showNamespace}, {true, put, s.updateNamespace}, {true, del, s.deleteNamespace}}},
		{"v2_metadefs_namespace_resource_types", []method{{true, get, s.listAssociations}, {true, post, s.createAssociation}}},
		{"v2_metadefs_namespace_resource_type", []method{{true, del, deleteAssociation.by(s)}}},
		{"v2_metadefs_namespace_objects", []method{
			{true, get, s.listObjects}, {true, post, s.createObject}, {true, del, s.empty("", func(ns *MetadefNamespace) { ns.Objects = nil })},
		}},
		{"v2_metadefs_namespace_object", []method{{true, get, s.showObject}, {true, put, s.updateObject}, {true, del, deleteObject.by(s)}}},
		{"v2_metadefs_namespace_properties", []method{
			{true, get, s.listProperties}, {true, post, s.createProperty}, {true, del, s.empty("", func(ns *MetadefNamespace) { ns.Properties = nil })},
		}},
		{"v2_metadefs_namespace_property", []method{{true, get, s.showProperty}, {true, put, s.updateProperty}, {true, del, deleteProperty.by(s)}}},
		{"v2_metadefs_namespace_tags", []method{
			{true, get, s.listTags}, {true, post, s.createTags},
			{true, del, s.empty("delete_metadef_tags", func(ns *MetadefNamespace) { ns.Tags = nil })},
		}},
		{"v2_metadefs_namespace_tag", []method{
			{true, get, s.showTag}, {true, post, s.createTag}, {true, put, s.updateTag}, {true, del, deleteTag.by(s)},
		}},
	}
}

// The words for a namespace that is not there, which differ between endpoints.
const (
	unknownNamespace   = "Namespace %s not found"
	undefinedNamespace = "Metadata definition namespace=%s was not found."
)

// metadefTarget is what the policy looks at. Without a namespace it is the
// principal's own project.
func metadefTarget(ctx context.Context, ns *MetadefNamespace) jumpgate.Target {
	if ns == nil {
		return jumpgate.Target{"project_id": projectID(ctx)}
	}
	return jumpgate.Target{"project_id": ns.Owner, "visibility": ns.Visibility}
}

func (s *service) allowMetadef(ctx context.Context, rule string, ns *MetadefNamespace) error {
	return s.check(ctx, rule, metadefTarget(ctx, ns))
}

// sees tells whether the principal in ctx may know of ns, as Glance's database
// layer has it.
func (s *service) sees(ctx context.Context, ns *MetadefNamespace) bool {
	return ns.Owner == "" || ns.Visibility == "public" || ns.Owner == projectID(ctx) || s.isAdmin(ctx)
}

// namespace finds a namespace that the principal may see and asks the policy
// for rule. missing are the words for one that is not there.
func (s *service) namespace(r *jumpgate.Request, rule, missing string) (*MetadefNamespace, error) {
	ctx, name := r.Context(), r.Var("namespace_name")
	ns, err := s.metadefs.MetadefNamespace(ctx, name)
	switch {
	case errors.Is(err, jumpgate.NotFound):
		return nil, jumpgate.NotFound.Wrap(err, missing, name)
	case err != nil:
		return nil, err
	case !s.sees(ctx, ns):
		return nil, jumpgate.NotFound.New(unknownNamespace, name)
	}
	return ns, s.allowMetadef(ctx, rule, ns)
}

// changeNamespace changes the namespace that r's path names, as one step.
func (s *service) changeNamespace(r *jumpgate.Request, rule, missing string, do func(*MetadefNamespace) error) (*MetadefNamespace, error) {
	ctx, name := r.Context(), r.Var("namespace_name")
	var refused error
	ns, err := s.metadefs.UpdateMetadefNamespace(ctx, name, func(ns *MetadefNamespace) error {
		if !s.sees(ctx, ns) {
			refused = jumpgate.NotFound.New(unknownNamespace, name)
		} else if refused = s.allowMetadef(ctx, rule, ns); refused == nil {
			refused = do(ns)
		}
		return refused
	})
	switch {
	case refused != nil:
		return nil, refused
	case errors.Is(err, jumpgate.NotFound):
		return nil, jumpgate.NotFound.Wrap(err, missing, name)
	}
	return ns, err
}

// empty answers a DELETE of everything of one kind in a namespace, for which
// Glance wants the right to delete the namespace, and the one called also.
func (s *service) empty(also string, do func(*MetadefNamespace)) func(*jumpgate.Request) (any, error) {
	return func(r *jumpgate.Request) (any, error) {
		_, err := s.changeNamespace(r, "delete_metadef_namespace", unknownNamespace, func(ns *MetadefNamespace) error {
			if also != "" {
				if err := s.allowMetadef(r.Context(), also, ns); err != nil {
					return err
				}
			}
			if ns.Protected {
				return protectedNamespace(ns)
			}
			do(ns)
			return nil
		})
		if err != nil {
			return nil, err
		}
		return noContent(), nil
	}
}

// readMetadef reads the JSON object of a request and holds it against a schema.
func readMetadef(r *jumpgate.Request, v *validator, readOnlyNames ...string) (schema.Object, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	object, ok := body.(schema.Object)
	if !ok {
		return nil, jumpgate.BadRequest.New("Provided object does not match schema '%s': %s is not of type 'object'", v.name, schema.Repr(body))
	}
	for _, name := range readOnlyNames {
		if object.Has(name) {
			return nil, readOnly(name)
		}
	}
	return object, v.check(object)
}

// noMetadefs is a MetadefKeeper without room.
type noMetadefs struct{}

func (noMetadefs) ListMetadefNamespaces(context.Context) iter.Seq2[*MetadefNamespace, error] {
	return func(func(*MetadefNamespace, error) bool) {}
}

func (noMetadefs) MetadefNamespace(context.Context, string) (*MetadefNamespace, error) {
	return nil, jumpgate.NotFound
}

func (noMetadefs) CreateMetadefNamespace(context.Context, *MetadefNamespace) error {
	return jumpgate.NotImplemented.New("No metadata definitions are kept here.")
}

func (noMetadefs) UpdateMetadefNamespace(context.Context, string, func(*MetadefNamespace) error) (*MetadefNamespace, error) {
	return nil, jumpgate.NotFound
}

func (noMetadefs) DeleteMetadefNamespace(context.Context, string) error { return jumpgate.NotFound }

func (noMetadefs) ListMetadefResourceTypes(context.Context) iter.Seq2[*MetadefResourceType, error] {
	return func(func(*MetadefResourceType, error) bool) {}
}

// removal is a DELETE of one thing of a kind in a namespace.
type removal[T any] struct {
	kind, rule string
	variable   string // of the path: the name of the thing
	missing    string // what is said where there is no such namespace
	find       func(ns *MetadefNamespace, name string) (int, error)
	list       func(*MetadefNamespace) *[]T
}

// by is the handler.
func (d *removal[T]) by(s *service) func(*jumpgate.Request) (any, error) {
	return func(r *jumpgate.Request) (any, error) {
		name := r.Var(d.variable)
		_, err := s.changeNamespace(r, d.rule, d.missing, func(ns *MetadefNamespace) error {
			i, err := d.find(ns, name)
			switch {
			case err != nil:
				return err
			case ns.Protected:
				return jumpgate.Forbidden.New("Metadata definition %s %s is protected and cannot be deleted.", d.kind, name)
			}
			list := d.list(ns)
			*list = slices.Delete(slices.Clone(*list), i, i+1)
			return nil
		})
		if err != nil {
			return nil, err
		}
		return noContent(), nil
	}
}
