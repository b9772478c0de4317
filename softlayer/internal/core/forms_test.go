package core

import (
	"testing"

	"github.com/softlayer/jumpgate/softlayer/internal/records/recordstest"
)

func TestForms(t *testing.T) {
	recordstest.Check(t, placedForm)
}
