package keep

import (
	"strings"
	"testing"
)

func TestIDs(t *testing.T) {
	for _, id := range []int{1, 42, 1854895, 1<<31 - 1, 999999999999} {
		uuid := IDOf(NetworkKind, id)
		if got, ok := NumberOf(NetworkKind, strings.ToUpper(uuid)); !ok || got != id {
			t.Errorf("%s is %d, %v", uuid, got, ok)
		}
		if _, ok := NumberOf(ServerGroupKind, uuid); ok {
			t.Errorf("%s is of two kinds", uuid)
		}
		if !GUID.MatchString(uuid) {
			t.Errorf("%s is no UUID", uuid)
		}
	}
	if got := IDOf(ServerGroupKind, 42); got != "6a670104-0000-4000-8000-000000000042" {
		t.Error(got)
	}
	for text, want := range map[string]string{
		`{"id": "6a670104-0000-8000-8000-000000000042"}`:                             `{"id": "6a670104-0000-4000-8000-000000000042"}`,
		"6a670104-0000-8000-8000-000000000042,6A670105-0000-8000-8000-000000000043":  "6a670104-0000-4000-8000-000000000042,6A670105-0000-4000-8000-000000000043",
		"6a680104-0000-8000-8000-000000000042 x6a670104-0000-8000-8000-000000000042": "6a680104-0000-8000-8000-000000000042 x6a670104-0000-8000-8000-000000000042",
		"6a670104-0000-8000-8000-0000000000420":                                      "6a670104-0000-8000-8000-0000000000420",
	} {
		if got := CurrentIDs(text); got != want {
			t.Errorf("%s became %s", text, got)
		}
	}
	for _, text := range []string{
		"", "42", "6a670101-0000-8000-8000-000000000000", "6a670101-0000-8000-8000-00000000002a", "6a670101-0000-5000-8000-000000000042",
		"6a670101-0000-8000-8000-0000000000421", " 6a670101-0000-8000-8000-000000000042", "6a670101-0000-8000-8000-000000000042\n",
	} {
		if id, ok := NumberOf(NetworkKind, text); ok {
			t.Errorf("%q is %d", text, id)
		}
	}
}

// TestIDsOfOld: ids that were given out in the form of before still name what
// they named.
func TestIDsOfOld(t *testing.T) {
	const old = "6A670110-0000-8000-8000-000000000042"
	if n, ok := NumberOf(StorageKind, old); !ok || n != 42 {
		t.Errorf("%s is %d, %v", old, n, ok)
	}
	for id, want := range map[string]string{
		old: IDOf(StorageKind, 42), IDOf(StorageKind, 42): IDOf(StorageKind, 42), "X": "x",
		"3C9D1F0A-0000-8000-8000-000000000042": "3c9d1f0a-0000-8000-8000-000000000042",
	} {
		if got := Canonical(id); got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
}
