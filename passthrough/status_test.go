package passthrough_test

import (
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/softlayer/jumpgate/passthrough"
)

// TestStatusZero: a status that can't be written is a bad gateway, and no
// panic that ends the connection.
func TestStatusZero(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 4096))
			_, _ = io.WriteString(c, "HTTP/1.1 000 None\r\nContent-Length: 2\r\n\r\n{}")
			c.Close()
		}
	}()
	d := newDriver(t, passthrough.Options{Endpoints: all("http://" + l.Addr().String())})
	gw := front(t, newGateway(t, d, nil))
	res, _ := ask(t, "GET", gw.URL+"/compute/v2.1/servers", "")
	equal(t, "status", res.StatusCode, http.StatusBadGateway)
}
