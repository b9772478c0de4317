package compute

import (
	"encoding/base64"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// File is a file that a server finds on its disk at its first boot
// (personality, to 2.56).
type File struct {
	Path     string
	Contents []byte
}

// CheckFiles refuses files that are over the quotas l, in Nova's order. A cloud
// that injects no files has quotas of 0, Quota's answer for injected files that
// Limits does not name. Nova counts contents in base64.
func CheckFiles(files []File, l *Limits) error {
	over := func(n int, quota string) bool { most := l.Quota(quota); return most >= 0 && n > most }
	if len(files) == 0 {
		return nil
	}
	if over(len(files), "injected_files") {
		return jumpgate.Forbidden.New("Personality file limit exceeded")
	}
	path, contents := 0, 0
	for _, f := range files {
		path, contents = max(path, len(f.Path)), max(contents, base64.StdEncoding.EncodedLen(len(f.Contents)))
	}
	switch {
	case over(path, "injected_file_path_bytes"):
		return jumpgate.Forbidden.New("Personality file path exceeds maximum %d", l.Quota("injected_file_path_bytes"))
	case over(contents, "injected_file_content_bytes"):
		return jumpgate.Forbidden.New("Personality file content exceeds maximum %d", l.Quota("injected_file_content_bytes"))
	}
	return nil
}

// files are those that a body injects.
func files(in schema.Object) []File {
	var all []File
	for _, item := range in.List("personality") {
		o, _ := item.(schema.Object)
		data, _ := lenientBase64(o.String("contents")) // what is none of it is passed over, as Nova does
		all = append(all, File{o.String("path"), data})
	}
	return all
}
