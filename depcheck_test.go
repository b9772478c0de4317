package jumpgate_test

import (
	"go/build"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestImportsRunOneWay: a program that embeds Jumpgate gets the standard
// library and httprouter from the root; the packages of the protocol add
// nothing and know no driver.
func TestImportsRunOneWay(t *testing.T) {
	const module = "github.com/softlayer/jumpgate"
	check := func(dir string, allowed func(string) bool) {
		pkg, err := build.ImportDir(dir, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, imported := range pkg.Imports {
			first, _, _ := strings.Cut(imported, "/")
			if strings.Contains(first, ".") && !allowed(imported) {
				t.Errorf("%s imports %s", path.Join(module, filepath.ToSlash(dir)), imported)
			}
		}
	}
	check(".", func(p string) bool { return p == "github.com/julienschmidt/httprouter" })

	err := filepath.WalkDir("openstack", func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if d.Name() == "testdata" {
			return fs.SkipDir
		}
		if files, _ := filepath.Glob(filepath.Join(dir, "*.go")); len(files) > 0 {
			check(dir, func(p string) bool { return p == module || strings.HasPrefix(p, module+"/openstack/") })
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestRoomsOfSoftLayer: each room of the driver imports those below it alone.
func TestRoomsOfSoftLayer(t *testing.T) {
	const module = "github.com/softlayer/jumpgate"
	const rooms = module + "/softlayer/internal/"
	below := map[string][]string{
		"upstream":  {},
		"keep":      {},
		"records":   {"upstream", "keep"},
		"core":      {"upstream", "keep", "records"},
		"identity":  {"upstream", "keep", "records", "core"},
		"image":     {"upstream", "keep", "records", "core"},
		"volume":    {"upstream", "keep", "records", "core"},
		"network":   {"upstream", "keep", "records", "core"},
		"baremetal": {"upstream", "keep", "records", "core"},
		"compute":   {"upstream", "keep", "records", "core", "image", "volume", "network"},
		"mixed":     {"upstream", "keep", "records", "core", "baremetal", "compute"},
	}
	speaks := map[string]bool{"core": true, "identity": true, "image": true, "volume": true, "network": true, "baremetal": true, "compute": true, "mixed": true} // of OpenStack
	stores := map[string]bool{"core": true, "image": true}                                                                                                       // the data of images
	dirs, err := filepath.Glob("softlayer/internal/*")
	if err != nil {
		t.Fatal(err)
	}
	if len(dirs) != len(below) {
		t.Errorf("%d rooms, %d known", len(dirs), len(below))
	}
	for _, dir := range dirs {
		room := filepath.Base(dir)
		pkg, err := build.ImportDir(dir, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, imported := range pkg.Imports {
			first, _, _ := strings.Cut(imported, "/")
			other, inside := strings.CutPrefix(imported, rooms)
			switch {
			case !strings.Contains(first, "."), imported == module, imported == module+"/internal/fastjson",
				inside && slices.Contains(below[room], other),
				speaks[room] && strings.HasPrefix(imported, module+"/openstack/"),
				stores[room] && imported == module+"/imagedata",
				room == "upstream" && strings.HasPrefix(imported, "github.com/softlayer/softlayer-go/"):
			default:
				t.Errorf("room %s imports %s", room, imported)
			}
		}
	}
}

// TestRoomsOfTheSimulator: the SoftLayer of tests knows nothing of the driver that it is there to test. Its face imports
// its inside alone, and that the types of SoftLayer's library.
func TestRoomsOfTheSimulator(t *testing.T) {
	const inside = "github.com/softlayer/jumpgate/softlayer/simulator/internal/cloud"
	for dir, outside := range map[string]string{
		"softlayer/simulator":                inside,
		"softlayer/simulator/internal/cloud": "github.com/softlayer/softlayer-go/datatypes",
	} {
		pkg, err := build.ImportDir(dir, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, imported := range pkg.Imports {
			if first, _, _ := strings.Cut(imported, "/"); strings.Contains(first, ".") && imported != outside {
				t.Errorf("%s imports %s", dir, imported)
			}
		}
	}
}
