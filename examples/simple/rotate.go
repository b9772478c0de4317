package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/softlayer/jumpgate"
)

// rotateStoreKeys makes the staged key of the store the primary. With the file
// of the store it seals all records with it, after which the older keys leave.
// Cut off it can be called again: no key leaves before its records are sealed
// anew.
func rotateStoreKeys(ctx context.Context, dir, file string, out io.Writer) error {
	if file != "" { // a wrong name would be an empty store, for which no old key is needed
		if _, err := os.Stat(file); err != nil {
			return err
		}
	}
	if err := jumpgate.RotateStoreKeys(dir); err != nil || file == "" {
		return err
	}
	keys, err := jumpgate.OpenStoreKeys(dir)
	if err != nil {
		return err
	}
	store, err := jumpgate.OpenFileStore(file, keys, jumpgate.StoreOptions{})
	if err != nil {
		return err
	}
	sealed, err := store.Reseal(ctx)
	if err != nil {
		return err
	}
	pruned, err := jumpgate.PruneStoreKeys(dir)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d records sealed anew, %d old keys removed\n", sealed, pruned)
	return err
}
