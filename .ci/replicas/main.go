// Command replicas is one of several replicas in front of SoftLayer that share
// Redis and a folder of keys or, with -check, a client that watches them while the
// script .ci/clients/replicas hurts them.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
	"github.com/softlayer/jumpgate/redisstore"
	"github.com/softlayer/jumpgate/softlayer"
)

func main() {
	listen := flag.String("listen", "", "`address` to listen on")
	keys := flag.String("keys", "", "`folder` of token keys")
	redisAddr := flag.String("redis", "", "`address` of Redis")
	upstream := flag.String("softlayer", "", "`URL` of SoftLayer's REST API")
	check := flag.String("check", "", "watch the cloud at `URL` until a signal")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if *check != "" {
		err = watch(ctx, *check, os.Stdout)
	} else {
		err = serve(ctx, *listen, *keys, *redisAddr, *upstream)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "replicas:", err)
		os.Exit(1)
	}
}

func serve(ctx context.Context, listen, keys, redisAddr, upstream string) error {
	ring, err := identity.OpenKeyRing(keys)
	if err != nil {
		return err
	}
	go ring.Watch(ctx, time.Second, func(err error) { slog.Error("reload token keys", "error", err) })
	client := redis.NewClient(&redis.Options{Addr: redisAddr})
	defer client.Close()
	driver, err := softlayer.New(softlayer.Options{Endpoint: upstream})
	if err != nil {
		return err
	}
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Identity: {Driver: identity.New(driver.Identity(), identity.Options{
			Keys:                   ring,
			Revocations:            redisstore.NewRevocations(client, redisstore.Options{}),
			ApplicationCredentials: redisstore.NewCredentials(client, redisstore.Options{}),
		})},
		jumpgate.Compute: {Driver: driver},
	}})
	if err != nil {
		return err
	}
	server := &http.Server{Addr: listen, Handler: gw, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = server.Shutdown(grace) // what is left is cut
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		return err
	}
	return nil
}
