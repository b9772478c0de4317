package jumpgate_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/softlayer/jumpgate"
)

// inJSON is v after a way through JSON.
func inJSON(t *testing.T, v any) any {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// catalogFor returns the catalog that a client at http://cloud gets.
func catalogFor(t *testing.T, opts jumpgate.Options, user, project string) []jumpgate.CatalogEntry {
	t.Helper()
	spy := newSpy(t, opts)
	entries, err := spy.gw.CatalogFor(spy.get(opts.BasePath+"/"), user, project)
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

// urls flattens a catalog into "type region interface" and URL.
func urls(entries []jumpgate.CatalogEntry) map[string]string {
	m := map[string]string{}
	for _, e := range entries {
		for _, p := range e.Endpoints {
			m[e.Type+" "+p.Region+" "+p.Interface] = p.URL
		}
	}
	return m
}

func TestMountedCatalog(t *testing.T) {
	opts := every(nothing)
	opts.Services[jumpgate.Network] = jumpgate.ServiceOptions{Open: true, Driver: nothing, Mount: "/mein netz"}
	opts.Region, opts.BasePath = "here", "/base"
	want := map[string]string{}
	for kind, url := range map[string]string{
		"identity":      "http://cloud/base/v3",
		"compute":       "http://cloud/base/compute/v2.1",
		"image":         "http://cloud/base/image",
		"volumev3":      "http://cloud/base/volume/v3/p",
		"block-storage": "http://cloud/base/volume/v3/p",
		"network":       "http://cloud/base/mein%20netz",
		"baremetal":     "http://cloud/base/baremetal",
	} {
		for _, iface := range []string{"public", "internal", "admin"} {
			want[kind+" here "+iface] = url
		}
	}
	if diff := gocmp.Diff(want, urls(catalogFor(t, opts, "u", "p"))); diff != "" {
		t.Errorf("with a project (-want +got):\n%s", diff)
	}
	for _, iface := range []string{"public", "internal", "admin"} {
		delete(want, "volumev3 here "+iface)
		delete(want, "block-storage here "+iface)
	}
	if diff := gocmp.Diff(want, urls(catalogFor(t, opts, "u", ""))); diff != "" {
		t.Errorf("without a project (-want +got):\n%s", diff)
	}

	// What is not mounted is not listed, and ids don't depend on the process.
	one := only(jumpgate.Identity)
	a, b := catalogFor(t, one, "u", "p"), catalogFor(t, one, "other", "q")
	if len(a) != 1 || a[0].Name != "keystone" || a[0].Endpoints[0].Region != "RegionOne" {
		t.Errorf("the catalog of identity alone is %+v", a)
	}
	if len(a[0].ID) != 32 || len(a[0].Endpoints[0].ID) != 32 || a[0].ID != b[0].ID || a[0].Endpoints[0].ID != b[0].Endpoints[0].ID {
		t.Errorf("ids %q and %q, then %q and %q", a[0].ID, a[0].Endpoints[0].ID, b[0].ID, b[0].Endpoints[0].ID)
	}
}

const catalogTemplate = `
# A comment.
catalog.RegionOne.compute.publicURL = $(public_url)s/compute/v2/$(tenant_id)s
  catalog.RegionOne.compute.adminURL=http://admin/$(project_id)/$(user_id)s?x=y
catalog.RegionOne.compute.name = Compute = Service
catalog.RegionTwo.compute.publicURL = http://two
catalog.RegionTwo.compute.internalURL = http://two/inside
catalog.RegionOne.object-store.name = No address
catalog.RegionOne.dns.publicURL = http://dns/$(user_id)s
catalog.RegionTwo.dns.publicURL = http://dns/two
catalog.RegionTwo.dns.name = designate
`

func TestParseCatalog(t *testing.T) {
	c, err := jumpgate.ParseCatalog(strings.NewReader(strings.ReplaceAll(catalogTemplate, "\n", "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	opts := only(jumpgate.Identity)
	opts.Catalog = c
	entries := catalogFor(t, opts, "u", "p")
	want := map[string]string{
		"compute RegionOne public":   "http://cloud/compute/v2/p",
		"compute RegionOne admin":    "http://admin/p/u?x=y",
		"compute RegionTwo public":   "http://two",
		"compute RegionTwo internal": "http://two/inside",
		"dns RegionOne public":       "http://dns/u",
		"dns RegionTwo public":       "http://dns/two",
	}
	if diff := gocmp.Diff(want, urls(entries)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(entries) != 2 || entries[0].Name != "Compute = Service" || entries[1].Name != "designate" {
		t.Errorf("entries %+v", entries)
	}

	v2 := inJSON(t, jumpgate.CatalogV2(entries)).([]any)
	first := v2[0].(map[string]any)["endpoints"].([]any)
	ids := map[any]bool{}
	for _, e := range first {
		ids[e.(map[string]any)["id"]] = true
		delete(e.(map[string]any), "id")
	}
	if len(ids) != 2 || ids[nil] {
		t.Errorf("ids of the endpoints: %v", ids)
	}
	wantV2 := map[string]any{
		"type": "compute", "name": "Compute = Service", "endpoints_links": []any{},
		"endpoints": []any{
			map[string]any{"region": "RegionOne", "publicURL": "http://cloud/compute/v2/p", "adminURL": "http://admin/p/u?x=y"},
			map[string]any{"region": "RegionTwo", "publicURL": "http://two", "internalURL": "http://two/inside"},
		},
	}
	if diff := gocmp.Diff(any(wantV2), v2[0]); diff != "" {
		t.Errorf("version 2 (-want +got):\n%s", diff)
	}

	if got := urls(catalogFor(t, opts, "", "")); len(got) != 3 || got["dns RegionTwo public"] == "" {
		t.Errorf("without a user and a project: %v", got)
	}
	empty, err := jumpgate.ParseCatalog(strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	opts.Catalog = empty
	if got := inJSON(t, jumpgate.CatalogV3(catalogFor(t, opts, "u", "p"))); !gocmp.Equal(got, []any{}) {
		t.Errorf("an empty catalog is %v in JSON", got)
	}
}

func TestParseCatalogNamesTheWrongLine(t *testing.T) {
	for _, line := range []string{
		"nonsense",
		"catalog.RegionOne.compute.publicURL",
		"catalog.RegionOne.compute = http://x",
		"catalog.RegionOne.compute.secretURL = http://x",
		"catalog.Region One.compute.publicURL = http://x",
		"catalog..compute.publicURL = http://x",
		"compute.RegionOne.compute.publicURL = http://x",
		"catalog.RegionOne.compute.publicURL =",
		"catalog.RegionOne.compute.publicURL = $(nonsense)s",
		"catalog.RegionOne.compute.publicURL = http://x/$(tenant_id",
		"catalog.RegionOne.compute.name = $(public_ur)s",
	} {
		_, err := jumpgate.ParseCatalog(strings.NewReader("# 1\n\n" + line + "\n"))
		if err == nil || !strings.Contains(err.Error(), "line 3") {
			t.Errorf("%q: error %v, want one that names line 3", line, err)
		}
		if strings.Contains(line, "nonsense)") && !strings.Contains(err.Error(), "$(nonsense)s") {
			t.Errorf("%q: error %v does not name the variable", line, err)
		}
	}
	if _, err := jumpgate.ParseCatalog(io.MultiReader(strings.NewReader("#"), readerFunc(func([]byte) (int, error) {
		return 0, io.ErrUnexpectedEOF
	}))); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a reader's error becomes %v", err)
	}
}

// TestCatalogAsRecorded gives a Gateway the addresses of a real OpenStack and
// compares the catalogs, but for the ids.
func TestCatalogAsRecorded(t *testing.T) {
	for _, file := range []string{"006-auth-password-project-name-201.json", "045-auth-catalog-200.json"} {
		rec := load(t, "testdata/golden/identity/"+file)
		type entry struct {
			Type, Name, ID string
			Endpoints      []map[string]string
		}
		var body struct {
			Catalog []entry
			Token   struct{ Catalog []entry }
		}
		if err := json.Unmarshal(rec.Body, &body); err != nil {
			t.Fatal(err)
		}
		recorded := append(body.Catalog, body.Token.Catalog...)
		if len(recorded) < 4 {
			t.Fatalf("%s has %d services", file, len(recorded))
		}
		var template strings.Builder
		for _, e := range recorded {
			template.WriteString("catalog.RegionOne." + e.Type + ".name = " + e.Name + "\n")
			for _, p := range e.Endpoints {
				template.WriteString("catalog.RegionOne." + e.Type + "." + p["interface"] + "URL = " + p["url"] + "\n")
			}
		}
		c, err := jumpgate.ParseCatalog(strings.NewReader(template.String()))
		if err != nil {
			t.Fatal(err)
		}
		opts := only(jumpgate.Identity)
		opts.Catalog = c
		var got []entry
		b, _ := json.Marshal(jumpgate.CatalogV3(catalogFor(t, opts, "u", "p")))
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatal(err)
		}
		for _, entries := range [][]entry{recorded, got} {
			for i, e := range entries {
				if entries[i].ID = "-"; len(e.ID) != 32 {
					t.Errorf("id %q", e.ID)
				}
				for _, p := range e.Endpoints {
					if len(p["id"]) != 32 {
						t.Errorf("id %q", p["id"])
					}
					p["id"] = "-"
				}
				slices.SortFunc(e.Endpoints, func(a, b map[string]string) int { return cmp.Compare(a["interface"], b["interface"]) })
			}
		}
		if diff := gocmp.Diff(recorded, got); diff != "" {
			t.Errorf("%s (-recorded +got):\n%s", file, diff)
		}
	}
}
