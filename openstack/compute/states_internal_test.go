package compute

import (
	"errors"
	"testing"

	"github.com/softlayer/jumpgate"
)

// TestActionsHaveStateRules: an action has a name and says in which states it is
// done, and so does each that a client can ask for.
func TestActionsHaveStateRules(t *testing.T) {
	seen := make(map[string]Action)
	for a := noAction + 1; a < numActions; a++ {
		switch row := actionRules[a]; {
		case row.name == "":
			t.Errorf("action %d has no rule", a)
		case seen[row.name] != noAction:
			t.Errorf("two actions are called %q", row.name)
		default:
			seen[row.name] = a
		}
	}
	for name, row := range actionTable {
		if row.does == noAction && !row.gone {
			t.Errorf("%q has no rule", name)
		}
	}
}

// TestMayDoUnknown: what has no rule is refused, whatever the server's state.
func TestMayDoUnknown(t *testing.T) {
	for _, a := range []Action{noAction, numActions, 255} {
		if err := MayDo(a, &Server{VMState: "active"}); !errors.Is(err, jumpgate.Internal) {
			t.Errorf("%d: %v", a, err)
		}
	}
}
