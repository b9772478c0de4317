package records_test

import (
	"testing"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/records/recordstest"
)

func TestForms(t *testing.T) {
	recordstest.Check(t, records.VLANs)
	recordstest.Check(t, records.Subnets)
	recordstest.Check(t, records.GlobalIPs)
	recordstest.Check(t, records.Storages.Form)
	recordstest.Check(t, records.StoragesSnapped.Form)
	recordstest.Check(t, records.StoragesCounted.Form)
	recordstest.Check(t, records.Snapshots)
	recordstest.Check(t, records.SnapshotsOf)
	recordstest.Check(t, records.Disks.Form)
	recordstest.Check(t, records.DisksCounted.Form)
	recordstest.Check(t, records.Templates)
	recordstest.Check(t, records.TemplatesMade)
	recordstest.Check(t, records.HardwareServers)
}

// TestMask: how a record is written as a mask.
func TestMask(t *testing.T) {
	type part struct {
		Number int `json:"number"`
	}
	type record struct {
		part                                  // its fields are the record's
		Amount   records.Number               `json:"amount"`
		When     *records.Timestamp           `json:"when"`
		List     []string                     `json:"list"`
		One      *records.Named               `json:"one"`
		Pair     struct{ A, B int }           `json:"-"`
		Tags     []keep.TagReference          `json:"tags"` // of which nothing but the relation is wanted
		Numbered []struct{ records.Numbered } `json:"numbered"`
		Deep     struct {
			Down records.KeyName `json:"down"`
		} `json:"deep"`
		Nameless struct {
			One records.Named `json:"one"`
			Two records.Named `json:"two"`
		} `json:"nameless" mask:"noid"`
	}
	const want = "mask[number,amount,when,list,one.name,tags[id,tag.name],numbered.id,deep[id,down.keyName],nameless[one.name,two.name]]"
	form := records.FormOf[record]()
	if form.Mask() != want {
		t.Errorf("%s, want %s", form.Mask(), want)
	}
	if got := form.MaskOf("Hardware_Server"); got != "mask(SoftLayer_Hardware_Server)"+want[len("mask"):] {
		t.Error(got)
	}
}

// TestEndlessForm: what holds itself can't be asked for.
func TestEndlessForm(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("it was")
		}
	}()
	type node struct {
		ID int `json:"id"`
		// Next is a pointer to its own kind.
		Next []*node `json:"next"`
	}
	records.FormOf[node]()
}
