package passthrough

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/softlayer/jumpgate"
)

const (
	maxShadows    = 16               // questions to shadows at a time; more are not asked
	shadowTimeout = 30 * time.Second // of one
	shadowBody    = 1 << 20          // answers with longer bodies are not compared
)

// Difference says how the other driver's answer differs from upstream's at an
// endpoint in mode Shadow.
type Difference struct {
	Endpoint      *jumpgate.Endpoint
	Method        string
	RequestID     string
	Status, Other int      // of upstream and of the other driver
	Shape         []string // such as "servers[].id: string, other: number"
}

// shadowed serves an endpoint from upstream and shows reads to the other
// driver afterwards.
type shadowed struct {
	d        *Driver
	upstream http.Handler
	own      http.Handler
}

func (s *shadowed) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		s.upstream.ServeHTTP(w, req)
		return
	}
	select {
	case s.d.shadows <- struct{}{}:
	default: // too many already
		s.upstream.ServeHTTP(w, req)
		return
	}
	release := func() { <-s.d.shadows }
	// The copy is made now: when the answer is sent, the request is the
	// server's again.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(req.Context()), shadowTimeout)
	other := &recorder{header: make(http.Header)}
	fork := jumpgate.RequestFrom(req.Context()).Fork(ctx, other)

	seen := &tee{ResponseWriter: w}
	completed := false
	defer func() {
		if !completed { // the answer broke off
			cancel()
			release()
		}
	}()
	s.upstream.ServeHTTP(seen, req)
	completed = true
	go func() {
		defer release()
		defer cancel()
		defer func() {
			if cause := recover(); cause != nil {
				s.d.opts.Logger.Error("shadow failed", "endpoint", fork.Endpoint().Name, "error", fmt.Sprint(cause))
			}
		}()
		s.own.ServeHTTP(other, fork.Request)
		s.compare(fork, &seen.recorded, other)
	}()
}

// compare reports where two answers differ.
func (s *shadowed) compare(r *jumpgate.Request, upstream *recorded, other *recorder) {
	d := Difference{Endpoint: r.Endpoint(), Method: r.Method, RequestID: r.Env.RequestID, Status: upstream.status, Other: other.status}
	if upstream.body.Len() < shadowBody && other.body.Len() < shadowBody && r.Method != http.MethodHead {
		d.Shape = compareShapes(upstream.body.Bytes(), other.body.Bytes())
	}
	if d.Status == d.Other && len(d.Shape) == 0 {
		return
	}
	if s.d.opts.OnDifference != nil {
		s.d.opts.OnDifference(d)
		return
	}
	s.d.opts.Logger.Info("drivers differ", "service", string(d.Endpoint.Service), "endpoint", d.Endpoint.Name,
		"method", d.Method, "request_id", d.RequestID, "status", d.Status, "other", d.Other, "shape", d.Shape)
}

// recorded is what a shadow has seen of an answer.
type recorded struct {
	status int
	body   bytes.Buffer
}

func (r *recorded) writeHeader(status int) {
	if r.status == 0 && status >= 200 {
		r.status = status
	}
}

func (r *recorded) write(p []byte) {
	r.writeHeader(http.StatusOK)
	r.body.Write(p[:min(len(p), shadowBody-r.body.Len())])
}

// tee records what it passes on.
type tee struct {
	http.ResponseWriter
	recorded
}

func (t *tee) WriteHeader(status int) {
	t.writeHeader(status)
	t.ResponseWriter.WriteHeader(status)
}

func (t *tee) Write(p []byte) (int, error) {
	t.write(p)
	return t.ResponseWriter.Write(p)
}

func (t *tee) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// recorder is the http.ResponseWriter of an answer that nobody gets.
type recorder struct {
	header http.Header
	recorded
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) { r.writeHeader(status) }

func (r *recorder) Write(p []byte) (int, error) {
	r.write(p)
	return len(p), nil
}
