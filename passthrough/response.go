package passthrough

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
)

// answer makes upstream's answer Jumpgate's.
func (x *exchange) answer(res *http.Response) error {
	if res.StatusCode == http.StatusSwitchingProtocols {
		return jumpgate.BadGateway.Wrap(errors.New("upstream switched protocols"), "")
	}
	if res.StatusCode < http.StatusOK { // net/http reads "HTTP/1.1 000", and panics where it has to write it
		return jumpgate.BadGateway.Wrap(fmt.Errorf("upstream answered with status %d", res.StatusCode), "")
	}
	if id := res.Header.Get("X-Openstack-Request-Id"); id != "" {
		x.r.Env.RequestID = id // the log has the id that the client sees
	}
	x.links = links{x.places.bases, x.target}
	if x.projects != nil {
		x.links.bases = slices.Concat(x.projects, x.places.bases)
	}
	x.rewriteHeader(res.Header)
	p := x.d.passages.Get().(*passage)
	p.body = res.Body
	small, err := x.rewriteBody(p, res)
	if err == nil {
		err = x.linkErr // a Host that nothing could link to
	}
	if err != nil {
		return err
	}
	x.sendHeader(res)
	if small != nil {
		_, err = x.w.Write(small)
	} else {
		err = p.copy(x, res)
	}
	if err != nil {
		return x.classify(err)
	}
	p.body, p.src = nil, nil
	x.d.passages.Put(p)
	_ = res.Body.Close() // now, for it fills res.Trailer
	if len(res.Trailer) > 0 {
		x.flush() // or net/http counts a short body, and has no chunks to put trailers after
	}
	for name, values := range res.Trailer {
		x.w.Header()[http.TrailerPrefix+name] = values
	}
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

// sendHeader sends upstream's status and header, with what hooks have set
// added to them. Upstream's own fields go first, and its request id is the
// only one.
func (x *exchange) sendHeader(res *http.Response) {
	h := x.w.Header()
	vary := h["Vary"]
	for _, name := range [...]string{"Vary", "X-Openstack-Request-Id", "X-Compute-Request-Id"} {
		delete(h, name)
	}
	deleteNamed(res.Header, res.Header["Connection"])
	for name, values := range res.Header {
		if !isHop(name) {
			h[name] = values
		}
	}
	for _, v := range vary {
		if v != "X-Auth-Token" && !slices.Contains(h["Vary"], v) {
			h["Vary"] = append(h["Vary"], v)
		}
	}
	if h["Content-Type"] == nil {
		h["Content-Type"] = nil // or net/http guesses one
	}
	if len(res.Trailer) > 0 {
		h["Trailer"] = []string{strings.Join(slices.Sorted(maps.Keys(res.Trailer)), ", ")}
		h.Del("Content-Length") // trailers come after chunks
	}
	x.w.WriteHeader(res.StatusCode)
}

// rewriteBody rewrites the links in a JSON body. A small one is returned and
// keeps its Content-Length, a large one is streamed in chunks. Nothing else is
// touched: neither other types nor a part of a body.
func (x *exchange) rewriteBody(p *passage, res *http.Response) (small []byte, err error) {
	h := res.Header
	if len(x.links.bases) == 0 || !isJSON(h["Content-Type"]) || res.StatusCode == http.StatusPartialContent ||
		res.ContentLength == 0 || h["Content-Range"] != nil {
		return nil, nil
	}
	if res.Request.Method == http.MethodHead {
		h.Del("Content-Length") // of a body that would be another one
		return nil, nil
	}
	coding := h.Get("Content-Encoding")
	if coding == "" || strings.EqualFold(coding, "identity") {
		n, err := fill(p, p.buf)
		switch {
		case errors.Is(err, io.EOF):
			small = p.buf[:n]
			if bytes.IndexByte(small, '/') >= 0 {
				p.out, _ = x.links.appendJSON(p.out[:0], small, 0, true)
				small = p.out
			}
			h["Content-Length"] = []string{strconv.Itoa(len(small))}
			return small, nil
		case err != nil:
			return nil, x.classify(err)
		}
		p.src = newLinkReader(io.MultiReader(bytes.NewReader(slices.Clone(p.buf)), p), x.links)
	} else if p.src = recode(p, coding, func(r io.Reader) io.Reader { return newLinkReader(r, x.links) }); p.src == nil {
		x.d.opts.Logger.Warn("links of an answer can't be rewritten", "service", string(x.service), "coding", coding)
		return nil, nil
	}
	for _, name := range [...]string{"Content-Length", "Content-Md5", "Digest", "Content-Digest", "Repr-Digest"} {
		h.Del(name)
	}
	return nil, nil
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
