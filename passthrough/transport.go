package passthrough

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	// connBuffer is what net/http buffers for each direction of a
	// connection. Its default of 4 KiB costs a third of the throughput of
	// images.
	connBuffer = 32 << 10
	// copyBuffer is what is copied at a time.
	copyBuffer = 64 << 10
)

// newTransport returns the transport to upstream. http.DefaultTransport keeps
// two idle connections a host, which more than halves the throughput, reads
// proxies from the environment, and waits for ever.
func newTransport(opts Options, tlsConfig *tls.Config) *http.Transport {
	dialer := &net.Dialer{Timeout: opts.Timeouts.Dial}
	if tlsConfig != nil {
		tlsConfig = tlsConfig.Clone()
	}
	return &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := dialer.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return &conn{c, opts.Timeouts.Stall}, nil
		},
		TLSClientConfig:       tlsConfig,
		TLSHandshakeTimeout:   opts.Timeouts.Dial,
		ResponseHeaderTimeout: opts.Timeouts.Header,
		ExpectContinueTimeout: time.Second,
		IdleConnTimeout:       opts.Timeouts.Idle,
		MaxIdleConnsPerHost:   opts.MaxIdleConns,
		DisableCompression:    true, // what upstream compressed stays so
		ForceAttemptHTTP2:     true,
		ReadBufferSize:        connBuffer,
		WriteBufferSize:       connBuffer,
	}
}

// conn breaks when upstream stops taking what is sent to it.
type conn struct {
	net.Conn
	stall time.Duration
}

func (c *conn) Write(p []byte) (int, error) {
	_ = c.SetWriteDeadline(time.Now().Add(c.stall)) // Write tells what is wrong
	return c.Conn.Write(p)
}

// stalling is a body of an answer that ends with an error when nothing comes
// for too long. What it gave before has reached the client when it waits.
type stalling struct {
	io.ReadCloser
	timeout time.Duration
	flush   func() // may be nil
	timer   *time.Timer
}

func (b *stalling) Read(p []byte) (int, error) {
	if b.timer == nil {
		b.timer = time.AfterFunc(b.timeout, func() { _ = b.ReadCloser.Close() })
	} else {
		if b.flush != nil {
			b.flush()
		}
		b.timer.Reset(b.timeout)
	}
	n, err := b.ReadCloser.Read(p)
	b.timer.Stop()
	return n, err
}

// bufferPool is the httputil.BufferPool of a Driver.
type bufferPool struct{ pool sync.Pool }

func newBufferPool() *bufferPool {
	return &bufferPool{sync.Pool{New: func() any {
		b := make([]byte, copyBuffer)
		return &b
	}}}
}

func (p *bufferPool) Get() []byte  { return *p.pool.Get().(*[]byte) }
func (p *bufferPool) Put(b []byte) { p.pool.Put(&b) }
