package memory

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/imagedata"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/imageimport"
	client "github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/members"
)

// userTransport adds the user that imageServer is to take a request for.
type userTransport string

func (u userTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-User", string(u))
	return http.DefaultTransport.RoundTrip(r)
}

// TestGophercloudImages is a Go client through the life of an image: made, changed,
// filled, shared, imported and deleted.
func TestGophercloudImages(t *testing.T) {
	var minutes atomic.Int64
	server, _ := imageServer(t, &minutes)
	as := func(user string) *gophercloud.ServiceClient {
		provider := &gophercloud.ProviderClient{TokenID: "token", HTTPClient: http.Client{Transport: userTransport(user)}}
		return &gophercloud.ServiceClient{ProviderClient: provider, Endpoint: server.URL + "/", ResourceBase: server.URL + "/v2/"}
	}
	ctx, demo, alt := context.Background(), as("demo"), as("alt_demo")
	check := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}

	img, err := client.Create(ctx, demo, client.CreateOpts{
		Name: "g", DiskFormat: "raw", ContainerFormat: "bare", Tags: []string{"a"}, Properties: map[string]string{"color": "red"}, MinDisk: 1,
	}).Extract()
	check("create", err)
	if img.Status != client.ImageStatusQueued || img.Properties["color"] != "red" || img.MinDiskGigabytes != 1 {
		t.Errorf("%+v", img)
	}
	img, err = client.Update(ctx, demo, img.ID, client.UpdateOpts{
		client.ReplaceImageName{NewName: "h"}, client.ReplaceImageTags{NewTags: []string{"b", "c"}},
		client.UpdateImageProperty{Op: client.AddOp, Name: "size_of", Value: "small"}, client.UpdateImageProperty{Op: client.RemoveOp, Name: "color"},
	}).Extract()
	check("update", err)
	if img.Name != "h" || len(img.Tags) != 2 || img.Properties["size_of"] != "small" || img.Properties["color"] != nil {
		t.Errorf("%+v", img)
	}

	check("upload", imagedata.Upload(ctx, demo, img.ID, strings.NewReader("disk")).ExtractErr())
	if err := imagedata.Upload(ctx, demo, img.ID, strings.NewReader("disk")).ExtractErr(); !gophercloud.ResponseCodeIs(err, http.StatusConflict) {
		t.Errorf("a second upload: %v", err)
	}
	data, err := imagedata.Download(ctx, demo, img.ID).Extract()
	check("download", err)
	if text, err := io.ReadAll(data); err != nil || string(text) != "disk" {
		t.Errorf("%q, %v", text, err)
	}
	img, err = client.Get(ctx, demo, img.ID).Extract()
	check("get", err)
	if img.Status != client.ImageStatusActive || img.SizeBytes != 4 || img.Checksum == "" {
		t.Errorf("%+v", img)
	}

	member := recordedUsers["alt_demo"].ProjectID
	_, err = members.Create(ctx, demo, img.ID, member).Extract()
	check("share", err)
	m, err := members.Update(ctx, alt, img.ID, member, members.UpdateOpts{Status: "accepted"}).Extract()
	check("accept", err)
	if m.Status != "accepted" {
		t.Errorf("%+v", m)
	}
	if _, err := client.Update(ctx, alt, img.ID, client.UpdateOpts{client.ReplaceImageName{NewName: "mine"}}).Extract(); !gophercloud.ResponseCodeIs(err, http.StatusForbidden) {
		t.Errorf("a member renames: %v", err)
	}
	check("unshare", members.Delete(ctx, demo, img.ID, member).ExtractErr())
	check("delete", client.Delete(ctx, demo, img.ID).ExtractErr())

	info, err := imageimport.Get(ctx, demo).Extract()
	check("info", err)
	if len(info.ImportMethods.Value) != 3 {
		t.Errorf("%+v", info)
	}
	img, err = client.Create(ctx, demo, client.CreateOpts{Name: "i", DiskFormat: "raw", ContainerFormat: "bare"}).Extract()
	check("create", err)
	check("stage", imagedata.Stage(ctx, demo, img.ID, strings.NewReader("staged")).ExtractErr())
	check("import", imageimport.Create(ctx, demo, img.ID, imageimport.CreateOpts{Name: imageimport.GlanceDirectMethod}).ExtractErr())
	for range 500 {
		img, err = client.Get(ctx, demo, img.ID).Extract()
		check("get", err)
		if img.Status == client.ImageStatusActive {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if img.Status != client.ImageStatusActive || img.SizeBytes != 6 {
		t.Errorf("imported: %+v", img)
	}
}
