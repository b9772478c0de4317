package s3_test

import (
	"net/http/httptest"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/softlayer/jumpgate/imagedata/datatest"
	"github.com/softlayer/jumpgate/imagedata/s3"
)

func TestStore(t *testing.T) {
	backend := s3mem.New()
	if err := backend.CreateBucket("images"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	defer server.Close()
	store, err := s3.New(s3.Options{
		Endpoint:  server.URL,
		Bucket:    "images",
		AccessKey: "key",
		SecretKey: "secret",
		Region:    "us-east-1",
		Prefix:    "glance/",
	})
	if err != nil {
		t.Fatal(err)
	}
	datatest.Run(t, store)
}

func TestNewRefuses(t *testing.T) {
	for name, opts := range map[string]s3.Options{
		"no bucket":   {Endpoint: "https://s3.example.com"},
		"no endpoint": {Bucket: "images"},
		"no scheme":   {Endpoint: "s3.example.com", Bucket: "images"},
	} {
		if _, err := s3.New(opts); err == nil {
			t.Errorf("%s: New took it", name)
		}
	}
}
