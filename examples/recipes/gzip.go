package recipes

import (
	"compress/gzip"
	"net/http"

	"github.com/klauspost/compress/gzhttp"
)

// compressed serves gw with gzip to clients that ask for it. Only long JSON is
// worth it: answers below 8 KiB fit into a few packets, and the data of images
// is compressed already or has ranges.
func compressed(gw http.Handler) (http.Handler, error) {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.MinSize(8<<10),
		gzhttp.CompressionLevel(gzip.BestSpeed),
		gzhttp.ContentTypes([]string{"application/json"}),
	)
	if err != nil {
		return nil, err
	}
	return wrap(gw), nil
}
