package recipes

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/softlayer/jumpgate"
)

// audit is a response hook that writes a record of each change, and of each
// refusal, in the members of CADF (DMTF DSP0262), as Keystone's middleware
// does: who did what to what, and how it ended.
func audit(log *slog.Logger) jumpgate.ResponseHook {
	actions := map[string]string{http.MethodPost: "create", http.MethodPut: "update", http.MethodPatch: "update", http.MethodDelete: "delete"}
	return func(r *jumpgate.Request, o jumpgate.Outcome) {
		action, changes := actions[r.Method]
		refused := o.Status == http.StatusUnauthorized || o.Status == http.StatusForbidden
		if !changes && !refused {
			return
		}
		if !changes {
			action = "read"
		}
		outcome := "success"
		switch {
		case o.Status == 0 || o.Status >= 400:
			outcome = "failure"
		case o.Status == http.StatusAccepted:
			outcome = "pending"
		}
		initiator := []any{slog.String("host", r.ClientAddr().String())}
		if p := r.Env.Principal; p != nil {
			initiator = append(initiator, slog.String("id", p.UserID), slog.String("project_id", p.ProjectID))
		}
		log.LogAttrs(r.Context(), slog.LevelInfo, "audit",
			slog.String("typeURI", "http://schemas.dmtf.org/cloud/audit/1.0/event"),
			slog.String("eventType", "activity"),
			slog.Time("eventTime", time.Now().UTC()),
			slog.String("id", r.Env.RequestID),
			slog.String("action", action+"/"+r.Endpoint().Name),
			slog.String("outcome", outcome),
			slog.Int("reasonCode", o.Status),
			slog.Group("initiator", initiator...),
			slog.Group("target", slog.String("typeURI", "service/"+string(r.Endpoint().Service)), slog.String("path", r.URL.Path)),
		)
	}
}
