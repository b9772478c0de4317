package passthrough

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"

	"github.com/softlayer/jumpgate"
)

// forwarder passes the requests of one service on.
type forwarder struct {
	d       *Driver
	service jumpgate.Service
	whole   bool // every endpoint of the service is passed through
}

// exchange is one request on its way.
type exchange struct {
	*forwarder
	r        *jumpgate.Request
	w        http.ResponseWriter
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

	trace    httptrace.ClientTrace
	mu       sync.Mutex
	answered bool // net/http may report early hints too late
}

func (f *forwarder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r := jumpgate.RequestFrom(req.Context())
	x := &exchange{forwarder: f, r: r, w: w, path: r.RawPath()}
	if err := x.pass(req); err != nil {
		// This cuts the connection where a part of the answer was sent: it
		// must not look whole.
		jumpgate.WriteError(w, req, err)
	}
}

func (x *exchange) pass(req *http.Request) error {
	if err := x.prepare(req); err != nil {
		return err
	}
	out, err := x.request(req)
	if err != nil {
		return jumpgate.BadRequest.Wrap(err, "Malformed request body")
	}
	// net/http may still read the body when there is an answer. When this
	// handler has returned it must not.
	defer x.body.end()
	jumpgate.CountUpstreamCall(req.Context())
	res, err := x.send(out)
	x.mu.Lock()
	x.answered = true
	x.mu.Unlock()
	if err != nil {
		return x.classify(err)
	}
	defer res.Body.Close()
	return x.answer(res)
}

// prepare finds out where a request goes and as whom.
func (x *exchange) prepare(req *http.Request) error {
	for _, via := range req.Header["Via"] {
		if strings.Contains(via, x.d.via) {
			return jumpgate.BadGateway.Wrap(errors.New("the catalog upstream leads back here; give Options.Endpoints or an internal interface"), "")
		}
	}
	if x.r.Endpoint().Name == "" && !x.passable(x.path) {
		return jumpgate.NotFound
	}
	var err error
	if x.places, err = x.d.places(req.Context()); err != nil {
		return jumpgate.Unavailable.Wrap(err, "")
	}
	if x.root = x.places.roots[x.service]; x.root == nil {
		return jumpgate.Unavailable.Wrap(fmt.Errorf("upstream's catalog has no %s", x.service), "")
	}
	if x.d.accounts != nil {
		return x.becomeAccount(req)
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
	return f.whole || !strings.HasSuffix(strings.TrimPrefix(plain, "/"), "/") && !strings.Contains(plain, "//") && strings.Count(plain, "/") == strings.Count(path, "/")
}

// classify says what an error of the way upstream means to the client.
func (x *exchange) classify(err error) error {
	var known *jumpgate.Error
	var network net.Error
	var dial *net.OpError
	switch {
	case errors.As(err, &known):
		return known
	case x.body.failure() != nil:
		return jumpgate.BadRequest.Wrap(x.body.failure(), "Malformed request body")
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
