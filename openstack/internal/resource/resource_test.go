package resource_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/resource"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

type boat struct {
	ID, Name string
	Length   int
	Berth    *int
	Afloat   bool
	Leaking  *bool
	Address  netip.Addr
	Net      netip.Prefix
	Extra    map[string]any
	Crew     []string
	Log      []map[string]any
	Built    time.Time
}

const own = resource.Own

func boats() resource.Attributes[boat] {
	long := func(_ int, name string, v any) (any, error) {
		if n, ok := v.(json.Number); ok && len(n) < 3 {
			return v, nil
		}
		return nil, fmt.Errorf("%s is too much", name)
	}
	return resource.Attributes[boat]{
		{Name: "id", At: func(b *boat) any { return &b.ID }, Does: resource.Sort},
		{Name: "name", At: func(b *boat) any { return &b.Name }, Does: resource.Post | resource.Put | resource.Null},
		{Name: "length", At: func(b *boat) any { return &b.Length }, Does: resource.Post | resource.Required, Check: long},
		{Name: "berth", At: func(b *boat) any { return &b.Berth }, Since: 5, Does: own},
		{Name: "afloat", At: func(b *boat) any { return &b.Afloat }, Until: 5},
		{Name: "leaking", At: func(b *boat) any { return &b.Leaking }, Does: resource.LeaveOut},
		{Name: "address", At: func(b *boat) any { return &b.Address }},
		{Name: "net", At: func(b *boat) any { return &b.Net }},
		{Name: "extra", At: func(b *boat) any { return &b.Extra }, Does: resource.Put},
		{Name: "crew", At: func(b *boat) any { return &b.Crew }},
		{Name: "log", At: func(b *boat) any { return &b.Log }},
		{Name: "built", At: func(b *boat) any { return &b.Built }},
		{Name: "key", At: func(b *boat) any { return &b.ID }, Does: resource.Hidden | resource.Post},
		{Name: "size", View: func(b *boat) any { return fmt.Sprint(b.Length, " ft") },
			Set: func(b *boat, v any) { b.Length = len(v.(string)) }},
	}
}

