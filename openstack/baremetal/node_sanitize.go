package baremetal

import (
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
)

// aboutNode is what rules ask about a node.
func aboutNode(n *Node) jumpgate.Target {
	t := jumpgate.Target{}
	if n.Owner != "" {
		t["node.owner"] = n.Owner
	}
	if n.Lessee != "" {
		t["node.lessee"] = n.Lessee
	}
	return t
}

const hidden = "******"

// sanitizeNode hides what the caller may not see of a node, and what old
// versions did not know.
func sanitizeNode(c *call, n *Node, m *jumpgate.Member) {
	t := aboutNode(n)
	closed := func(what string) bool {
		return !c.allows("baremetal:node:get:filter_threshold", t) && !c.allows("baremetal:node:get:"+what, t)
	}
	switch m.Name {
	case "provision_state":
		m.Value = shownState(c, m.Value)
	case "last_error":
		if closed("last_error") {
			m.Value = "** Value Redacted - Requires baremetal:node:get:last_error permission. **"
		}
	case "reservation":
		if closed("reservation") {
			m.Value = "** Redacted - requires baremetal:node:get:reservation permission. **"
		}
	case "driver_internal_info":
		if closed("driver_internal_info") {
			m.Value = jumpgate.Object{{Name: "content", Value: "** Redacted - Requires baremetal:node:get:driver_internal_info permission. **"}}
		} else if info, ok := m.Value.(jumpgate.Object); ok {
			hide(info, "agent_secret_token")
		}
	case "driver_info":
		if closed("driver_info") {
			m.Value = jumpgate.Object{{Name: "content", Value: "** Redacted - requires baremetal:node:get:driver_info permission. **"}}
		} else if !c.allows("show_password", t) {
			masked(m.Value)
		}
	case "instance_info":
		if !c.allows("show_instance_secrets", t) {
			masked(m.Value, "configdrive", "image_url")
		}
	}
}

// shownState is a provision state as the version asked for knows it.
func shownState(c *call, state any) any {
	switch {
	case state == string(Available) && c.minor < 2:
		return nil
	case state == string(InspectWait) && c.minor < 39:
		return string(Inspecting)
	}
	return state
}

// secretNames are parts of names of secrets (oslo.utils mask_dict_password).
var secretNames = []string{
	"adminpass", "admin_pass", "password", "admin_password", "auth_token", "new_pass", "auth_password", "secret_uuid", "secret", "sys_pswd", "token",
	"configdrive", "chappassword", "encrypted_key", "private_key", "fernetkey", "sslkey", "passphrase", "cephclusterfsid", "octaviaheartbeatkey",
	"rabbitcookie", "cephmanilaclientkey", "pacemakerremoteauthkey", "designaterndckey", "cephadminkey", "heatauthencryptionkey", "cephclientkey",
	"keystonecredential", "barbicansimplecryptokek", "cephrgwkey", "swifthashsuffix", "migrationsshkey", "cephmdskey", "cephmonkey", "chapsecret",
}

// masked hides the secrets of a JSON object, at all depths: texts by their
// names, and those of the names in more whatever they are. It returns v.
func masked(v any, more ...string) any {
	o, _ := v.(jumpgate.Object)
	for i := range o {
		switch inner := o[i].Value.(type) {
		case jumpgate.Object:
			masked(inner)
		case string:
			low := strings.ToLower(o[i].Name)
			if slices.ContainsFunc(secretNames, func(part string) bool { return strings.Contains(low, part) }) {
				o[i].Value = hidden
			}
		}
	}
	hide(o, more...)
	return v
}

// hide hides the members called by one of names that say something.
func hide(o jumpgate.Object, names ...string) {
	for i := range o {
		if m := &o[i]; slices.Contains(names, m.Name) && m.Value != nil && m.Value != "" {
			m.Value = hidden
		}
	}
}
