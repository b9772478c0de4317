package jumpgate_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
)

// TestDate holds each layout against what package time makes of it.
func TestDate(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		at := time.Unix(random.Int64N(1<<37)-1<<36, random.Int64N(1e9)).In(time.FixedZone("", int(random.Int64N(86400))-43200))
		for _, layout := range []string{jumpgate.DateSeconds, jumpgate.DateMicros, jumpgate.DateMicrosZ, jumpgate.DateOffset, jumpgate.DateSpace} {
			if have, want := jumpgate.Date(at, layout), at.UTC().Format(layout); have != want {
				t.Fatalf("%s: %s, want %s", layout, have, want)
			}
		}
	}
}
