package openapi

import (
	"os"
	"path/filepath"
	"testing"
)

// reference is the description of a service, and what is wrong with it.
type reference struct {
	*Description
	recorded Mistakes
	more     map[rule]string // mistakes that no recording shows, and how they are known
	unused   map[any]bool    // of more, and of the ids that worlds know
}

// rule is an operation and one of its rules.
type rule = [2]string

// load reads the reference of a service. It is too large to be kept here:
// JUMPGATE_REFERENCE names the folder.
func load(t *testing.T, file, service string, more map[rule]string) *reference {
	t.Helper()
	folder := os.Getenv("JUMPGATE_REFERENCE")
	if folder == "" {
		t.Fatal("JUMPGATE_REFERENCE names no folder with reference/openapi and golden in it")
	}
	d, err := Load(filepath.Join(folder, "reference", "openapi", file))
	if err != nil {
		t.Fatal(err)
	}
	recorded, err := d.Mistakes(filepath.Join(folder, "golden", service))
	if err != nil {
		t.Fatal(err)
	}
	ref := &reference{d, recorded, more, make(map[any]bool)}
	for r := range more {
		ref.unused[r] = true
	}
	t.Cleanup(func() {
		for what := range ref.unused {
			if ref.unused[what] {
				t.Errorf("nothing was answered that has to do with %v", what)
			}
		}
	})
	return ref
}

// allows tells whether a violation is the description's own mistake.
func (ref *reference) allows(v Violation) bool {
	r := rule{v.Operation, v.Rule}
	if ref.more[r] != "" {
		ref.unused[r] = false
		return true
	}
	return ref.recorded[r] != ""
}
