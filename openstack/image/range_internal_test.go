package image

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/softlayer/jumpgate"
)

// TestReadRange: ranges of 100 bytes as WebOb reads and Glance takes them.
func TestReadRange(t *testing.T) {
	for _, c := range []struct{ header, text, want string }{
		{"Range", "", "all"},
		{"Range", "bytes=10-19", "10-19"},
		{"Range", "Bytes = 10 - 19 or so", "10-19"},
		{"Range", "bytes=90-", "90-99"},
		{"Range", "bytes=90-1000", "90-99"},
		{"Range", "bytes=-5", "95-99"},
		{"Range", "bytes=-500", "0-99"},
		{"Range", "bytes=-0", "0-99"},
		{"Range", "bytes=0-0,5-6", "400"},
		{"Range", "bytes=9-3", "416 Invalid Range header."},
		{"Range", "bytes=x", "416 Invalid Range header."},
		{"Range", "items=0-5", "416 Invalid Range header."},
		{"Range", "bytes=-", "416 Invalid Range header."},
		{"Range", "bytes=100-", "416 Invalid start position in Range header. Start position MUST be in the inclusive range [0, 99]."},
		{"Content-Range", "bytes 10-19/100", "10-19"},
		{"Content-Range", "bytes 10-19/*", "10-19"},
		{"Content-Range", "bytes 19-10/*", "416 Invalid Content-Range header."},
		{"Content-Range", "bytes */100", "416 Invalid Content-Range header."},
		{"Content-Range", "bytes 10-100/*", "416 Invalid stop position in Content-Range header. The stop position MUST be in the inclusive range [0, 99]."},
		{"Content-Range", "bytes 100-101/200", "416 Invalid start position in Content-Range header. Start position MUST be in the inclusive range [0, 99]."},
	} {
		first, last, ok, err := readRange(http.Header{c.header: {c.text}}, 100)
		got := "all"
		switch e := jumpgate.AsError(err); {
		case err != nil && e.Kind == jumpgate.BadRequest:
			got = "400"
		case err != nil && e.Kind == jumpgate.BadRange:
			got = "416 " + e.Message
		case err != nil:
			t.Errorf("%s %q: %v", c.header, c.text, err)
		case ok:
			got = fmt.Sprintf("%d-%d", first, last)
		}
		if got != c.want {
			t.Errorf("%s %q: %s, want %s", c.header, c.text, got, c.want)
		}
	}
}
