package main

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/passthrough"
)

// benchHandler returns what the script .ci/passthrough/bench compares:
//
//	origin  answers with 2 KiB of JSON that has five links
//	bare    a tuned httputil.ReverseProxy and nothing else
//	proxy   Jumpgate
func benchHandler(setup, upstream string) (http.Handler, error) {
	if setup == "origin" {
		var body string
		for range 5 {
			body += `{"name": "` + strings.Repeat("n", 300) + `", "href": "` + upstream + `/v2.1/servers/4f7c2a5e"}, `
		}
		body = "[" + body + "{}]"
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			w.Header()["Content-Type"] = []string{"application/json"}
			if strings.HasSuffix(req.URL.Path, "/file") {
				w.Header()["Content-Type"] = []string{"application/octet-stream"}
			}
			_, _ = io.WriteString(w, body)
		}), nil
	}
	target, err := url.Parse(upstream)
	if err != nil {
		return nil, err
	}
	if setup == "bare" {
		pool := &buffers{sync.Pool{New: func() any { b := make([]byte, 64<<10); return &b }}}
		return &httputil.ReverseProxy{
			Rewrite: func(pr *httputil.ProxyRequest) { pr.SetURL(target) },
			Transport: &http.Transport{
				DialContext: (&net.Dialer{}).DialContext, MaxIdleConnsPerHost: 256, IdleConnTimeout: time.Minute,
				DisableCompression: true, ReadBufferSize: 32 << 10, WriteBufferSize: 32 << 10,
			},
			BufferPool: pool,
			ErrorLog:   log.New(io.Discard, "", 0),
		}, nil
	}
	driver, err := passthrough.New(passthrough.Options{Endpoints: map[jumpgate.Service]string{jumpgate.Compute: upstream}})
	if err != nil {
		return nil, err
	}
	return jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Compute: {Driver: driver, Mount: "/"},
	}})
}

type buffers struct{ sync.Pool }

func (p *buffers) Get() []byte  { return *p.Pool.Get().(*[]byte) }
func (p *buffers) Put(b []byte) { p.Pool.Put(&b) }
