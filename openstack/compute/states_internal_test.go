package compute

import (
	"errors"
	"testing"

	"github.com/softlayer/jumpgate"
)

// TestActionsHaveStateRules: an action that may be done to any server says so.
func TestActionsHaveStateRules(t *testing.T) {
	for name, a := range actionTable {
		doing := name
		if a.doing != "" {
			doing = a.doing
		}
		if _, ok := stateRules[doing]; !ok && !a.gone && a.rule == "" {
			t.Errorf("%q has no rule", doing)
		}
	}
}

// TestMayDoUnknown: what has no rule is refused, whatever the server's state.
func TestMayDoUnknown(t *testing.T) {
	for _, doing := range []string{"", "Pause", "attach volume", "confirm resize"} {
		if err := MayDo(doing, &Server{VMState: "active"}); !errors.Is(err, jumpgate.Internal) {
			t.Errorf("%q: %v", doing, err)
		}
	}
}
