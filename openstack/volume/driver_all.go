package volume

import (
	"reflect"

	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// driverInterfaces are all interfaces that Register looks for.
var driverInterfaces = []reflect.Type{
	rest.Interface[Lister](),
	rest.Interface[Getter](),
	rest.Interface[Creator](),
	rest.Interface[Deleter](),
	rest.Interface[SnapshotLister](),
	rest.Interface[SnapshotGetter](),
	rest.Interface[SnapshotCreator](),
	rest.Interface[SnapshotDeleter](),
	rest.Interface[TransferKeeper](),
	rest.Interface[BackupKeeper](),
	rest.Interface[MessageKeeper](),
	rest.Interface[ZoneLister](),
	rest.Interface[ServiceLister](),
	rest.Interface[PoolLister](),
	rest.Interface[TypeLister](),
	rest.Interface[TypeEditor](),
	rest.Interface[QoSKeeper](),
	rest.Interface[QuotaReader](),
	rest.Interface[QuotaWriter](),
	rest.Interface[AllLister](),
	rest.Interface[Copier](),
	rest.Interface[Destroyer](),
	rest.Interface[Updater](),
	rest.Interface[Extender](),
	rest.Interface[Retyper](),
	rest.Interface[Reverter](),
	rest.Interface[Uploader](),
	rest.Interface[Reimager](),
	rest.Interface[Connector](),
	rest.Interface[AllSnapshotLister](),
	rest.Interface[SnapshotUpdater](),
	rest.Interface[GroupTypeKeeper](),
	rest.Interface[GroupKeeper](),
	rest.Interface[GroupSnapshotKeeper](),
	rest.Interface[Manager](),
	rest.Interface[ImageSnapshotter](),
	rest.Interface[BackupRecorder](),
	rest.Interface[ServiceUpdater](),
	rest.Interface[QuotaClassKeeper](),
	rest.Interface[DefaultTypeKeeper](),
}
