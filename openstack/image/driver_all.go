package image

import (
	"reflect"

	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// driverInterfaces are all interfaces that Register looks for.
var driverInterfaces = []reflect.Type{
	rest.Interface[Lister](),
	rest.Interface[Getter](),
	rest.Interface[Deleter](),
	rest.Interface[MetadefKeeper](),
	rest.Interface[Creator](),
	rest.Interface[Updater](),
	rest.Interface[DataKeeper](),
	rest.Interface[Importer](),
	rest.Interface[StoreLister](),
}
