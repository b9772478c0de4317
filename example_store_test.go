package jumpgate_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/softlayer/jumpgate"
)

// A record is changed only by who has seen its latest version. In the file its
// value is sealed.
func ExampleOpenFileStore() {
	dir, err := os.MkdirTemp("", "store")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	keys, err := jumpgate.NewStoreKeys(key)
	if err != nil {
		log.Fatal(err)
	}
	store, err := jumpgate.OpenFileStore(filepath.Join(dir, "records.json"), keys, jumpgate.StoreOptions{})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	name := jumpgate.StoreKey{Project: "p1", Kind: "port", ID: "eth0"}
	version, err := store.Put(ctx, jumpgate.Record{StoreKey: name, Value: []byte("waiting")})
	if err != nil {
		log.Fatal(err)
	}
	_, err = store.Put(ctx, jumpgate.Record{StoreKey: name, Value: []byte("bound"), Version: version})
	fmt.Println(err)
	_, err = store.Put(ctx, jumpgate.Record{StoreKey: name, Value: []byte("too late"), Version: version})
	fmt.Println(errors.Is(err, jumpgate.Conflict))
	for r, err := range store.List(ctx, "p1", "port") {
		fmt.Println(r.ID, string(r.Value), err)
	}
	// Output:
	// <nil>
	// true
	// eth0 bound <nil>
}

// A policy is OpenStack's rules as data, some of them replaced.
func ExampleNewPolicy() {
	policy, err := jumpgate.NewPolicy("disks:show\trole:reader and project_id:%(project_id)s\t-\ndisks:wipe\trole:admin\t-\n",
		map[string]string{"disks:wipe": "role:wiper or role:admin"})
	if err != nil {
		log.Fatal(err)
	}
	who := &jumpgate.Principal{UserID: "ann", ProjectID: "p1", Roles: []string{"reader", "wiper"}}
	fmt.Println(policy.Allows(who, "disks:show", jumpgate.Target{"project_id": "p1"}))
	fmt.Println(policy.Allows(who, "disks:show", jumpgate.Target{"project_id": "p2"}))
	fmt.Println(policy.Allows(who, "disks:wipe", nil))
	// Output:
	// true
	// false
	// true
}
