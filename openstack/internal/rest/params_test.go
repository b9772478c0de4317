package rest

import (
	"slices"
	"testing"
)

func TestParseParams(t *testing.T) {
	for _, c := range []struct {
		query, separators string
		want              Params
	}{
		{"", "&", nil},
		{"&&a=1&", "&", Params{{"a", "1"}}},
		{"a=1;b=2&c", "&", Params{{"a", "1;b=2"}, {"c", ""}}},
		{"a=1;b=2&c", "&;", Params{{"a", "1"}, {"b", "2"}, {"c", ""}}},
		{"a+b=%41%4&%zz=100%", "&", Params{{"a b", "A%4"}, {"%zz", "100%"}}},
		{"a=b=c&=d", "&", Params{{"a", "b=c"}, {"", "d"}}},
	} {
		if got, ok := ParseParams(c.query, c.separators); !ok || !slices.Equal(got, c.want) {
			t.Errorf("%q by %q: %q %v, want %q", c.query, c.separators, got, ok, c.want)
		}
	}
	for _, query := range []string{"a=%ff", "%ff"} {
		if got, ok := ParseParams(query, "&"); ok {
			t.Errorf("%q, which is not UTF-8: %q", query, got)
		}
	}
}

func TestParams(t *testing.T) {
	p, _ := ParseParams("a=1&b=2&a=3&c=x%26", "&")
	if got := p.Get("a"); got != "3" {
		t.Errorf("a is %q, want the last", got)
	}
	if _, ok := p.Lookup("d"); ok || p.Has("d") || p.Get("d") != "" {
		t.Error("d is there")
	}
	if got := p.All("a"); !slices.Equal(got, []string{"1", "3"}) {
		t.Errorf("all: %q", got)
	}
	if got := p.Single().Encode(); got != "a=3&b=2&c=x%26" {
		t.Errorf("single: %s", got)
	}
	if got := p.Without("a", "c").Encode(); got != "b=2" {
		t.Errorf("without a and c: %s", got)
	}
	if got, ok := p.Pop("a"); got != "1" || !ok || p.Encode() != "b=2&a=3&c=x%26" {
		t.Errorf("popped %q %v, left %s", got, ok, p.Encode())
	}
	if _, ok := p.Pop("d"); ok {
		t.Error("popped d")
	}
}
