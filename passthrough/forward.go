package passthrough

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"

	"github.com/softlayer/jumpgate"
)

// forwarder passes the requests of one service on.
type forwarder struct {
	d       *Driver
	service jumpgate.Service
	whole   bool // every endpoint of the service is passed through
	proxy   httputil.ReverseProxy
}

func newForwarder(d *Driver, s jumpgate.Service) *forwarder {
	f := &forwarder{d: d, service: s}
	f.proxy = httputil.ReverseProxy{
		Rewrite:        f.request,
		ModifyResponse: f.response,
		ErrorHandler:   f.failed,
		Transport:      replaying{d.transport},
		BufferPool:     d.buffers,
		ErrorLog:       log.New(io.Discard, "", 0), // errors are the Gateway's to log
	}
	return f
}

// exchange is what is known of one request on its way.
type exchange struct {
	r        *jumpgate.Request
	w        http.ResponseWriter
	header   http.Header // what was set in the answer before upstream was asked
	root     *url.URL
	path     string // escaped, below root
	places   *places
	account  *session // nil: the client's own token is good upstream
	token    *token
	body     clientBody
	links    links
	projects []base           // with upstream's project in them, where it is another one here
	linked   jumpgate.Service // the last service that was linked to, and what its links begin with
	linkTo   string
	linkErr  error
}

type exchangeKey struct{}

func exchangeOf(req *http.Request) *exchange {
	x, _ := req.Context().Value(exchangeKey{}).(*exchange)
	return x
}

func (f *forwarder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r := jumpgate.RequestFrom(req.Context())
	x := &exchange{r: r, w: w, path: r.RawPath()}
	if err := f.prepare(x, req); err != nil {
		jumpgate.WriteError(w, req, err)
		return
	}
	req = req.WithContext(context.WithValue(req.Context(), exchangeKey{}, x))
	if err := x.body.attach(req); err != nil {
		jumpgate.WriteError(w, req, jumpgate.BadRequest.Wrap(err, "Malformed request body"))
		return
	}
	// The header of the answer is upstream's. What hooks have set is added
	// when it is there.
	h := w.Header()
	x.header = maps.Clone(h)
	clear(h)
	jumpgate.CountUpstreamCall(req.Context())
	f.proxy.ServeHTTP(w, req)
}

// prepare finds out where a request goes and as whom.
func (f *forwarder) prepare(x *exchange, req *http.Request) error {
	for _, via := range req.Header["Via"] {
		if strings.Contains(via, f.d.via) {
			return jumpgate.BadGateway.Wrap(errors.New("the catalog upstream leads back here; give Options.Endpoints or an internal interface"), "")
		}
	}
	if x.r.Endpoint().Name == "" && !f.passable(x.path) {
		return jumpgate.NotFound
	}
	var err error
	if x.places, err = f.d.places(req.Context()); err != nil {
		return jumpgate.Unavailable.Wrap(err, "")
	}
	if x.root = x.places.roots[f.service]; x.root == nil {
		return jumpgate.Unavailable.Wrap(fmt.Errorf("upstream's catalog has no %s", f.service), "")
	}
	if f.d.accounts != nil {
		return f.becomeAccount(x, req)
	}
	return nil
}

// passable keeps paths back that upstream could read as other ones than this
// Gateway does. Dots could lead out of the service; of empty segments and
// escaped slashes no harm comes where everything is passed anyway.
func (f *forwarder) passable(path string) bool {
	plain, err := url.PathUnescape(path)
	if err != nil {
		return false
	}
	for _, b := range []byte(plain) {
		if b < ' ' || b == 0x7f || b == '\\' {
			return false
		}
	}
	for segment := range strings.SplitSeq(plain, "/") {
		name, _, _ := strings.Cut(segment, ";")
		if name == "." || name == ".." {
			return false
		}
	}
	return f.whole || !strings.Contains(plain, "//") && strings.Count(plain, "/") == strings.Count(path, "/")
}

// request makes the request that goes upstream.
func (f *forwarder) request(pr *httputil.ProxyRequest) {
	x := exchangeOf(pr.In)
	out := pr.Out
	raw := x.root.EscapedPath() + x.path
	plain, err := url.PathUnescape(raw)
	if err != nil {
		plain = raw // can't be: x.path comes from a parsed URL
	}
	out.URL = &url.URL{
		Scheme: x.root.Scheme, Host: x.root.Host,
		Path: plain, RawPath: raw,
		// As it came: a filter that Go can't parse must not be lost, for a
		// list without it has more in it.
		RawQuery: pr.In.URL.RawQuery, ForceQuery: pr.In.URL.ForceQuery,
	}
	out.Host = x.root.Host

	h := out.Header
	h.Del("Connection") // no upgrades: the field is ignored, as OpenStack does
	h.Del("Upgrade")
	stripIdentity(h)
	stripForwarding(h)
	if client, _, err := net.SplitHostPort(pr.In.RemoteAddr); err == nil {
		h["X-Forwarded-For"] = []string{client}
	}
	h["Via"] = append(h["Via"], f.d.via)
	if coding := h["Accept-Encoding"]; coding != nil {
		h["Accept-Encoding"] = knownCodings(coding)
	}
	if x.account != nil {
		delete(h, "X-Service-Token")
		delete(h, "X-Subject-Token")
		delete(h, "X-Auth-Token")
		if x.token != nil {
			h["X-Auth-Token"] = []string{x.token.id}
		}
	}
	if out.Body != nil && x.body.small != nil {
		out.Body, out.GetBody = x.body.replay(), func() (io.ReadCloser, error) { return x.body.replay(), nil }
	}
}

// failed answers when upstream did not.
func (f *forwarder) failed(w http.ResponseWriter, req *http.Request, err error) {
	x := exchangeOf(req)
	h := w.Header()
	clear(h)
	maps.Copy(h, x.header)
	jumpgate.WriteError(w, req, classify(err, x))
}

// classify says what an error of the way upstream means to the client.
func classify(err error, x *exchange) error {
	var known *jumpgate.Error
	var network net.Error
	var dial *net.OpError
	switch {
	case errors.As(err, &known):
		return known
	case x.body.err != nil && !errors.Is(x.body.err, io.EOF):
		return jumpgate.BadRequest.Wrap(x.body.err, "Malformed request body")
	case errors.As(err, &dial) && dial.Op == "dial":
		return jumpgate.Unavailable.Wrap(err, "")
	case errors.As(err, &network) && network.Timeout():
		return jumpgate.Timeout.Wrap(err, "")
	case strings.Contains(err.Error(), "malformed"): // net/http has no type for it
		return jumpgate.BadGateway.Wrap(err, "")
	}
	return jumpgate.Unavailable.Wrap(err, "")
}

// newVia returns a name for the Via header by which a Driver knows a request
// that it has sent itself.
func newVia() string {
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails
	return "1.1 jumpgate-" + hex.EncodeToString(b[:])
}
