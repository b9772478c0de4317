package rest

import (
	"net/http"
	"testing"
)

func TestTakesJSON(t *testing.T) {
	for accept, want := range map[string]bool{
		"": true, " ": true, "application/json": true, "Application/JSON; charset=utf-8": true, "text/html, */*;q=0.1": true, "application/*": true,
		"text/html": false, "application/json;q=0": false, "application/json; q=0;v=1": false, "application/json;q=0.5": true, "text/html,": false,
	} {
		if got := TakesJSON(http.Header{"Accept": {accept}}); got != want {
			t.Errorf("%q: %t", accept, got)
		}
	}
	if !TakesJSON(http.Header{}) || !TakesJSON(http.Header{"Accept": {"text/html", "*/*"}}) {
		t.Error("no field, or two")
	}
}
