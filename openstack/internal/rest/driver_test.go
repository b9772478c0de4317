package rest_test

import (
	"context"
	"testing"

	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

type (
	opener interface {
		Open(ctx context.Context) error
	}
	closer interface{ Close(id string) error }
)

type door struct{}

func (door) Open(context.Context) error { return nil }
func (door) Shut() error                { return nil }

type oddDoor struct{ door }

func (oddDoor) Close(id int) error { return nil }

type wall struct{}

func (wall) Stand() {}

// TestCheckDriver: a driver that would be ignored, whole or in part, is told so.
func TestCheckDriver(t *testing.T) {
	for _, c := range []struct {
		driver any
		want   string
	}{
		{door{}, ""},
		{&door{}, ""},
		{nil, "house: the driver is nil"},
		{(*door)(nil), "house: the driver is nil"},
		{wall{}, "house: rest_test.wall has none of the interfaces of a driver, as rest_test.opener, rest_test.closer are"},
		{oddDoor{}, "house: the method Close of rest_test.oddDoor is a func(int) error; expected is a func(string) error"},
	} {
		got := ""
		if err := rest.CheckDriver("house", c.driver, rest.Interface[opener](), rest.Interface[closer]()); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%T: %q, want %q", c.driver, got, c.want)
		}
	}
}
