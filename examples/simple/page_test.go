package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// broken is where no answer arrives.
type broken struct{ *httptest.ResponseRecorder }

func (broken) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

// TestPageLog: what goes wrong with the page is in the server's log, unless it
// is that the browser has left.
func TestPageLog(t *testing.T) {
	var log bytes.Buffer
	page := forBrowsers(http.NotFoundHandler(), "/", nil, slog.New(slog.NewTextHandler(&log, nil)))
	get := func(ctx context.Context) {
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
		r.Header.Set("Accept", "text/html")
		page.ServeHTTP(broken{httptest.NewRecorder()}, r)
	}
	left, leave := context.WithCancel(t.Context())
	leave()
	if get(left); log.Len() > 0 {
		t.Errorf("a browser that has left: %s", &log)
	}
	if get(t.Context()); !strings.Contains(log.String(), "broken pipe") {
		t.Errorf("a page that can't be written: %q", &log)
	}
}
