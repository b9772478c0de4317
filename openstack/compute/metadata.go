package compute

import (
	"maps"
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

var (
	metadataBody = &schema.Schema{Type: mapType, Properties: []schema.Property{member("metadata", metadataSchema)}, Required: []string{"metadata"}}
	metaBody     = &schema.Schema{
		Type: mapType,
		Properties: []schema.Property{member("meta", &schema.Schema{
			Type: mapType, PatternProperties: metadataSchema.PatternProperties, MinFields: 1, MaxFields: 1,
		})},
		Required: []string{"meta"},
	}
	noMetadata = jumpgate.NotFound.New("Metadata item was not found")
)

func metadata(s *service, driver any, t *table) {
	if s.serverGetter == nil {
		return
	}
	t.add(http.MethodGet, "server_metadata", s.listMetadata)
	t.add(http.MethodGet, "server_metadata_key", s.showMetadata)
	if d, ok := driver.(ServerMetadataChanger); ok {
		t.add(http.MethodPost, "server_metadata", func(r *jumpgate.Request) (any, error) { return changeMetadata(r, d, false) })
		t.add(http.MethodPut, "server_metadata", func(r *jumpgate.Request) (any, error) { return changeMetadata(r, d, true) })
		t.add(http.MethodPut, "server_metadata_key", func(r *jumpgate.Request) (any, error) { return setMetadata(r, d) })
		t.add(http.MethodDelete, "server_metadata_key", func(r *jumpgate.Request) (any, error) { return deleteMetadata(r, d) })
	}
}

// thisServer is the server that r is about.
func (s *service) thisServer(r *jumpgate.Request) (*Server, error) {
	id := serverID(r)
	server, err := s.serverGetter.Server(r.Context(), id)
	return server, serverFault(err, id, 0)
}

func (s *service) listMetadata(r *jumpgate.Request) (any, error) {
	server, err := s.thisServer(r)
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "metadata", Value: textMap(server.Metadata)}}, nil
}

func (s *service) showMetadata(r *jumpgate.Request) (any, error) {
	server, err := s.thisServer(r)
	if err != nil {
		return nil, err
	}
	key := r.Var("key")
	value, ok := server.Metadata[key]
	if !ok {
		return nil, noMetadata
	}
	return jumpgate.Object{{Name: "meta", Value: jumpgate.Object{{Name: key, Value: value}}}}, nil
}

func readSchema(r *jumpgate.Request, s *schema.Schema) (schema.Object, error) {
	value, err := rest.ReadJSON(r)
	if err == nil {
		value, err = checkBody(r, s, value)
	}
	if err != nil {
		return nil, err
	}
	return value.(schema.Object), nil
}

// changeMetadata adds items, or replaces all.
func changeMetadata(r *jumpgate.Request, d ServerMetadataChanger, replace bool) (any, error) {
	body, err := readSchema(r, metadataBody)
	if err != nil {
		return nil, err
	}
	const doing = ActionUpdateMetadata
	id, items := serverID(r), body.Strings("metadata")
	all, err := d.ChangeServerMetadata(r.Context(), id, doing, func(old map[string]string) (map[string]string, error) {
		if replace {
			return items, nil
		}
		return with(old, items), nil
	})
	if err != nil {
		return nil, serverFault(err, id, doing)
	}
	return jumpgate.Object{{Name: "metadata", Value: textMap(all)}}, nil
}

// with returns old and items together.
func with(old, items map[string]string) map[string]string {
	all := make(map[string]string, len(old)+len(items))
	maps.Copy(all, old)
	maps.Copy(all, items)
	return all
}

func setMetadata(r *jumpgate.Request, d ServerMetadataChanger) (any, error) {
	body, err := readSchema(r, metaBody)
	if err != nil {
		return nil, err
	}
	const doing = ActionUpdateMetadata
	id, key, item := serverID(r), r.Var("key"), body.Strings("meta")
	if _, ok := item[key]; !ok {
		return nil, jumpgate.BadRequest.New("Request body and URI mismatch")
	}
	_, err = d.ChangeServerMetadata(r.Context(), id, doing, func(old map[string]string) (map[string]string, error) {
		return with(old, item), nil
	})
	if err != nil {
		return nil, serverFault(err, id, doing)
	}
	return jumpgate.Object{{Name: "meta", Value: textMap(item)}}, nil
}

func deleteMetadata(r *jumpgate.Request, d ServerMetadataChanger) (any, error) {
	const doing = ActionDeleteMetadata
	id, key := serverID(r), r.Var("key")
	_, err := d.ChangeServerMetadata(r.Context(), id, doing, func(old map[string]string) (map[string]string, error) {
		if _, ok := old[key]; !ok {
			return nil, noMetadata
		}
		rest := maps.Clone(old)
		delete(rest, key)
		return rest, nil
	})
	if err != nil {
		return nil, serverFault(err, id, doing)
	}
	return empty(http.StatusNoContent), nil
}
