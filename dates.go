package jumpgate

import "time"

// The layouts that OpenStack services give dates in bodies, always in UTC.
// Clients are strict: gophercloud refuses a zone where Cinder sends none.
const (
	// DateSeconds is for created and updated of servers, for images and for
	// networks: 2026-01-02T03:04:05Z.
	DateSeconds = time.RFC3339 // whose zone is "Z" in UTC
	// DateMicros has no zone: OS-SRV-USG:launched_at, key pairs, instance
	// actions, all of Cinder: 2026-01-02T03:04:05.000000.
	DateMicros = "2006-01-02T15:04:05.000000"
	// DateMicrosZ is for tokens: 2026-01-02T03:04:05.000000Z.
	DateMicrosZ = "2006-01-02T15:04:05.000000Z"
	// DateOffset is Ironic's: 2026-01-02T03:04:05+00:00.
	DateOffset = "2006-01-02T15:04:05+00:00"
	// DateSpace is for Neutron's agents: 2026-01-02 03:04:05.
	DateSpace = "2006-01-02 15:04:05"
)

// Date returns t in UTC in one of the layouts above.
func Date(t time.Time, layout string) string { return t.UTC().Format(layout) }

// DateOrNil is Date, or nil (JSON null) for the zero time.
func DateOrNil(t time.Time, layout string) any {
	if t.IsZero() {
		return nil
	}
	return Date(t, layout)
}
