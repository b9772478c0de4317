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

// descriptionsFolder names the folder with the descriptions in the environment.
const descriptionsFolder = "JUMPGATE_OPENAPI"

// howToGet is what to do where the descriptions are missing.
const howToGet = "The OpenAPI descriptions are a third party's and not kept here. To run this test, " +
	"clone https://github.com/gtema/openstack, copy openstack_types/data/SERVICE/VERSION.yaml " +
	"as SERVICE-VERSION.yaml (compute-v2.104.yaml) into a folder, and name that in " + descriptionsFolder + "."

// load reads the reference of a service; recordings is a folder with answers
// of the real one. Without the descriptions the test is skipped; it fails if
// the environment names a folder that does not have them.
func load(t *testing.T, file, recordings string, more map[rule]string) *reference {
	t.Helper()
	folder := os.Getenv(descriptionsFolder)
	if folder == "" {
		t.Skip(howToGet)
	}
	d, err := Load(filepath.Join(folder, file))
	if err != nil {
		t.Fatalf("%v\n%s", err, howToGet)
	}
	recorded, err := d.Mistakes(filepath.FromSlash(recordings))
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
