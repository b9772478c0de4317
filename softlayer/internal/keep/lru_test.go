package keep

import (
	"fmt"
	"slices"
	"testing"
)

// TestLRU: an account forgets its own oldest value, and nobody else's.
func TestLRU(t *testing.T) {
	l := NewLRU[int](3, 5)
	keys := func(account string) (list []string) {
		for key := range l.Of(account) {
			list = append(list, key)
		}
		return list
	}
	l.Put("other", "mine", 1)
	for i := range 100 {
		l.Put("busy", fmt.Sprint(i), i)
	}
	if v, ok := l.Get("other", "mine"); !ok || v != 1 {
		t.Error("a busy account made another forget")
	}
	if got := keys("busy"); !slices.Equal(got, []string{"99", "98", "97"}) {
		t.Error(got)
	}
	l.Get("busy", "97")
	l.Put("busy", "98", 198)
	l.Put("busy", "new", 0)
	if got := keys("busy"); !slices.Equal(got, []string{"new", "98", "97"}) { // 99 was not used for longest
		t.Error(got)
	}
	if v, _ := l.Get("busy", "98"); v != 198 {
		t.Error(v)
	}
	l.Put("third", "a", 1)
	l.Put("third", "b", 1) // the sixth of five
	if l.Len() != 5 || !slices.Equal(keys("other"), nil) {
		t.Errorf("%d values, other has %v", l.Len(), keys("other"))
	}
	l.Delete("third", "a")
	l.Delete("third", "a")
	l.Delete("nobody", "a")
	if l.Len() != 4 || !slices.Equal(keys("third"), []string{"b"}) {
		t.Error(keys("third"))
	}
	l.Clear()
	if _, ok := l.Get("third", "b"); ok || l.Len() != 0 {
		t.Error("not cleared")
	}
}
