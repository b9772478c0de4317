package jumpgate_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// isClock tells whether a function tells the time.
func isClock(f *ast.FuncType) bool {
	if f.Params.NumFields() > 0 || f.Results.NumFields() != 1 {
		return false
	}
	result, ok := f.Results.List[0].Type.(*ast.SelectorExpr)
	return ok && result.Sel.Name == "Time"
}

// TestNames: one thing has one name in the whole public API, as CONTRIBUTING.md
// says it.
func TestNames(t *testing.T) {
	instead := map[string]string{
		"TenantID": "ProjectID", "TenantName": "ProjectName", "Tenant": "Project", "Log": "Logger", "GetServers": "ListServers",
	}
	checked := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "internal" || d.Name() == "examples" || strings.HasPrefix(d.Name(), ".") && path != "."):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		if file.Name.Name == "main" {
			return nil
		}
		ast.Inspect(file, func(n ast.Node) bool {
			s, ok := n.(*ast.TypeSpec)
			if !ok || !s.Name.IsExported() {
				return true
			}
			fields, ok := s.Type.(*ast.StructType)
			if !ok {
				return true
			}
			for _, f := range fields.Fields.List {
				for _, name := range f.Names {
					checked++
					if fn, ok := f.Type.(*ast.FuncType); ok && name.IsExported() && name.Name != "Now" && isClock(fn) {
						t.Errorf("%s: the clock %s.%s is called Now everywhere else", path, s.Name, name)
					}
					if better := instead[name.Name]; better != "" {
						t.Errorf("%s: %s.%s is called %s everywhere else", path, s.Name, name, better)
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil || checked < 500 {
		t.Errorf("%d fields checked, %v", checked, err)
	}
}
