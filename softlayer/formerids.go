package softlayer

import (
	"io"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// currentIDs lets a request name things by ids of a former form, in its path,
// its query and its JSON: answers show those of today, with which handlers
// compare them.
func currentIDs(r *jumpgate.Request) error {
	r.MapVars(keep.CurrentIDs)
	if query := keep.CurrentIDs(r.URL.RawQuery); query != r.URL.RawQuery {
		changed := *r.URL
		changed.RawQuery = query
		r.URL = &changed
	}
	if strings.Contains(r.Header.Get("Content-Type"), "json") {
		r.Body = &currentBody{ReadCloser: r.Body}
	}
	return nil
}

// currentBody is a body with ids of today in it, up to the longest that
// anything with ids has.
type currentBody struct {
	io.ReadCloser
	changed io.Reader // nil until somebody reads
}

const longestWithIDs = 1 << 20

func (b *currentBody) Read(p []byte) (int, error) {
	if b.changed == nil {
		head, _ := io.ReadAll(io.LimitReader(b.ReadCloser, longestWithIDs)) // the next read meets the error again
		b.changed = io.MultiReader(strings.NewReader(keep.CurrentIDs(string(head))), b.ReadCloser)
	}
	return b.changed.Read(p)
}
