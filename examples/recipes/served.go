package recipes

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/softlayer/jumpgate"
)

// served is a Gateway with the limits, the audit and the origins of this
// folder, ready for an http.Server.
func served(opts jumpgate.Options, records *slog.Logger, origins ...string) (http.Handler, error) {
	gw, err := jumpgate.New(opts)
	if err != nil {
		return nil, err
	}
	limits := &limiter{every: time.Second, burst: 20, now: time.Now}
	gw.AddRequestHook(limits.hook)
	gw.AddResponseHook(audit(records))
	return cors(gw, origins...), nil
}
