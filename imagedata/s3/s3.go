// Package s3 keeps image data in a bucket of anything that speaks S3, such as
// IBM Cloud Object Storage.
package s3

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/softlayer/jumpgate/imagedata"
)

// partSize is how much of an upload is held in memory. S3 takes 10,000 parts
// of an object, so that an image may have 68 GiB. The heap may be twice as large
// before the collector comes.
const partSize = 7 << 20

// Options say which bucket to use.
type Options struct {
	// Endpoint is the URL of the service, without a path:
	// "https://s3.eu-de.cloud-object-storage.appdomain.cloud". Required.
	Endpoint string

	// Bucket is the bucket's name. It must exist. Required.
	Bucket string

	// AccessKey and SecretKey are the HMAC credentials.
	AccessKey, SecretKey string

	// Region is the bucket's region. Empty: the service is asked for it.
	Region string

	// Prefix is put before the keys of objects. Default none.
	Prefix string

	// Transport carries the requests. Nil: one of the client's own, with
	// limits for connecting and for headers.
	Transport http.RoundTripper
}

// Store is an imagedata.Store in a bucket.
type Store struct {
	client *minio.Client
	opts   Options
}

var _ imagedata.Store = (*Store)(nil)

// New returns a Store in a bucket. It makes no call.
func New(opts Options) (*Store, error) {
	if opts.Bucket == "" {
		return nil, errors.New("s3: Options.Bucket is empty")
	}
	endpoint, err := url.Parse(opts.Endpoint)
	if err != nil || endpoint.Scheme != "http" && endpoint.Scheme != "https" || endpoint.Host == "" {
		return nil, errors.New("s3: Options.Endpoint must be like https://host")
	}
	client, err := minio.New(endpoint.Host, &minio.Options{
		Creds:     credentials.NewStaticV4(opts.AccessKey, opts.SecretKey, ""),
		Secure:    endpoint.Scheme == "https",
		Region:    opts.Region,
		Transport: opts.Transport,
	})
	if err != nil {
		return nil, fmt.Errorf("s3: %w", err)
	}
	return &Store{client, opts}, nil
}

// Put implements imagedata.Store, with a multipart upload that is ended or
// aborted. It holds one part of 7 MiB in memory. Who can kill this process
// should let the bucket's life cycle rules expire incomplete uploads.
func (s *Store) Put(ctx context.Context, key string, data io.Reader) (int64, error) {
	if err := imagedata.CheckKey(key); err != nil {
		return 0, err
	}
	if err := ctx.Err(); err != nil {
		return 0, fmt.Errorf("s3: %w", err)
	}
	buffered, size := bufio.NewReader(data), int64(-1)
	if _, err := buffered.Peek(1); err == io.EOF {
		size = 0 // an empty object is no upload in parts
	}
	info, err := s.client.PutObject(ctx, s.opts.Bucket, s.opts.Prefix+key, buffered, size, minio.PutObjectOptions{
		PartSize:    partSize,
		NumThreads:  1,
		ContentType: "application/octet-stream",
		// What this protects, TLS does too, and Glance's checksums are made anyway.
		DisableContentSha256: true,
	})
	if err != nil {
		return 0, fmt.Errorf("s3: put: %w", err)
	}
	return info.Size, nil
}

// Open implements imagedata.Store with one request.
func (s *Store) Open(ctx context.Context, key string, offset, length int64) (io.ReadCloser, error) {
	if err := imagedata.CheckKey(key); err != nil {
		return nil, err
	}
	if length == 0 { // S3 has no empty range
		body, err := s.Open(ctx, key, 0, 1)
		if err != nil {
			return nil, err
		}
		return http.NoBody, body.Close()
	}
	var opts minio.GetObjectOptions
	var err error
	switch {
	case length > 0:
		err = opts.SetRange(offset, offset+length-1)
	case offset > 0:
		err = opts.SetRange(offset, 0)
	}
	if err != nil {
		return nil, fmt.Errorf("s3: %w", err)
	}
	body, _, _, err := minio.Core{Client: s.client}.GetObject(ctx, s.opts.Bucket, s.opts.Prefix+key, opts)
	switch minio.ToErrorResponse(err).Code {
	case "NoSuchKey":
		return nil, imagedata.ErrNotFound
	case "InvalidRange": // past the end
		return http.NoBody, nil
	}
	if err != nil {
		return nil, fmt.Errorf("s3: get: %w", err)
	}
	return body, nil
}

// Size implements imagedata.Store.
func (s *Store) Size(ctx context.Context, key string) (int64, error) {
	if err := imagedata.CheckKey(key); err != nil {
		return 0, err
	}
	info, err := s.client.StatObject(ctx, s.opts.Bucket, s.opts.Prefix+key, minio.StatObjectOptions{})
	switch {
	case err != nil && minio.ToErrorResponse(err).Code == "NoSuchKey":
		return 0, imagedata.ErrNotFound
	case err != nil:
		return 0, fmt.Errorf("s3: stat: %w", err)
	}
	return info.Size, nil
}

// Delete implements imagedata.Store.
func (s *Store) Delete(ctx context.Context, key string) error {
	if err := imagedata.CheckKey(key); err != nil {
		return err
	}
	err := s.client.RemoveObject(ctx, s.opts.Bucket, s.opts.Prefix+key, minio.RemoveObjectOptions{})
	if err != nil && minio.ToErrorResponse(err).Code != "NoSuchKey" {
		return fmt.Errorf("s3: delete: %w", err)
	}
	return nil
}
