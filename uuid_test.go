package jumpgate_test

import (
	"regexp"
	"testing"

	"github.com/softlayer/jumpgate"
)

func TestNewUUID(t *testing.T) {
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	a, b := jumpgate.NewUUID(), jumpgate.NewUUID()
	if !form.MatchString(a) || !form.MatchString(b) || a == b {
		t.Errorf("%s, %s", a, b)
	}
}
