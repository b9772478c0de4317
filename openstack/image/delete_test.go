package image_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/image"
)

// deleter answers by id.
type deleter map[string]error

func (d deleter) DeleteImage(_ context.Context, id string) error {
	err, ok := d[id]
	if !ok {
		return jumpgate.NotFound
	}
	return err
}

// Statuses and texts are those of recordings 106, 107 and 109.
func TestDelete(t *testing.T) {
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Image: {Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
			return image.Register(disp, deleter{
				"mine": nil, "theirs": jumpgate.Forbidden, "busy": jumpgate.Conflict,
				"down": jumpgate.Unavailable.Wrap(errors.New("secret"), ""), "protected": jumpgate.Forbidden.New("Image protected is protected and cannot be deleted."),
			}, image.Options{})
		})},
	}})
	if err != nil {
		t.Fatal(err)
	}
	gw.AddRequestHook(func(r *jumpgate.Request) error {
		r.Env.Principal = &jumpgate.Principal{ProjectID: "me", Roles: []string{"member"}}
		return nil
	})
	for id, c := range map[string]struct {
		status int
		text   string
	}{
		"mine":      {http.StatusNoContent, ""},
		"none":      {http.StatusNotFound, "Failed to find image none to delete<br /><br />"},
		"theirs":    {http.StatusForbidden, "You do not own this image<br /><br />"},
		"protected": {http.StatusForbidden, "Image protected is protected and cannot be deleted.<br /><br />"},
		"busy":      {http.StatusConflict, "Image busy could not be deleted because it is in use.<br /><br />"},
		"down":      {http.StatusServiceUnavailable, ""},
	} {
		req := httptest.NewRequest(http.MethodDelete, "/image/v2/images/"+id, nil)
		req.Header.Set("Accept", "application/json")
		w := httptest.NewRecorder()
		gw.ServeHTTP(w, req)
		body := w.Body.String()
		if w.Code != c.status || !strings.Contains(body, c.text) || strings.Contains(body, "secret") || c.status == http.StatusNoContent && body != "" {
			t.Errorf("%s: %d %s", id, w.Code, body)
		}
	}
}
