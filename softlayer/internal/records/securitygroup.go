package records

import "strings"

// SecurityGroup is SoftLayer_Network_SecurityGroup. One without rules lets
// nothing pass, in or out.
type SecurityGroup struct {
	ID          int            `json:"id"`
	Name        string         `json:"name"`
	Description string         `json:"description"`
	Created     Timestamp      `json:"createDate"`
	Modified    Timestamp      `json:"modifyDate"`
	Rules       []SecurityRule `json:"rules"`
	Bindings    []struct {
		Component struct {
			ID    int   `json:"id"`
			Guest Guest `json:"guest"`
		} `json:"networkComponent"`
	} `json:"networkComponentBindings"`
	Account holdings `json:"account"`
}

// SecurityRule is SoftLayer_Network_SecurityGroup_Rule. In templates for new
// ones what is empty is left out.
type SecurityRule struct {
	ID        int    `json:"id,omitempty"`
	Direction string `json:"direction"`
	Ethertype string `json:"ethertype,omitempty"`
	Protocol  string `json:"protocol,omitempty"`
	PortMin   *int   `json:"portRangeMin,omitempty"`
	PortMax   *int   `json:"portRangeMax,omitempty"`
	RemoteIP  string `json:"remoteIp,omitempty"`
	RemoteID  int    `json:"remoteGroupId,omitempty"`
}

// Ether is the IP version that a rule is for, as SoftLayer infers it where
// nobody says.
func (r *SecurityRule) Ether() string {
	switch {
	case r.Ethertype != "":
		return r.Ethertype
	case strings.Contains(r.RemoteIP, ":"):
		return "IPv6"
	}
	return "IPv4"
}
