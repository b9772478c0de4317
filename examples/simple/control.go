package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/memory"
)

// control is an address beside the services, on loopback, where tests in any
// language make trouble in a cloud of the memory driver: package jumpgatetest
// for those that are not in Go. Nobody has to sign in there.
//
//	POST /reset                {}: a new cloud; tokens of the old one are unknown
//	POST /servers/fail-next    {"message": "..."}: the next server ends in ERROR
//	POST /servers/fail-deletes {"times": 2, "message": "..."}
//	POST /servers/build-time   {"seconds": 3600}: how long servers are in BUILD
//	POST /quota                {"project": "demo", "quotas": {"instances": 2}}
//	POST /break                {"endpoint": "v21_servers", "method": "POST", "status": 503, "delay_ms": 100,
//	                            "cut_off": false, "times": 2}: times below 0: until /mend
//	POST /mend                 {}: ends what /break began
type control struct {
	renew   func() (*memory.Cloud, http.Handler, error)
	handler atomic.Pointer[http.Handler] // of the services

	mu       sync.Mutex // guards what follows
	cloud    *memory.Cloud
	troubles []*breakage
}

// breakage is what goes wrong with an endpoint.
type breakage struct {
	Endpoint string `json:"endpoint"`
	Method   string `json:"method"`
	Status   int    `json:"status"`
	DelayMS  int    `json:"delay_ms"`
	CutOff   bool   `json:"cut_off"`
	Times    int    `json:"times"`
}

// ServeHTTP serves the services, whichever cloud is theirs by now.
func (c *control) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	(*c.handler.Load()).ServeHTTP(w, r)
}

// reset begins anew.
func (c *control) reset() error {
	cloud, h, err := c.renew()
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cloud, c.troubles = cloud, nil
	c.handler.Store(&h)
	return nil
}

// listenControl serves c at an address until ctx is done. One that others can
// reach is an error.
func listenControl(ctx context.Context, address string, c *control, log *slog.Logger) (base string, err error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "", err
	}
	if a, ok := listener.Addr().(*net.TCPAddr); !ok || !a.IP.IsLoopback() {
		return "", errors.Join(fmt.Errorf("-control %s: it must be on loopback; %w", address, errUsage), listener.Close())
	}
	server := &http.Server{Handler: c.routes(), ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("control", "error", err)
		}
	}()
	return "http://" + listener.Addr().String(), nil
}

func (c *control) routes() http.Handler {
	mux := http.NewServeMux()
	for path, do := range map[string]func(*json.Decoder) error{
		"/reset": func(*json.Decoder) error { return c.reset() },
		"/servers/fail-next": order(func(in struct {
			Message string `json:"message"`
		}) error {
			c.cloud.FailNextServer(in.Message)
			return nil
		}, c),
		"/servers/fail-deletes": order(func(in struct {
			Times   int    `json:"times"`
			Message string `json:"message"`
		}) error {
			c.cloud.FailDeletes(max(in.Times, 0), in.Message)
			return nil
		}, c),
		"/servers/build-time": order(func(in struct {
			Seconds float64 `json:"seconds"`
		}) error {
			c.cloud.SetBuildTime(time.Duration(in.Seconds * float64(time.Second)))
			return nil
		}, c),
		"/quota": order(func(in struct {
			Project string         `json:"project"`
			Quotas  map[string]int `json:"quotas"`
		}) error {
			l := c.cloud.Quota(in.Project)
			for name, n := range in.Quotas {
				l.SetQuota(name, n)
			}
			return c.cloud.SetQuota(in.Project, l)
		}, c),
		"/break": order(c.breakEndpoint, c),
		"/mend":  order(func(struct{}) error { c.troubles = nil; return nil }, c),
	} {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			in := json.NewDecoder(io.LimitReader(r.Body, 64<<10))
			in.DisallowUnknownFields()
			if err := do(in); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			w.WriteHeader(http.StatusNoContent)
		})
	}
	return mux
}

// order reads what is wished, "" for nothing, and does it under the lock.
func order[T any](do func(T) error, c *control) func(*json.Decoder) error {
	return func(d *json.Decoder) error {
		var in T
		if err := d.Decode(&in); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		return do(in)
	}
}

func (c *control) breakEndpoint(b breakage) error {
	known := func(e jumpgate.Endpoint) bool { return e.Name == b.Endpoint }
	if !slices.ContainsFunc(jumpgate.Services(), func(s jumpgate.Service) bool { return slices.ContainsFunc(jumpgate.Endpoints(s), known) }) {
		return fmt.Errorf("there is no endpoint %q", b.Endpoint)
	}
	if b.Times == 0 {
		b.Times = 1
	}
	c.troubles = append(c.troubles, &b)
	return nil
}

// next takes the trouble that a request meets.
func (c *control) next(r *jumpgate.Request) *breakage {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, b := range c.troubles {
		if b.Times != 0 && b.Endpoint == r.Endpoint().Name && (b.Method == "" || strings.EqualFold(b.Method, r.Method)) {
			b.Times = max(b.Times-1, -1)
			return b
		}
	}
	return nil
}

// kinds are the faults by their status.
var kinds = map[int]jumpgate.Kind{
	400: jumpgate.BadRequest, 401: jumpgate.Unauthorized, 403: jumpgate.Forbidden, 404: jumpgate.NotFound, 409: jumpgate.Conflict,
	413: jumpgate.OverLimit, 500: jumpgate.Internal, 503: jumpgate.Unavailable,
}

// meet is the request hook that makes the trouble.
func (c *control) meet(r *jumpgate.Request) error {
	b := c.next(r)
	if b == nil {
		return nil
	}
	select {
	case <-time.After(time.Duration(b.DelayMS) * time.Millisecond):
	case <-r.Context().Done():
		return jumpgate.Timeout.Wrap(r.Context().Err(), "")
	}
	kind, ok := kinds[b.Status]
	switch {
	case b.CutOff:
		panic(http.ErrAbortHandler)
	case ok:
		return kind
	case b.Status != 0 || b.DelayMS == 0:
		return jumpgate.Unavailable
	}
	return nil
}
