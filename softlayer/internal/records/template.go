package records

import (
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// Template is SoftLayer_Virtual_Guest_Block_Device_Template_Group.
type Template struct {
	ID               int       `json:"id"`
	ParentID         int       `json:"parentId"`
	AccountID        int       `json:"accountId"`
	GlobalIdentifier string    `json:"globalIdentifier"`
	Name             string    `json:"name"`
	Note             string    `json:"note"`
	Public           int       `json:"publicFlag"`
	CreateDate       Timestamp `json:"createDate"`
	Status           KeyName   `json:"status"`
	Transaction      *struct {
		Status Named `json:"transactionStatus"`
	} `json:"transaction"`
	DiskSpace     Number              `json:"blockDevicesDiskSpaceTotal"` // bytes
	TagReferences []keep.TagReference `json:"tagReferences"`
	Accounts      []TemplateAccount   `json:"accountReferences"`
}

// MadeTemplate is what SoftLayer tells of a template that it is to make.
type MadeTemplate struct {
	ID               int    `json:"id"`
	GlobalIdentifier string `json:"globalIdentifier"`
}

// How templates are asked for, and made.
var (
	Templates     = FormOf[Template]()
	TemplatesMade = FormOf[MadeTemplate]()
)

// TemplateAccount is SoftLayer_Virtual_Guest_Block_Device_Template_Group_Accounts:
// an account with which a template is shared.
type TemplateAccount struct {
	AccountID  int       `json:"accountId"`
	CreateDate Timestamp `json:"createDate"`
}
