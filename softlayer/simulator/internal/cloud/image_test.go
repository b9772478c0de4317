package cloud

import (
	"slices"
	"testing"
	"time"
)

// TestImportImage: a template is made of an object in two steps, of nothing
// else, and can be exported.
func TestImportImage(t *testing.T) {
	w := newWorld(t)
	config := func(changes ...string) map[string]any {
		c := map[string]any{"name": "n", "uri": "swift://a@b/c/d.vhd", "operatingSystemReferenceCode": "UBUNTU_22_64"}
		for i := 0; i < len(changes); i += 2 {
			c[changes[i]] = changes[i+1]
		}
		return c
	}
	post := func(method string, c map[string]any) any { return w.post(imageTyp+"/"+method+".json", c) }
	for name, c := range map[string]map[string]any{
		"scheme": config("uri", "http://x/y.vhd"), "end": config("uri", "swift://a@b/c/d.txt"), "name": config("name", ""),
		"system": config("operatingSystemReferenceCode", "NONE"), "key": config("ibmApiKey", "k"), "unknown": config("x", "y"),
	} {
		if a := w.do("POST", imageTyp+"/createFromExternalSource.json", parameters(t, c)); a.Code < 400 {
			t.Errorf("%s: %d %s", name, a.Code, a.Body)
		}
	}
	made := post("createFromExternalSource", config())
	busy := func() bool {
		return at(w.get(imageTyp+"/"+str(made, "globalIdentifier")+".json"+query("mask[id,transaction.id]", "", "")), "transaction") != nil
	}
	if !busy() {
		t.Error("an import takes no time")
	}
	w.clock.Advance(2 * time.Minute)
	if busy() {
		t.Error("an import does not end")
	}
	export := imageTyp + "/" + str(made, "globalIdentifier")
	for name, c := range map[string]map[string]any{
		"scheme": {"uri": "http://x/y.vhd", "ibmApiKey": "k"}, "end": {"uri": "cos://r/b/e.txt", "ibmApiKey": "k"},
		"no key": {"uri": "cos://r/b/e.vhd"}, "unknown": {"uri": "cos://r/b/e.vhd", "ibmApiKey": "k", "name": "x"},
	} {
		if a := w.do("POST", export+"/copyToIcos.json", parameters(t, c)); a.Code < 400 {
			t.Errorf("export, %s: %d %s", name, a.Code, a.Body)
		}
	}
	w.post(export+"/copyToIcos.json", map[string]any{"uri": "cos://r/b/e.vhd", "ibmApiKey": "k"})
	if !busy() || !slices.Equal(w.sim.Exports(), []string{"cos://r/b/e.vhd"}) {
		t.Errorf("exports %v", w.sim.Exports())
	}
}

// TestShareImage: a template is there for the accounts that it is shared with,
// as it is now, and for no others.
func TestShareImage(t *testing.T) {
	w := newWorld(t)
	alt := w.as(altUser, altKey)
	mine, theirs := w.sim.accounts[0], w.sim.accounts[1].id()
	id := textOf(mine.images[0].id())
	alt.fails(alt.do("GET", imageTyp+"/"+id+".json", ""), 404, "ObjectNotFound", id)
	for _, account := range []any{mine.id(), 99, "x"} {
		w.fails(w.do("POST", imageTyp+"/"+id+"/permitSharingAccess.json", parameters(t, account)), 500, "InvalidValue", "accountId")
	}
	w.fails(w.do("POST", imageTyp+"/"+id+"/denySharingAccess.json", parameters(t, theirs)), 500, "Public", "not shared")
	w.post(imageTyp+"/"+id+"/permitSharingAccess.json", theirs)
	w.fails(w.do("POST", imageTyp+"/"+id+"/permitSharingAccess.json", parameters(t, theirs)), 500, "Public", "already")
	if v := w.get(imageTyp + "/" + id + ".json" + query("mask[accountReferences.accountId]", "", "")); len(at(v, "accountReferences").([]any)) != 1 {
		t.Errorf("the owner sees %v", v)
	}
	w.post(imageTyp+"/"+id+"/editObject.json", map[string]any{"name": "renamed"})
	shared := alt.get("Account/getSharedBlockDeviceTemplateGroups.json" + query("mask[name,accountId]", "", "")).([]any)
	if len(shared) != 1 || str(shared[0], "name") != "renamed" {
		t.Errorf("the other account sees %v", shared)
	}
	alt.fails(alt.do("POST", imageTyp+"/"+id+"/editObject.json", parameters(t, map[string]any{"name": "x"})), 500, "Public", "permission")
	w.post(imageTyp+"/"+id+"/denySharingAccess.json", theirs)
	alt.fails(alt.do("GET", imageTyp+"/"+id+".json", ""), 404, "ObjectNotFound", id)
	w.post(imageTyp+"/"+id+"/permitSharingAccess.json", theirs)
	w.get(imageTyp + "/" + id + "/deleteObject.json")
	alt.fails(alt.do("GET", imageTyp+"/"+id+".json", ""), 404, "ObjectNotFound", id)
}
