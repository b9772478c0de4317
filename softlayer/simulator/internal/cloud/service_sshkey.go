package cloud

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

func sshKeyService() *service {
	return &service{
		name: "Security_Ssh_Key", typ: "Security_Ssh_Key",
		find: func(c *call) node {
			id, _ := parseInt(c.init)
			return found(byID(c.acct.keys, id))
		},
		methods: map[string]*method{
			"getObject":    self("Security_Ssh_Key"),
			"createObject": {returns: "Security_Ssh_Key", static: true, run: createSSHKey},
			"editObject": {run: func(c *call) (any, error) {
				key := c.object.(*record)
				key.fields["modifyDate"] = c.acct.now
				return true, edit(c, key, "label", "notes")
			}},
			"deleteObject": {run: func(c *call) (any, error) {
				c.acct.keys = slices.DeleteFunc(c.acct.keys, func(k *record) bool { return k == c.object })
				return true, nil
			}},
		},
	}
}

func createSSHKey(c *call) (any, error) {
	t, err := c.template()
	if err != nil {
		return nil, err
	}
	text, label := strings.TrimSpace(strAt(t, "key")), strAt(t, "label")
	switch {
	case text == "":
		return nil, missingProperty("Security_Ssh_Key", "key")
	case label == "":
		return nil, missingProperty("Security_Ssh_Key", "label")
	}
	fingerprint, ok := fingerprintOf(text)
	if !ok {
		return nil, public("Unable to generate a fingerprint from the provided SSH key.")
	}
	if find(c.acct.keys, func(k *record) bool { return k.str("fingerprint") == fingerprint }) != nil {
		return nil, public("SSH key already exists.")
	}
	key := newRecord("Security_Ssh_Key", fields{
		"id": c.sim.inv.id("key"), "key": text, "label": label, "fingerprint": fingerprint,
		"createDate": c.acct.now, "modifyDate": nil, "notes": t["notes"], "account": c.acct.self,
	})
	c.acct.keys = append(c.acct.keys, key)
	c.created = textOf(key.id())
	return key, nil
}

// fingerprintOf returns the MD5 fingerprint of a public key in the format of authorized_keys.
func fingerprintOf(text string) (string, bool) {
	words := strings.Fields(text)
	if len(words) < 2 || strings.ContainsAny(text, "\r\n") {
		return "", false
	}
	blob, err := base64.StdEncoding.DecodeString(words[1])
	if err != nil || len(blob) < 4 {
		return "", false
	}
	// The blob starts with the key's type, which must be the one in front of it.
	n := binary.BigEndian.Uint32(blob)
	if uint64(n)+4 >= uint64(len(blob)) || string(blob[4:4+n]) != words[0] {
		return "", false
	}
	sum := md5.Sum(blob)
	return strings.ReplaceAll(fmt.Sprintf("% x", sum), " ", ":"), true
}

// edit changes text columns of r, and nothing unless the whole template is acceptable.
func edit(c *call, r *record, columns ...string) error {
	t, err := c.template()
	if err != nil {
		return err
	}
	for name, v := range t {
		if name == "id" || name == "complexType" {
			continue
		}
		if _, text := v.(string); !slices.Contains(columns, name) || !text && v != nil {
			return invalidValue("The property '%s' cannot be edited.", name)
		}
	}
	for _, name := range columns {
		if v, ok := t[name]; ok {
			r.fields[name] = v
		}
	}
	return nil
}

// setTags replaces all tags of an object by those in the first argument.
func setTags(c *call, r *record) (any, error) {
	r.fields["tagReferences"] = c.acct.newTagReferences(strings.Split(toStr(c.arg(0)), ","))
	return true, nil
}
