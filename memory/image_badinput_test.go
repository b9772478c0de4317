package memory

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestBrokenUploads: data that ends too early, or is not what was promised,
// never makes an image active and leaves nothing behind.
func TestBrokenUploads(t *testing.T) {
	const id = "149c6374-f80c-47d0-8160-5f54d7a1abaf"
	var minutes atomic.Int64
	server, records := imageServer(t, &minutes)
	records.addQueued(id)
	state := func() string {
		records.mu.Lock()
		defer records.mu.Unlock()
		return records.records[id].Status
	}
	empty := func(what string) {
		t.Helper()
		if _, err := records.data.Open(t.Context(), id, 0, -1); err == nil {
			t.Errorf("%s left data behind", what)
		}
	}
	for what, head := range map[string]string{
		"a truncated body":      "Content-Length: 100\r\n\r\nhalf",
		"a truncated last part": "Transfer-Encoding: chunked\r\n\r\n64\r\nhalf",
	} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "PUT /v2/images/%s/file HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n%s", id, head)
		for range 500 {
			if state() == "saving" {
				break
			}
			time.Sleep(time.Millisecond)
		}
		conn.(*net.TCPConn).CloseWrite()
		if resp, err := http.ReadResponse(bufio.NewReader(conn), nil); err == nil && resp.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %d", what, resp.StatusCode)
		}
		conn.Close()
		for range 500 {
			if state() == "queued" {
				break
			}
			time.Sleep(time.Millisecond)
		}
		if got := state(); got != "queued" {
			t.Errorf("after %s the image is %s", what, got)
		}
		empty(what)
	}

	req, err := http.NewRequest(http.MethodPut, server.URL+"/v1/images/"+id, strings.NewReader("data"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/octet-stream")
	req.Header.Set("X-Image-Meta-Checksum", "0123456789abcdef0123456789abcdef")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest || state() == "active" {
		t.Errorf("a wrong checksum: %d, image %s", resp.StatusCode, state())
	}
	empty("a wrong checksum")
}
