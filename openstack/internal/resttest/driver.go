// Package resttest holds the tests that every service package wants.
package resttest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
)

// DriverInterfaces checks that driver_all.go of the package under test lists
// each interface that a driver may have: all that driver*.go declare, and all
// that the package looks for in a driver. One that is missing there would be
// looked for, and a driver that misspelt it would not be told.
func DriverInterfaces(t *testing.T) {
	t.Helper()
	listed := make(map[string]bool)
	for _, m := range regexp.MustCompile(`rest\.Interface\[([\w.]+)`).FindAllStringSubmatch(read(t, "driver_all.go"), -1) {
		listed[m[1]] = true
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	asked := regexp.MustCompile(`\bdriver\.\(([\w.]+)\)`)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text := read(t, file)
		for _, m := range asked.FindAllStringSubmatch(text, -1) {
			if !listed[m[1]] {
				t.Errorf("%s looks for %s, which is not in driver_all.go", file, m[1])
			}
		}
		if !strings.HasPrefix(file, "driver") {
			continue
		}
		for _, name := range interfaces(t, file, text) {
			if !listed[name] {
				t.Errorf("%s of %s is not in driver_all.go", name, file)
			}
		}
	}
}

// NoDriver checks that register refuses what a service could make nothing of.
func NoDriver(t *testing.T, service jumpgate.Service, register func(disp *jumpgate.Dispatcher, driver any) error) {
	t.Helper()
	for want, driver := range map[string]any{"the driver is nil": nil, "none of the interfaces": struct{}{}} {
		_, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
			service: {Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error { return register(disp, driver) })},
		}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("a driver %#v: error %v, want %q in it", driver, err, want)
		}
	}
}

// interfaces returns the exported interfaces that a file declares. One that
// has no methods of its own but those of others is none: those are listed.
func interfaces(t *testing.T, file, text string) []string {
	tree, err := parser.ParseFile(token.NewFileSet(), file, text, 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, d := range tree.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, s := range g.Specs {
			spec, ok := s.(*ast.TypeSpec)
			if !ok || !spec.Name.IsExported() {
				continue
			}
			i, ok := spec.Type.(*ast.InterfaceType)
			if ok && len(i.Methods.List) > 0 && len(i.Methods.List[0].Names) > 0 {
				names = append(names, spec.Name.Name)
			}
		}
	}
	return names
}

func read(t *testing.T, file string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
