package identity

import (
	"testing"

	"github.com/softlayer/jumpgate/softlayer/internal/records/recordstest"
)

func TestForms(t *testing.T) {
	recordstest.Check(t, userForm)
	recordstest.Check(t, memberForm)
}
