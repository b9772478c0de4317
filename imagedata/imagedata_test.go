package imagedata_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/imagedata"
	"github.com/softlayer/jumpgate/imagedata/datatest"
)

func folder(t *testing.T) (*imagedata.Folder, string) {
	dir := filepath.Join(t.TempDir(), "images")
	store, err := imagedata.NewFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	return store, dir
}

func TestFolder(t *testing.T) {
	store, dir := folder(t)
	datatest.Run(t, store)
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestFolderRemovesAbandonedUploads(t *testing.T) {
	_, dir := folder(t)
	for name, age := range map[string]time.Duration{".upload-old": 48 * time.Hour, ".upload-new": time.Hour, "image": 48 * time.Hour} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, time.Time{}, time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := imagedata.NewFolder(dir); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 || entries[0].Name() != ".upload-new" || entries[1].Name() != "image" {
		t.Errorf("left: %v, %v, want the new upload and the image", entries, err)
	}
}

func TestNone(t *testing.T) {
	ctx := context.Background()
	if _, err := (imagedata.None{}).Put(ctx, "a", strings.NewReader("x")); !errors.Is(err, imagedata.ErrDisabled) {
		t.Errorf("Put = %v, want ErrDisabled", err)
	}
	if _, err := (imagedata.None{}).Open(ctx, "a", 0, -1); !errors.Is(err, imagedata.ErrNotFound) {
		t.Errorf("Open = %v, want ErrNotFound", err)
	}
}

func ExampleFolder() {
	dir, _ := os.MkdirTemp("", "images")
	defer os.RemoveAll(dir)
	store, err := imagedata.NewFolder(dir)
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	size, _ := store.Put(ctx, "0b5ef5a4-5f0c-4f2c-9d0e-2f1d3a4b5c6d", strings.NewReader("a disk"))
	data, err := store.Open(ctx, "0b5ef5a4-5f0c-4f2c-9d0e-2f1d3a4b5c6d", 2, -1)
	if err != nil {
		panic(err)
	}
	defer data.Close()
	text, _ := io.ReadAll(data)
	fmt.Println(size, string(text))
	// Output: 6 disk
}

func TestRAM(t *testing.T) { datatest.Run(t, new(imagedata.RAM)) }
