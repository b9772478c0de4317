package baremetal

import (
	"maps"
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
func sanitizeNode(c *call, n *Node, o jumpgate.Object) jumpgate.Object {
	t := aboutNode(n)
	limited := !c.allows("baremetal:node:get:filter_threshold", t)
	closed := func(what string) bool { return limited && !c.allows("baremetal:node:get:"+what, t) }
	for i := range o {
		m := &o[i]
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
			} else if info, ok := m.Value.(map[string]any); ok && info["agent_secret_token"] != nil {
				info = maps.Clone(info)
				info["agent_secret_token"] = hidden
				m.Value = info
			}
		case "driver_info":
			if closed("driver_info") {
				m.Value = jumpgate.Object{{Name: "content", Value: "** Redacted - requires baremetal:node:get:driver_info permission. **"}}
			} else if !c.allows("show_password", t) {
				m.Value = masked(m.Value)
			}
		case "instance_info":
			if !c.allows("show_instance_secrets", t) {
				m.Value = masked(m.Value, "configdrive", "image_url")
			}
		}
	}
	return o
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
// names, and those of the names in more whatever they are.
func masked(v any, more ...string) any {
	m, ok := v.(map[string]any)
	if !ok {
		return v
	}
	m = maps.Clone(m)
	for name, value := range m {
		switch inner := value.(type) {
		case map[string]any:
			m[name] = masked(inner)
		case string:
			low := strings.ToLower(name)
			for _, part := range secretNames {
				if strings.Contains(low, part) {
					m[name] = hidden
				}
			}
		}
	}
	for _, name := range more {
		if value := m[name]; value != nil && value != "" {
			m[name] = hidden
		}
	}
	return m
}
