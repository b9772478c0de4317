package compute

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"net/http"
	"slices"
	"sync"

	"github.com/softlayer/jumpgate"
)

// extensionList are the extensions that Nova once had and ever since says it
// has: the answer is the same for every cloud and version (recorded).
//
//go:embed extensions.json
var extensionList []byte

type extension struct{ Alias, Name, Description string }

var allExtensions = sync.OnceValues(func() ([]extension, error) {
	var list []extension
	err := json.Unmarshal(extensionList, &list)
	return list, err
})

// legacyExtension is one more through /v2.
var legacyExtension = extension{"OS-EXT-VIF-NET", "ExtendedVIFNet", "Adds network id parameter to the virtual interface list."}

func extensions(s *service, _ any, t *table) {
	if s.serverLister == nil { // see refused
		return
	}
	t.add(http.MethodGet, "extensions", listExtensions)
	t.add(http.MethodGet, "extension", showExtension)
}

func extensionsOf(r *jumpgate.Request) ([]extension, error) {
	list, err := allExtensions()
	if legacy(r) {
		list = append(slices.Clone(list), legacyExtension)
		slices.SortFunc(list, func(a, b extension) int { return cmp.Compare(a.Alias, b.Alias) })
	}
	return list, err
}

func (e extension) view() jumpgate.Object {
	return jumpgate.Object{
		{Name: "alias", Value: e.Alias},
		{Name: "description", Value: e.Description},
		{Name: "links", Value: []any{}},
		{Name: "name", Value: e.Name},
		{Name: "namespace", Value: "http://docs.openstack.org/compute/ext/fake_xml"},
		{Name: "updated", Value: "2014-12-03T00:00:00Z"},
	}
}

func listExtensions(r *jumpgate.Request) (any, error) {
	list, err := extensionsOf(r)
	views := make([]jumpgate.Object, len(list))
	for i, e := range list {
		views[i] = e.view()
	}
	return jumpgate.Object{{Name: "extensions", Value: views}}, err
}

func showExtension(r *jumpgate.Request) (any, error) {
	list, err := extensionsOf(r)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(e extension) bool { return e.Alias == r.Var("alias") })
	if i < 0 {
		return nil, jumpgate.NotFound
	}
	return jumpgate.Object{{Name: "extension", Value: list[i].view()}}, nil
}
