package baremetal

import (
	"testing"

	"github.com/softlayer/jumpgate/softlayer/internal/records/recordstest"
)

func TestForms(t *testing.T) {
	recordstest.Check(t, taggedServers)
	recordstest.Check(t, managed)
	recordstest.Check(t, eventForm)
	recordstest.Check(t, keyForm)
}
