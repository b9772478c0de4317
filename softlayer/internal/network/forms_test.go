package network

import (
	"testing"

	"github.com/softlayer/jumpgate/softlayer/internal/records/recordstest"
)

func TestForms(t *testing.T) {
	recordstest.Check(t, guestForm)
	recordstest.Check(t, componentForm)
	recordstest.Check(t, groupForm)
	recordstest.Check(t, groupHeadForm)
	recordstest.Check(t, groupNameForm)
	recordstest.Check(t, groupAmongForm)
	recordstest.Check(t, heldGroupForm)
	recordstest.Check(t, ruleForm)
	recordstest.Check(t, gatewayForm)
	recordstest.Check(t, insidesForm)
	recordstest.Check(t, addressForm)
	recordstest.Check(t, soldForm)
	recordstest.Check(t, soldInForm)
	recordstest.Check(t, accountForm)
}