func text(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	if err := jumpgate.EncodeJSON(&b, v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestView(t *testing.T) {
	five, no := 5, false
	empty := &boat{ID: "a", Built: time.Date(2026, 1, 2, 3, 4, 5, 6, time.FixedZone("", 3600))}
	full := &boat{
		ID: "b", Name: "Argo", Length: 30, Berth: &five, Leaking: &no, Address: netip.MustParseAddr("10.0.0.1"), Net: netip.MustParsePrefix("10.0.0.0/8"),
		Extra: map[string]any{"z": []any{map[string]any{"y": 1, "x": nil}}, "a": true}, Crew: []string{"Jason"}, Log: []map[string]any{{"day": 1}},
		Built: empty.Built,
	}
	all := boats()
	for _, c := range []struct {
		name  string
		shown resource.Selection[boat]
		of    *boat
		want  string
	}{
		{"an empty one", all.Version(1), empty,
			`{"id": "a", "name": null, "length": 0, "afloat": false, "address": null, "net": null, "extra": {}, "crew": [], "log": [], "built": "2026-01-02T02:04:05Z", "size": "0 ft"}`},
		{"a full one", all.Version(5), full,
			`{"id": "b", "name": "Argo", "length": 30, "berth": 5, "leaking": false, "address": "10.0.0.1", "net": "10.0.0.0/8", ` +
				`"extra": {"a": true, "z": [{"x": null, "y": 1}]}, "crew": ["Jason"], "log": [{"day": 1}], "built": "2026-01-02T02:04:05Z", "size": "30 ft"}`},
		{"what is wanted", all.Select(func(a *resource.Attribute[boat]) bool { return strings.HasPrefix(a.Name, "be") || a.Name == "key" }), full, `{"berth": 5}`},
		{"nothing", all.Select(func(*resource.Attribute[boat]) bool { return false }), full, `{}`},
	} {
		if got := text(t, c.shown.View(c.of)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
	if n := len(all.Select(nil)); n != len(all)-1 {
		t.Errorf("%d of %d attributes are not hidden", n, len(all))
	}
}

func TestTable(t *testing.T) {
	all := boats()
	if all.Named("nothing") != nil || all.Named("berth").Name != "berth" {
		t.Error("Named finds the wrong one")
	}
	if got := all.With(resource.Post); !slices.Equal(got, []string{"name", "length", "key"}) {
		t.Error(got)
	}
	if !all.Named("berth").Does.Has(own) || all.Named("name").Does.Has(own) || all.Named("name").Does.Has(resource.Post|resource.Required) {
		t.Error("traits")
	}
	var forms []resource.Form
	for i := range all {
		forms = append(forms, all[i].Form())
	}
	want := []resource.Form{
		resource.Text, resource.Text, resource.Number, resource.Number, resource.Flag, resource.Flag, resource.Text, resource.Text,
		resource.Dict, resource.Texts, resource.Dicts, resource.Moment, resource.Text, resource.Other,
	}
	if !slices.Equal(forms, want) {
		t.Error(forms)
	}
	defer func() {
		if recover() == nil {
			t.Error("a field of another type went through")
		}
	}()
	(&resource.Attribute[boat]{At: func(*boat) any { return new(float64) }}).Get(new(boat))
}

// TestWrite: what JSON has goes into the field; null, and what does not fit,
// empties it.
func TestWrite(t *testing.T) {
	parsed := map[string]any{
		"name": "Argo", "length": json.Number("30"), "berth": json.Number("5"), "afloat": true, "leaking": false,
		"address": netip.MustParseAddr("::1"), "net": netip.MustParsePrefix("::/8"), "extra": map[string]any{"a": json.Number("1")},
		"crew": []any{"Jason", json.Number("1")}, "log": []any{map[string]any{"day": "1"}}, "size": "abc",
	}
	five, no := 5, false
	want := boat{
		Name: "Argo", Length: 3, Berth: &five, Afloat: true, Leaking: &no, Address: netip.MustParseAddr("::1"), Net: netip.MustParsePrefix("::/8"),
		Extra: map[string]any{"a": json.Number("1")}, Crew: []string{"Jason", ""}, Log: []map[string]any{{"day": "1"}},
	}
	var got boat
	all := boats()
	for i := range all {
		if v, ok := parsed[all[i].Name]; ok {
			all[i].Write(&got, v)
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
	for i := range all {
		if _, ok := parsed[all[i].Name]; ok && all[i].Set == nil {
			all[i].Write(&got, nil)
		}
	}
	if !reflect.DeepEqual(got, boat{Crew: []string{}, Log: []map[string]any{}}) {
		t.Errorf("%+v", got)
	}
	all.Named("crew").Write(&got, []string{"Orpheus"})
	all.Named("length").Write(&got, 7)
	if got.Crew[0] != "Orpheus" || got.Length != 7 {
		t.Errorf("%+v", got)
	}
}

func TestChanges(t *testing.T) {
	all := boats()
	if _, err := all.Named("length").Read(0, json.Number("1000")); err == nil || err.Error() != "length is too much" {
		t.Error(err)
	}
	v, err := all.Named("name").Read(0, "Argo")
	if err != nil {
		t.Fatal(err)
	}
	var c resource.Changes[boat]
	c.Apply(new(boat))
	c.Add(all.Named("name"), v)
	c.Add(all.Named("length"), 12)
	b := boat{ID: "a", Name: "old"}
	c.Apply(&b)
	if b.Name != "Argo" || b.Length != 12 || b.ID != "a" || !slices.Equal(c.Names, []string{"name", "length"}) {
		t.Errorf("%+v %v", b, c.Names)
	}
}

func TestOrder(t *testing.T) {
	two, ten := 2, 10
	fleet := []*boat{
		{ID: "c", Name: "x", Berth: &ten}, {ID: "a", Name: "y"}, {ID: "d", Name: "x", Berth: &two}, {ID: "b", Afloat: true, Built: time.Unix(1, 0)},
	}
	all := boats()
	by := func(name string) rest.SortKey { return rest.SortKey{Key: name} }
	for _, c := range []struct {
		keys []rest.SortKey
		want string
	}{
		{nil, "cadb"},
		{[]rest.SortKey{by("id")}, "abcd"},
		{[]rest.SortKey{by("name"), by("id")}, "bcda"},
		{[]rest.SortKey{by("name"), {Key: "id", Descending: true}}, "bdca"},
		{[]rest.SortKey{by("berth"), by("id")}, "abdc"},
		{[]rest.SortKey{by("afloat"), by("id")}, "acdb"},
		{[]rest.SortKey{by("built"), by("id")}, "acdb"},
		{[]rest.SortKey{by("crew")}, "cadb"},
	} {
		sorted := slices.Clone(fleet)
		slices.SortStableFunc(sorted, all.Order(c.keys...))
		got := ""
		for _, b := range sorted {
			got += b.ID
		}
		if got != c.want {
			t.Errorf("%+v: %s, want %s", c.keys, got, c.want)
		}
	}
}

// TestBody: what a body may have follows from the table, and what it has goes
// into the thing.
func TestBody(t *testing.T) {
	number, word := &schema.Schema{Type: []schema.Type{schema.Integer}}, &schema.Schema{Type: []schema.Type{schema.String}}
	all := boats()
	all.Named("name").Schema, all.Named("length").Schema, all.Named("key").Schema = word, number, word
	all.Named("key").Until = 5
	for _, c := range []struct {
		minor      int
		body, want string
	}{
		{1, `{"name": "Argo", "length": 30, "key": "a"}`, ""},
		{5, `{"length": 30}`, ""},
		{5, `{"length": 30, "key": "a"}`, "Additional properties are not allowed ('key' was unexpected)"},
		{1, `{"name": "Argo"}`, "'length' is a required property"},
		{1, `{"length": "30"}`, "'30' is not of type 'integer'"},
		{1, `{"length": 30, "size": "x"}`, "Additional properties are not allowed ('size' was unexpected)"},
	} {
		body, err := schema.Parse([]byte(c.body))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if f := all.Schema(c.minor, resource.Post).Check(body); f != nil {
			got = f.Message
		}
		if got != c.want {
			t.Errorf("%s in 1.%d: %q, want %q", c.body, c.minor, got, c.want)
		}
	}
	body := schema.Object{{Name: "name", Value: "Argo"}, {Name: "length", Value: json.Number("30")}, {Name: "extra", Value: schema.Object{{Name: "a", Value: "b"}}}, {Name: "other", Value: 1}}
	var b boat
	if err := all.Fill(1, &b, body); err != nil || b.Name != "Argo" || b.Length != 30 || b.Extra["a"] != "b" {
		t.Error(err, b)
	}
	if err := all.Fill(1, &b, schema.Object{{Name: "length", Value: json.Number("1000")}}); err == nil {
		t.Error("a body that Check refuses went in")
	}
}

func TestIs(t *testing.T) {
	all, b := boats(), &boat{ID: "a", Afloat: true}
	for _, c := range []struct {
		name string
		v    any
		want bool
	}{{"id", "a", true}, {"id", "b", false}, {"name", "", true}, {"name", "Argo", false}, {"afloat", true, true}, {"afloat", "", false}} {
		if all.Named(c.name).Is(b, c.v) != c.want {
			t.Errorf("%s is %v: not %t", c.name, c.v, c.want)
		}
	}
}

type harbour struct{ err error }

func (h harbour) List(_ context.Context, prefix string) iter.Seq2[*boat, error] {
	return func(yield func(*boat, error) bool) {
		for _, id := range []string{"a", "b"} {
			if !yield(&boat{ID: prefix + id}, nil) {
				return
			}
		}
		if h.err != nil {
			yield(nil, h.err)
		}
	}
}

type marina struct{ harbour }

func (marina) Get(_ context.Context, id string) (*boat, error) { return &boat{Name: "got " + id}, nil }

func TestFind(t *testing.T) {
	find := func(from resource.Lister[boat, string], id string) (*boat, error) {
		return resource.Find(t.Context(), from, id, "x", func(b *boat) bool { return b.ID == id })
	}
	if b, err := find(harbour{}, "xb"); err != nil || b.ID != "xb" {
		t.Error(b, err)
	}
	if b, err := find(marina{}, "z"); err != nil || b.Name != "got z" {
		t.Error(b, err)
	}
	if _, err := find(harbour{}, "b"); !errors.Is(err, jumpgate.NotFound) {
		t.Error(err)
	}
	storm := errors.New("storm")
	if _, err := find(harbour{storm}, "b"); !errors.Is(err, storm) {
		t.Error(err)
	}
}

func TestMissing(t *testing.T) {
	word := func(id string) error { return jumpgate.NotFound.New("no boat %s", id) }
	storm, other := errors.New("storm"), jumpgate.NotFound.New("no harbour")
	for _, c := range []struct{ in, want error }{{nil, nil}, {storm, storm}, {other, other}, {jumpgate.NotFound, word("a")}} {
		if got := resource.Missing(c.in, "a", word); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%v: %v, want %v", c.in, got, c.want)
		}
	}
}
