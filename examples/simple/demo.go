package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
)

// playClient does what a user would do, with an OpenStack client that knows
// nothing of Jumpgate.
func playClient(ctx context.Context, user cloudUser, authURL, region string, w io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	provider, err := openstack.AuthenticatedClient(ctx, gophercloud.AuthOptions{
		IdentityEndpoint: authURL,
		Username:         user.name,
		Password:         user.key,
		DomainName:       "Default",
		Scope:            &gophercloud.AuthScope{ProjectName: user.project, DomainName: "Default"},
	})
	if err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	fmt.Fprintf(w, "Signed in at %s as %s\n", authURL, user.name)
	where := gophercloud.EndpointOpts{Region: region}
	compute, err := openstack.NewComputeV2(provider, where)
	if err != nil {
		return err
	}
	glance, err := openstack.NewImageV2(provider, where)
	if err != nil {
		return err
	}
	flavor, image, err := smallest(ctx, compute, glance, user.image)
	if err != nil {
		return err
	}

	fmt.Fprintf(w, "Booting %s as %s\n", image.Name, flavor.Name)
	server, err := servers.Create(ctx, compute, servers.CreateOpts{
		Name: "Jumpgate demo", ImageRef: image.ID, FlavorRef: flavor.ID, Metadata: map[string]string{"made-by": "jumpgate"},
	}, nil).Extract()
	if err != nil {
		return fmt.Errorf("create server: %w", err)
	}
	if server, err = waitActive(ctx, compute, server.ID, w); err != nil {
		return err
	}
	fmt.Fprintf(w, "%s (%s) is %s\n", server.Name, server.ID, server.Status)
	for network, list := range server.Addresses {
		for _, a := range list.([]any) {
			fmt.Fprintf(w, "  %-8s %v\n", network, a.(map[string]any)["addr"])
		}
	}

	if err := servers.Delete(ctx, compute, server.ID).ExtractErr(); err != nil {
		return fmt.Errorf("delete server: %w", err)
	}
	for {
		_, err := servers.Get(ctx, compute, server.ID).Extract()
		if gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
			fmt.Fprintln(w, "Deleted it")
			return nil
		}
		if err != nil {
			return fmt.Errorf("show server: %w", err)
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

// smallest picks the flavor with the least memory, and the image called name.
func smallest(ctx context.Context, compute, glance *gophercloud.ServiceClient, name string) (flavors.Flavor, images.Image, error) {
	page, err := flavors.ListDetail(compute, flavors.ListOpts{SortKey: "memory_mb", Limit: 1}).AllPages(ctx)
	if err != nil {
		return flavors.Flavor{}, images.Image{}, fmt.Errorf("list flavors: %w", err)
	}
	sizes, err := flavors.ExtractFlavors(page)
	if err != nil || len(sizes) == 0 {
		return flavors.Flavor{}, images.Image{}, fmt.Errorf("no flavors: %w", err)
	}
	page, err = images.List(glance, images.ListOpts{Name: name}).AllPages(ctx)
	if err != nil {
		return flavors.Flavor{}, images.Image{}, fmt.Errorf("list images: %w", err)
	}
	systems, err := images.ExtractImages(page)
	if err != nil || len(systems) == 0 {
		return flavors.Flavor{}, images.Image{}, fmt.Errorf("no images: %w", err)
	}
	return sizes[0], systems[0], nil
}

// waitActive shows the progress of a new server until it is up.
func waitActive(ctx context.Context, compute *gophercloud.ServiceClient, id string, w io.Writer) (*servers.Server, error) {
	start, shown := time.Now(), ""
	for {
		server, err := servers.Get(ctx, compute, id).Extract()
		if err != nil {
			return nil, fmt.Errorf("show server: %w", err)
		}
		if step := strings.TrimSpace(server.Status + " " + server.TaskState); step != shown {
			shown = step
			fmt.Fprintf(w, "  %5.1fs  %s\n", time.Since(start).Seconds(), step)
		}
		switch server.Status {
		case "ACTIVE":
			return server, nil
		case "ERROR":
			return nil, fmt.Errorf("server %s: %s", id, server.Fault.Message)
		}
		if err := pause(ctx); err != nil {
			return nil, err
		}
	}
}

// pause waits between two looks at a server.
func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(200 * time.Millisecond):
		return nil
	}
}
