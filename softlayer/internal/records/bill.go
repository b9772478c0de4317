package records

import (
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// OrderBill is what something costs that was ordered by itself, and by which
// order.
type OrderBill struct {
	ID        int `json:"id"`
	OrderItem struct {
		Numbered
		Order Numbered `json:"order"`
	} `json:"orderItem"`
}

// VolumeBill is an OrderBill that tells whether its order held anything else.
type VolumeBill struct {
	ID        int `json:"id"`
	OrderItem struct {
		Numbered
		Order struct {
			ID    int `json:"id"`
			Items int `json:"orderTopLevelItemCount"`
		} `json:"order"`
	} `json:"orderItem"`
}

// UserBill is a VolumeBill with who placed the order.
type UserBill struct {
	ID        int `json:"id"`
	OrderItem struct {
		Numbered
		Order struct {
			ID    int `json:"id"`
			Items int `json:"orderTopLevelItemCount"`
			User  struct {
				Username string `json:"username"`
			} `json:"userRecord"`
		} `json:"order"`
	} `json:"orderItem"`
}

// volumeID is the id of something that was ordered by itself. It is made of
// the number of the order, for that is told at once, and the volume's own only
// when there is one: so an id that was given out stays good. A volume whose
// order held more, or whose bill the user may not see, has an id of its own
// number.
func (b *VolumeBill) volumeID(ordered, own keep.Kind, number int) string {
	if b != nil && b.OrderItem.Order.Items == 1 {
		return keep.IDOf(ordered, b.OrderItem.Order.ID)
	}
	return keep.IDOf(own, number)
}

func (b *UserBill) volumeID(ordered, own keep.Kind, number int) string {
	if b != nil && b.OrderItem.Order.Items == 1 {
		return keep.IDOf(ordered, b.OrderItem.Order.ID)
	}
	return keep.IDOf(own, number)
}

// User is who ordered it, if that may be known.
func (b *UserBill) User() string {
	if b == nil {
		return ""
	}
	return b.OrderItem.Order.User.Username
}
