package compute

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
	"unicode/utf8"

	"github.com/softlayer/jumpgate/openstack/compute"
)

// SoftLayer gives a server one text, which cloud-init reads there. Data that are
// no text, such as what gzip made, and files that are to be on the server's disk
// are carried in parts, as cloud-init knows them, the user's own data first.

// noUserData stand for none where a config drive is wanted, which SoftLayer
// makes for user data only. They tell cloud-init nothing.
const noUserData = "#cloud-config\n"

const (
	partsBoundary = "jumpgate-files-"
	partsStart    = `Content-Type: multipart/mixed; boundary="` + partsBoundary

	// mergeLists has cloud-init add the files to those that the user's own
	// configuration writes.
	mergeLists = "list(append)+dict(no_replace,recurse_list)+str()"
)

// userDataFor is the text for a server with data and files; "": none.
func userDataFor(data []byte, files []compute.File) string {
	if len(files) == 0 && utf8.Valid(data) {
		return string(data)
	}
	type file struct {
		Path     string `json:"path"`
		Encoding string `json:"encoding"`
		Content  string `json:"content"`
	}
	var config struct {
		Files []file `json:"write_files"`
	}
	for _, f := range files {
		config.Files = append(config.Files, file{f.Path, "b64", base64.StdEncoding.EncodeToString(f.Contents)})
	}
	written, _ := json.Marshal(config) // never fails; JSON is YAML, too

	sum := sha256.Sum256(data)
	boundary := partsBoundary + hex.EncodeToString(sum[:8])
	var b strings.Builder
	part := func(lines ...string) {
		b.WriteString("--" + boundary + "\n" + strings.Join(lines, "\n") + "\n")
	}
	b.WriteString(`Content-Type: multipart/mixed; boundary="` + boundary + "\"\nMIME-Version: 1.0\n\n")
	if len(data) > 0 { // of which cloud-init finds out what it is
		part("Content-Type: text/plain", "Content-Transfer-Encoding: base64", "", base64.StdEncoding.EncodeToString(data))
	}
	if len(files) > 0 {
		part("Content-Type: text/cloud-config", "Merge-Type: "+mergeLists, "", "#cloud-config", string(written))
	}
	b.WriteString("--" + boundary + "--\n")
	return b.String()
}

// ownUserData is the inverse: the user's own data in a text.
func ownUserData(value string) []byte {
	switch {
	case value == noUserData:
		return nil
	case !strings.HasPrefix(value, partsStart):
		return []byte(value)
	}
	m, err := mail.ReadMessage(strings.NewReader(value))
	if err != nil {
		return []byte(value)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return []byte(value)
	}
	part, err := multipart.NewReader(m.Body, params["boundary"]).NextPart()
	if err != nil {
		return []byte(value)
	}
	if part.Header.Get("Content-Transfer-Encoding") != "base64" { // the files come first
		return nil
	}
	encoded, err := io.ReadAll(part)
	if err != nil {
		return []byte(value)
	}
	data, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(encoded)))
	if err != nil {
		return []byte(value)
	}
	return data
}

// newUserData is what becomes of a text when a server is rebuilt, and whether
// that differs. Files are for one system: they go with it.
func newUserData(is string, r *compute.ServerRebuild) (value string, differs bool) {
	data := ownUserData(is)
	if r.UserData != nil {
		data = *r.UserData
	}
	if value = userDataFor(data, r.Files); r.UserData == nil && value == "" && is != "" {
		value = noUserData
	}
	return value, value != is
}

// firstUserData is the text for an order; "": none.
func firstUserData(c *compute.ServerCreate) string {
	value := userDataFor(c.UserData, c.Files)
	if c.ConfigDrive {
		return cmp.Or(value, noUserData)
	}
	return value
}
