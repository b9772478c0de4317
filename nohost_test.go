package jumpgate_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
)

// TestRequestWithoutHost: probes of load balancers speak HTTP/1.0 and name no
// host; they are answered as all others are, with the address that they reached
// in links.
func TestRequestWithoutHost(t *testing.T) {
	gw := newGateway(t, only(jumpgate.Compute))
	handle(t, gw, jumpgate.Compute, "v21_servers", get(func(r *jumpgate.Request) (any, error) {
		return r.Dispatcher().EndpointURL(r, "v21_servers")
	}))
	server := httptest.NewServer(gw)
	defer server.Close()
	address := strings.TrimPrefix(server.URL, "http://")
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "GET /v2.1/servers HTTP/1.0\r\n\r\n")
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK || !strings.Contains(string(body), "http://"+address+"/") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}
