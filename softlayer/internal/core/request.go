package core

import (
	"context"
	"strings"

	"github.com/softlayer/jumpgate"
)

// RequestPrefix begins the id of a request.
const RequestPrefix = "req-"

// RequestID is the id of ctx's request without its prefix; "" if there is
// none.
func RequestID(ctx context.Context) string {
	r := jumpgate.RequestFrom(ctx)
	if r == nil {
		return ""
	}
	id, ok := strings.CutPrefix(r.Env.RequestID, RequestPrefix)
	if !ok {
		return ""
	}
	return id
}
