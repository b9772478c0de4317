package records

// SecurityGroup is SoftLayer_Network_SecurityGroup. One without rules lets
// nothing pass, in or out.
type SecurityGroup struct {
	ID          int            `json:"id"`
	Name        string         `json:"name"`
	Description string         `json:"description"`
	Rules       []SecurityRule `json:"rules"`
	Bindings    []struct {
		Component struct {
			ID    int   `json:"id"`
			Guest Guest `json:"guest"`
		} `json:"networkComponent"`
	} `json:"networkComponentBindings"`
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
