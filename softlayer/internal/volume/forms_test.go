package volume

import (
	"testing"

	"github.com/softlayer/jumpgate/softlayer/internal/records/recordstest"
)

func TestForms(t *testing.T) {
	recordstest.Check(t, serverForm)
	recordstest.Check(t, targetForm)
	recordstest.Check(t, mountersForm)
	recordstest.Check(t, orderForm)
	recordstest.Check(t, bootForm)
	recordstest.Check(t, storagePackageForm)
}
