package passthrough

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"time"
)

// connBuffer is what net/http buffers for each direction of a connection. Its
// default of 4 KiB costs a third of the throughput of images.
const connBuffer = 32 << 10

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
			return &conn{Conn: c, stall: opts.Timeouts.Stall}, nil
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
	stall    time.Duration
	deadline time.Time // of writes, which come one at a time
}

// Write gives upstream at least half of stall. It leaves a deadline that is far
// enough: small requests come by the thousand.
func (c *conn) Write(p []byte) (int, error) {
	if now := time.Now(); c.deadline.Sub(now) < c.stall/2 {
		c.deadline = now.Add(c.stall)
		_ = c.SetWriteDeadline(c.deadline) // Write tells what is wrong
	}
	return c.Conn.Write(p)
}

// ReadFrom is what net/http copies a request's body with that is longer than
// connBuffer.
func (c *conn) ReadFrom(r io.Reader) (int64, error) { return copyBulk(c, r) }
