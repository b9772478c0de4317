package rest

import (
	"errors"
	"strings"
	"testing"
)

type book struct{ title, shelf string }

const (
	short Set = 1 << iota
	long

	librarian Set = 1
)

var bookFields = []Field[*book]{
	{Name: "title", Value: func(b *book) any { return b.title }},
	{Name: "pages", Forms: long, Until: 3, Value: func(*book) any { return "many" }},
	{Name: "pages", Forms: long, Since: 3, Value: func(*book) any { return 7 }},
	{Name: "shelf", Right: librarian, When: func(b *book) bool { return b.shelf != "" }, Value: func(b *book) any { return OrNil(b.shelf) }},
}

func TestShow(t *testing.T) {
	for _, c := range []struct {
		answer Answer
		shelf  string
		want   string
	}{
		{Answer{Form: short, Version: 2}, "s", `{"title": "t"}`},
		{Answer{Form: long, Version: 2}, "s", `{"title": "t", "pages": "many"}`},
		{Answer{Form: long, Version: 3}, "s", `{"title": "t", "pages": 7}`},
		{Answer{Form: short | long, Version: 3, Rights: librarian}, "s", `{"title": "t", "pages": 7, "shelf": "s"}`},
		{Answer{Rights: librarian | 2}, "s", `{"title": "t", "shelf": "s"}`},
		{Answer{Rights: librarian}, "", `{"title": "t"}`},
		{Answer{Rights: 2}, "s", `{"title": "t"}`},
	} {
		b := &book{"t", c.shelf}
		shown, err := Show(bookFields, c.answer, b).MarshalJSON()
		if err != nil || string(shown) != c.want {
			t.Errorf("%+v: %s %v, want %s", c.answer, shown, err, c.want)
		}
		if appended, err := Select(bookFields, c.answer).Append([]byte("["), b); err != nil || string(appended) != "["+c.want {
			t.Errorf("%+v appended: %s %v, want %s", c.answer, appended, err, c.want)
		}
	}
}

func TestOrError(t *testing.T) {
	failed := errors.New("failed")
	fields := []Field[*book]{{Name: "links", Value: func(b *book) any {
		if b.shelf == "" {
			return OrError("a link", failed)
		}
		return OrError("a link", nil)
	}}}
	if text, err := Show(fields, Answer{}, &book{shelf: "s"}).MarshalJSON(); err != nil || !strings.Contains(string(text), "a link") {
		t.Errorf("%s %v", text, err)
	}
	if _, err := Select(fields, Answer{}).Append(nil, &book{}); !errors.Is(err, failed) {
		t.Errorf("%v, want what went wrong", err)
	}
}
