package rest

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

type dog struct {
	name  string
	born  time.Time
	tame  bool
	teeth *int
}

func TestColumns(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	few, many := 2, 40
	dogs := []*dog{{"b", day(3), true, &many}, {"a", day(1), true, nil}, {"c", day(2), false, &few}, {"d", day(2), true, nil}}
	columns := Columns[dog]{
		"name":  By(func(d *dog) string { return d.name }),
		"born":  ByTime(func(d *dog) time.Time { return d.born }),
		"tame":  ByBool(func(d *dog) bool { return d.tame }),
		"teeth": ByNumber(func(d *dog) *int { return d.teeth }),
		"alike": nil,
	}
	for _, c := range []struct {
		keys []SortKey
		want string
	}{
		{[]SortKey{{"name", false}}, "abcd"},
		{[]SortKey{{"name", true}}, "dcba"},
		{[]SortKey{{"born", false}, {"name", true}}, "adcb"},
		{[]SortKey{{"tame", false}, {"name", false}}, "cabd"},
		{[]SortKey{{"teeth", true}, {"name", false}}, "bcad"},
		{[]SortKey{{"teeth", false}, {"born", true}}, "dacb"},
		{[]SortKey{{"alike", true}, {"unknown", false}, {"name", false}}, "abcd"},
	} {
		sorted := slices.Clone(dogs)
		slices.SortStableFunc(sorted, columns.Order(c.keys))
		got := ""
		for _, d := range sorted {
			got += d.name
		}
		if got != c.want {
			t.Errorf("%v: %s, want %s", c.keys, got, c.want)
		}
	}
}

func TestSplitSort(t *testing.T) {
	for text, want := range map[string]string{
		"name":                  "[name] [desc]",
		" name:asc , size,id:x": "[name size id] [asc desc x]",
		"":                      "[] [desc]",
		":":                     "[] [desc]",
		"a,,b:":                 "[a  b] [desc desc desc]",
	} {
		names, dirs := SplitSort(text)
		if got := fmt.Sprint(names, " ", dirs); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestLimit(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0 <nil>", " 7 ": "7 <nil>", "1000": "20 <nil>", "99999999999999999999": "20 <nil>",
		"-1": "0 limit param must be positive", "": "0 limit param must be an integer", "x": "0 limit param must be an integer",
	} {
		n, err := Limit(text, 20)
		if got := fmt.Sprint(n, " ", err); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
