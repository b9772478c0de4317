package image

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// WebOb's forms of a range of bytes: of Range, where what follows does not
// count, and of Content-Range, which Glance takes from requests too.
var (
	rangeText        = regexp.MustCompile(`(?i)^bytes *= *(\d*) *- *(\d*)`)
	contentRangeText = regexp.MustCompile(`^bytes (?:(\d+)-(\d+)|[*])/(?:(\d+)|[*])`)
)

// readRange reads the one range that a client asks for of data of a size, as
// Glance takes it (get_range_from_request).
func readRange(h http.Header, size int64) (first, last int64, ok bool, err error) {
	if text := h.Get("Range"); text != "" {
		first, last, err = wantedRange(text, size)
		return first, last, err == nil, err
	}
	if text := h.Get("Content-Range"); text != "" {
		first, last, err = contentRange(text, size)
		return first, last, err == nil, err
	}
	return 0, 0, false, nil
}

func outside(position, header string, size int64) error {
	return jumpgate.BadRange.New("Invalid %s position in %s header. %s position MUST be in the inclusive range [0, %d].",
		position, header, map[string]string{"start": "Start", "stop": "The stop"}[position], size-1)
}

func wantedRange(text string, size int64) (first, last int64, err error) {
	if strings.Contains(text, ",") {
		return 0, 0, jumpgate.BadRequest.New("Requests with multiple ranges are not supported in Glance. You may make multiple single-range requests instead.")
	}
	invalid := jumpgate.BadRange.New("Invalid Range header.")
	m := rangeText.FindStringSubmatch(text)
	if m == nil {
		return 0, 0, invalid
	}
	if m[1] == "" {
		n, parsed := rest.Int(m[2])
		switch {
		case !parsed:
			return 0, 0, invalid
		case size == 0:
			return 0, 0, outside("start", "Range", size)
		case n == 0:
			n = size
		}
		return max(0, size-n), size - 1, nil
	}
	first, parsed := rest.Int(m[1])
	last = size - 1
	if m[2] != "" {
		var whole bool
		if last, whole = rest.Int(m[2]); !whole || last < first {
			return 0, 0, invalid
		}
	}
	if !parsed || first >= size {
		return 0, 0, outside("start", "Range", size)
	}
	return first, min(last, size-1), nil
}

func contentRange(text string, size int64) (first, last int64, err error) {
	m := contentRangeText.FindStringSubmatch(text)
	if m == nil || m[1] == "" {
		return 0, 0, jumpgate.BadRange.New("Invalid Content-Range header.")
	}
	first, parsed := rest.Int(m[1])
	last, parsedLast := rest.Int(m[2])
	of, parsedOf := rest.Int(m[3])
	switch {
	case !parsed, !parsedLast, last < first, m[3] != "" && (!parsedOf || last >= of):
		return 0, 0, jumpgate.BadRange.New("Invalid Content-Range header.")
	case m[3] == "" && last >= size:
		return 0, 0, outside("stop", "Content-Range", size)
	case first >= size:
		return 0, 0, outside("start", "Content-Range", size)
	}
	return first, min(last, size-1), nil
}
