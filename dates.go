package jumpgate

import (
	"strconv"
	"time"
)

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
func Date(t time.Time, layout string) string {
	var room [len(DateMicrosZ)]byte
	return string(AppendDate(room[:0], t, layout))
}

// AppendDate appends what Date returns.
func AppendDate(b []byte, t time.Time, layout string) []byte {
	t = t.UTC()
	if layout != DateMicros {
		return t.AppendFormat(b, layout)
	}
	// The layout of RFC 3339 is formatted much faster than others.
	b = t.AppendFormat(b, time.RFC3339)
	z := len(b) - 1
	b = strconv.AppendInt(b[:z], 1_000_000+int64(t.Nanosecond()/1000), 10)
	b[z] = '.'
	return b
}

// DateOrNil is Date, or nil (JSON null) for the zero time.
func DateOrNil(t time.Time, layout string) any {
	if t.IsZero() {
		return nil
	}
	return Date(t, layout)
}
