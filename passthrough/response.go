package passthrough

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
)

// response makes upstream's answer Jumpgate's.
func (f *forwarder) response(res *http.Response) error {
	x := exchangeOf(res.Request)
	if res.StatusCode == http.StatusSwitchingProtocols {
		return jumpgate.BadGateway.Wrap(errors.New("upstream switched protocols"), "")
	}
	if id := res.Header.Get("X-Openstack-Request-Id"); id != "" {
		x.r.Env.RequestID = id // the log has the id that the client sees
	}
	x.links = links{x.places.bases, x.target}
	if x.projects != nil {
		x.links.bases = slices.Concat(x.projects, x.places.bases)
	}
	x.rewriteHeader(res.Header)
	body := &stalling{ReadCloser: res.Body, timeout: f.d.opts.Timeouts.Stall}
	if res.Body != http.NoBody {
		res.Body = body
	}
	if err := f.rewriteBody(x, res); err != nil {
		return err
	}
	if res.Body == body { // else ReverseProxy flushes, or there is nothing to wait for
		body.flush = x.flush
	}
	if x.linkErr != nil { // a Host that nothing could link to
		return x.linkErr
	}
	x.keepHeader(res.Header)
	return nil
}

// flush sends what is there of the answer.
func (x *exchange) flush() {
	_ = http.NewResponseController(x.w).Flush() // what can't flush can't stream
}

// target is what gets to the place of a base; "" where the Gateway does not
// serve it.
func (x *exchange) target(b base) string {
	if b.service != x.linked {
		x.linked, x.linkTo = b.service, ""
		if disp := x.r.Gateway().Dispatcher(b.service); disp != nil {
			var err error
			if x.linkTo, err = disp.ServiceURL(x.r); err != nil {
				x.linkErr = err
			}
		}
	}
	to := x.linkTo
	if to == "" || b.project == "" {
		return to
	}
	version := b.url[:strings.LastIndexByte(b.url, '/')]
	return to + version[strings.LastIndexByte(version, '/'):] + "/" + b.project
}

// rewriteHeader rewrites the fields that hold URLs: those that are known to,
// and other X- fields whose whole value is one.
func (x *exchange) rewriteHeader(h http.Header) {
	for name, values := range h {
		switch name {
		case "Location", "Content-Location":
			for i, v := range values {
				values[i] = x.links.text(x.absolute(v))
			}
		case "Www-Authenticate", "Link":
			for i, v := range values {
				values[i] = x.links.text(v)
			}
		default:
			if name[0] != 'X' {
				continue
			}
			for i, v := range values {
				if strings.HasPrefix(v, "http") && !strings.ContainsAny(v, `"'<>;, `) {
					values[i] = x.links.text(v)
				}
			}
		}
	}
}

// absolute completes a Location that is a path: paths are others here.
func (x *exchange) absolute(v string) string {
	if !strings.HasPrefix(v, "/") || strings.HasPrefix(v, "//") {
		return v
	}
	return x.root.Scheme + "://" + x.root.Host + v
}

// keepHeader adds what hooks have set to the answer's header. Upstream's own
// fields go first, and its request id is the only one.
func (x *exchange) keepHeader(h http.Header) {
	for name, values := range x.header {
		switch name {
		case "X-Openstack-Request-Id", "X-Compute-Request-Id":
			continue
		case "Vary":
			for _, v := range values {
				if v != "X-Auth-Token" && !slices.Contains(h[name], v) {
					h.Add(name, v)
				}
			}
			continue
		}
		if h[name] == nil {
			h[name] = values
		}
	}
	if h["Content-Type"] == nil {
		x.w.Header()["Content-Type"] = nil // or net/http guesses one
	}
}

// rewriteBody rewrites the links in a JSON body. A small one keeps its
// Content-Length, a large one is streamed in chunks. Nothing else is touched:
// neither other types nor a part of a body.
func (f *forwarder) rewriteBody(x *exchange, res *http.Response) error {
	h := res.Header
	if len(x.links.bases) == 0 || !isJSON(h["Content-Type"]) || res.StatusCode == http.StatusPartialContent ||
		res.ContentLength == 0 || h["Content-Range"] != nil {
		return nil
	}
	if res.Request.Method == http.MethodHead {
		h.Del("Content-Length") // of a body that would be another one
		return nil
	}
	coding := h.Get("Content-Encoding")
	if coding == "" || strings.EqualFold(coding, "identity") {
		buf := f.d.buffers.Get()
		n, err := fill(res.Body, buf)
		switch {
		case errors.Is(err, io.EOF):
			f.setSmall(x, res, buf, n)
			return nil
		case err != nil:
			f.d.buffers.Put(buf)
			return err
		}
		res.Body = &pooled{Reader: newLinkReader(io.MultiReader(bytes.NewReader(buf), res.Body), x.links), body: res.Body, pool: f.d.buffers, buf: buf}
	} else {
		r := recode(res.Body, coding, func(r io.Reader) io.Reader { return newLinkReader(r, x.links) })
		if r == nil {
			f.d.opts.Logger.Warn("links of an answer can't be rewritten", "service", string(f.service), "coding", coding)
			return nil
		}
		res.Body = &pooled{Reader: r, body: res.Body}
	}
	for _, name := range [...]string{"Content-Length", "Content-Md5", "Digest", "Content-Digest", "Repr-Digest"} {
		h.Del(name)
	}
	res.ContentLength = -1
	return nil
}

// fill reads until buf is full. The error is io.EOF only where the body has
// come to its proper end: one that was cut must not look whole.
func fill(r io.Reader, buf []byte) (n int, err error) {
	for n < len(buf) && err == nil {
		var m int
		m, err = r.Read(buf[n:])
		n += m
	}
	return n, err
}

// setSmall makes the rewritten buf[:n] the body.
func (f *forwarder) setSmall(x *exchange, res *http.Response, buf []byte, n int) {
	_ = res.Body.Close() // it was read to its end
	body := &pooled{pool: f.d.buffers, buf: buf}
	text := buf[:n]
	if bytes.IndexByte(text, '/') >= 0 {
		body.buf2 = f.d.buffers.Get()
		text, _ = x.links.appendJSON(body.buf2[:0], text, 0, true)
	}
	body.Reader = bytes.NewReader(text)
	res.Body = body
	res.ContentLength = int64(len(text))
	res.Header["Content-Length"] = []string{strconv.Itoa(len(text))}
}

// pooled is a body in or over buffers of the pool.
type pooled struct {
	io.Reader
	body      io.Closer // may be nil
	pool      *bufferPool
	buf, buf2 []byte // may be nil
}

func (p *pooled) Close() error {
	p.Reader = eof{}
	for _, b := range [...]*[]byte{&p.buf, &p.buf2} {
		if *b != nil {
			p.pool.Put(*b)
			*b = nil
		}
	}
	if p.body == nil {
		return nil
	}
	return p.body.Close()
}

type eof struct{}

func (eof) Read([]byte) (int, error) { return 0, io.EOF }

// isJSON tells whether a body is JSON by its type: application/json, and what
// ends in +json or is JSON home.
func isJSON(types []string) bool {
	if len(types) != 1 {
		return false
	}
	if types[0] == "application/json" {
		return true
	}
	media, _, err := mime.ParseMediaType(types[0])
	return err == nil && (media == "application/json" || media == "application/json-home" || strings.HasSuffix(media, "+json"))
}
