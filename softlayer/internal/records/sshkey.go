package records

// SSHKey is SoftLayer_Security_Ssh_Key. Keys belong to the account, so all
// its users share them.
type SSHKey struct {
	ID         int       `json:"id"`
	Label      string    `json:"label"`
	Key        string    `json:"key"`
	Notes      string    `json:"notes"`
	CreateDate Timestamp `json:"createDate"`
}
