package compute

import (
	"testing"

	"github.com/softlayer/jumpgate/softlayer/internal/records/recordstest"
)

func TestForms(t *testing.T) {
	recordstest.Check(t, presenceForm)
	recordstest.Check(t, actForm)
	recordstest.Check(t, placedForm)
	recordstest.Check(t, attachForm)
	recordstest.Check(t, volumeForm)
	recordstest.Check(t, captureForm)
	recordstest.Check(t, shelveForm)
	recordstest.Check(t, usageForm)
	recordstest.Check(t, countedForm)
	recordstest.Check(t, memberForm)
	recordstest.Check(t, loggedForm)
	recordstest.Check(t, listedForm)
	recordstest.Check(t, namedForm)
	recordstest.Check(t, shownForm)
	recordstest.Check(t, rebuiltForm)
	recordstest.Check(t, orderedForm)
	recordstest.Check(t, briefForm)
	recordstest.Check(t, connectedForm)
	recordstest.Check(t, boundForm)
	recordstest.Check(t, reachedForm)
	recordstest.Check(t, eventForm)
	recordstest.Check(t, sshKeyForm)
	recordstest.Check(t, presetForm)
	recordstest.Check(t, hostForm)
	recordstest.Check(t, populatedHostForm)
	recordstest.Check(t, placementGroupForm)
	recordstest.Check(t, placementPlaceForm)
	recordstest.Check(t, placementRuleForm)
	recordstest.Check(t, datedGroupForm)
	recordstest.Check(t, upgradedForm)
	recordstest.Check(t, routerForm)
	recordstest.Check(t, numberForm)
}
