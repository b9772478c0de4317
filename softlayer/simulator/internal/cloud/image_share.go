package cloud

import (
	"maps"
	"slices"
)

// What other accounts see of a template that is shared with them is a copy, for each account has a lock of its own. It
// is made anew whenever its owner changes the template.

// share gives the accounts that img names their copies, and takes those of others away.
func (sim *Cloud) share(img *record) {
	with := map[int]bool{}
	for _, r := range img.fields["accountReferences"].([]node) {
		with[r.(*record).int("accountId")] = true
	}
	sim.mu.Lock()
	defer sim.mu.Unlock()
	if sim.shared == nil {
		sim.shared = map[int][]*record{}
	}
	for _, a := range sim.accounts {
		id := a.id()
		sim.shared[id] = slices.DeleteFunc(sim.shared[id], func(r *record) bool { return r.id() == img.id() })
		if with[id] {
			copied := newRecord(imageTyp, maps.Clone(img.fields))
			copied.fields["accountReferences"] = []node{}
			delete(copied.fields, "transaction")
			sim.shared[id] = append(sim.shared[id], copied.freeze())
		}
	}
}

// unshare takes all copies of a template away.
func (sim *Cloud) unshare(img *record) {
	img.fields["accountReferences"] = []node{}
	sim.share(img)
}

// sharedImages are the templates of others that the account may use.
func (a *account) sharedImages() []*record {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	return slices.Clone(a.sim.shared[a.id()])
}

// permitSharing lets another account use a template.
func permitSharing(c *call, img *record) (any, error) {
	id, err := c.sharer()
	if err != nil {
		return nil, err
	}
	refs := img.fields["accountReferences"].([]node)
	if slices.ContainsFunc(refs, func(r node) bool { return r.(*record).int("accountId") == id }) {
		return nil, public("The image template is shared with this account already.")
	}
	img.fields["accountReferences"] = append(slices.Clone(refs), newRecord(imageTyp+"_Accounts", fields{
		"accountId": id, "createDate": c.acct.now, "groupId": img.id(), "group": img,
	}))
	c.sim.share(img)
	return true, nil
}

// denySharing takes that back.
func denySharing(c *call, img *record) (any, error) {
	id, err := c.sharer()
	if err != nil {
		return nil, err
	}
	refs := img.fields["accountReferences"].([]node)
	left := slices.DeleteFunc(slices.Clone(refs), func(r node) bool { return r.(*record).int("accountId") == id })
	if len(left) == len(refs) {
		return nil, public("The image template is not shared with this account.")
	}
	img.fields["accountReferences"] = left
	c.sim.share(img)
	return true, nil
}

// sharer reads the account with which a template is to be shared.
func (c *call) sharer() (int, error) {
	id, ok := toInt(c.arg(0))
	if !ok || id == c.acct.id() || !slices.ContainsFunc(c.sim.accounts, func(a *account) bool { return a.id() == id }) {
		return 0, invalidValue("Invalid value provided for 'accountId'.")
	}
	return id, nil
}
