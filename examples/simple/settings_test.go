package main

import (
	"os"
	"regexp"
	"testing"

	"github.com/softlayer/jumpgate"
)

// TestExampleFile: jumpgate.conf has every key that there is, if only in a
// comment, and drivers of all services.
func TestExampleFile(t *testing.T) {
	text, err := os.ReadFile("jumpgate.conf")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range settings {
		if !regexp.MustCompile(`(?m)^(# )?` + s.key + ` = `).Match(text) {
			t.Errorf("[%s] %s is not in jumpgate.conf", s.section, s.key)
		}
	}
	c, err := readConfig("jumpgate.conf")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range jumpgate.Services() {
		if _, enabled := c.gateway.Services[s]; !enabled {
			t.Errorf("%s is not enabled", s)
		}
	}
}
