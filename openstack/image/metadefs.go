package image

import (
	"embed"
	"errors"
	"net/http"
	"strings"

	"github.com/softlayer/jumpgate"
)

// metadefSchemas are the JSON schemas of metadata definitions, as Glance (Zed)
// serves them.
//
//go:embed schemas/metadefs/*.json
var metadefSchemas embed.FS

// registerMetadefs serves metadata definitions as a Glance that has none: lists
// are empty, names are unknown, and only who may manage definitions gets past
// the policy, to learn that nothing can be kept here.
func (s *service) registerMetadefs() error {
	var faults []error
	for _, name := range []string{
		"namespace", "namespaces", "object", "objects", "property", "properties", "resource_type", "resource_types", "tag", "tags",
	} {
		text, err := metadefSchemas.ReadFile("schemas/metadefs/" + name + ".json")
		faults = append(faults, err, s.serveSchema("v2_schemas_metadefs_"+name, string(text)))
	}
	faults = append(faults,
		s.disp.SetHandler("v2_metadefs_namespaces", jumpgate.Methods{
			"GET":  listNamespaces,
			"POST": s.refuseMetadef("add_metadef_namespace"),
		}),
		s.disp.SetHandler("v2_metadefs_resource_types", jumpgate.Methods{"GET": func(*jumpgate.Request) (any, error) {
			return jumpgate.Object{{Name: "resource_types", Value: []jumpgate.Object{}}}, nil
		}}),
		s.disp.Explain("v2_metadefs_namespaces", http.MethodPost, noDefinitions),
	)
	for _, e := range []struct{ name, noun string }{
		{"v2_metadefs_namespace", "namespace"},
		{"v2_metadefs_namespace_objects", "object"},
		{"v2_metadefs_namespace_object", "object"},
		{"v2_metadefs_namespace_properties", "property"},
		{"v2_metadefs_namespace_property", "property"},
		{"v2_metadefs_namespace_resource_types", "resource_type_association"},
		{"v2_metadefs_namespace_resource_type", "resource_type_association"},
		{"v2_metadefs_namespace_tags", "tag"},
		{"v2_metadefs_namespace_tag", "tag"},
	} {
		methods := jumpgate.Methods{}
		for _, endpoint := range jumpgate.Endpoints(jumpgate.Image) {
			if endpoint.Name != e.name {
				continue
			}
			for _, method := range endpoint.Methods {
				if method == http.MethodGet {
					methods[method] = noNamespace
					continue
				}
				methods[method] = s.refuseMetadef(metadefRule(method, e.noun))
				faults = append(faults, s.disp.Explain(e.name, method, noDefinitions))
			}
		}
		faults = append(faults, s.disp.SetHandler(e.name, methods))
	}
	return errors.Join(faults...)
}

const noDefinitions = "403: policy leaves metadata definitions to admins; for those 404, since no definitions are kept"

// metadefRule is the name of the rule for a method.
func metadefRule(method, noun string) string {
	verb := map[string]string{http.MethodPost: "add", http.MethodPut: "modify", http.MethodDelete: "delete"}[method]
	if noun == "resource_type_association" && verb == "delete" {
		verb = "remove"
	}
	return verb + "_metadef_" + noun
}

func listNamespaces(*jumpgate.Request) (any, error) {
	return jumpgate.Object{
		{Name: "namespaces", Value: []jumpgate.Object{}},
		{Name: "first", Value: "/v2/metadefs/namespaces"},
		{Name: "schema", Value: "/v2/schemas/metadefs/namespaces"},
	}, nil
}

func noNamespace(r *jumpgate.Request) (any, error) {
	return nil, jumpgate.NotFound.New("Metadata definition namespace=%s was not found.", r.Var("namespace_name"))
}

// refuseMetadef answers what would change definitions.
func (s *service) refuseMetadef(rule string) func(*jumpgate.Request) (any, error) {
	return func(r *jumpgate.Request) (any, error) {
		if err := s.check(r.Context(), rule, nil); err != nil {
			return nil, err
		}
		if strings.HasPrefix(rule, "add_metadef_namespace") {
			return nil, jumpgate.NotImplemented.New("No metadata definitions are kept here.")
		}
		return noNamespace(r)
	}
}
