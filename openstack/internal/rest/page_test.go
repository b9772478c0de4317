package rest

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
)

// spots yields the numbers of text, and then the error; taken counts them.
func spots(text string, err error, taken *int) iter.Seq2[*int, error] {
	return func(yield func(*int, error) bool) {
		for word := range strings.FieldsSeq(text) {
			n := int(word[0] - '0')
			if *taken++; !yield(&n, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

func TestPage(t *testing.T) {
	up := By(func(n *int) int { return *n })
	odd := func(n *int) bool { return *n%2 == 1 }
	at := func(n int) *int { return &n }
	failed := errors.New("failed")
	for _, c := range []struct {
		name  string
		page  Page[int]
		err   error
		want  string
		taken int
	}{
		{"all", Page[int]{}, nil, "[4 1 3 9 5 7 2]", 7},
		{"all, of which the last is an error", Page[int]{}, failed, "[4 1 3 9 5 7 2] failed", 7},
		{"the first two", Page[int]{Limit: 2}, failed, "[4 1]", 2},
		{"the first odd two", Page[int]{Limit: 2, Keep: odd}, failed, "[1 3]", 3},
		{"sorted", Page[int]{Order: up}, nil, "[1 2 3 4 5 7 9]", 7},
		{"an error, for nothing is sorted yet", Page[int]{Order: up, Limit: 2}, failed, "[] failed", 7},
		{"the least two", Page[int]{Order: up, Limit: 2}, nil, "[1 2]", 7},
		{"behind a marker that is not there", Page[int]{Order: up, Limit: 2, Marker: at(6)}, nil, "[7 9]", 7},
		{"behind a marker that does not match", Page[int]{Order: up, Limit: 2, Keep: odd, Marker: at(2)}, nil, "[3 5]", 7},
		{"behind the last", Page[int]{Order: up, Limit: 2, Marker: at(9)}, nil, "[]", 7},
		{"those that are alike as they come", Page[int]{Order: By(func(n *int) int { return *n % 2 }), Limit: 5}, nil, "[4 2 1 3 9]", 7},
		{"as soon as it is enough", Page[int]{Order: up, Limit: 2, Enough: func(last, next *int) bool { return *next > *last+4 }}, nil, "[1 3]", 4},
	} {
		taken, got, failure := 0, []int{}, ""
		for n, err := range c.page.Of(spots("4 1 3 9 5 7 2", c.err, &taken)) {
			if err != nil {
				failure = " " + err.Error()
				break
			}
			got = append(got, *n)
		}
		if text := fmt.Sprint(got) + failure; text != c.want || taken != c.taken {
			t.Errorf("%s: %s of %d taken, want %s of %d", c.name, text, taken, c.want, c.taken)
		}
	}
	// Whoever has enough of a page is left alone.
	for range (Page[int]{Order: up}).Of(spots("2 1", nil, new(int))) {
		break
	}
}

func TestCollect(t *testing.T) {
	failed := errors.New("failed")
	if all, err := Collect(spots("1 2", failed, new(int))); all != nil || !errors.Is(err, failed) {
		t.Errorf("%v %v, want the error", all, err)
	}
	all, err := Collect(spots("1 2", nil, new(int)))
	if err != nil || len(all) != 2 {
		t.Fatal(all, err)
	}
	if again, err := Collect(Items(all)); err != nil || !slices.Equal(again, all) {
		t.Errorf("%v %v", again, err)
	}
	for range Items(all) {
		break
	}
}

func TestFind(t *testing.T) {
	failed, missing := errors.New("failed"), errors.New("missing")
	five := func(n *int) bool { return *n == 5 }
	if n, err := Find(spots("1 5", failed, new(int)), five, missing); err != nil || *n != 5 {
		t.Errorf("%v %v, want 5", n, err)
	}
	if n, err := Find(spots("1", failed, new(int)), five, missing); n != nil || !errors.Is(err, failed) {
		t.Errorf("%v %v, want what failed", n, err)
	}
	if n, err := Find(spots("1", nil, new(int)), five, missing); n != nil || !errors.Is(err, missing) {
		t.Errorf("%v %v, want that it is missing", n, err)
	}
}

func TestSorted(t *testing.T) {
	for want, m := range map[string]map[string]int{`{}`: nil, `{"a": 1, "b": 2}`: {"b": 2, "a": 1}} {
		if got, err := Sorted(m).MarshalJSON(); err != nil || string(got) != want {
			t.Errorf("%s %v, want %s", got, err, want)
		}
	}
}
