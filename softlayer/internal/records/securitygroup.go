package records

import "strings"

// GroupName is what SoftLayer_Network_SecurityGroup is called by.
type GroupName struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

// SecurityGroup is a security group. One without rules lets nothing pass, in
// or out.
type SecurityGroup struct {
	GroupHead
	Rules []SecurityRule `json:"rules"`
}

// GroupHead is a security group without its rules.
type GroupHead struct {
	GroupName
	Description string    `json:"description"`
	Created     Timestamp `json:"createDate"`
	Modified    Timestamp `json:"modifyDate"`
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
