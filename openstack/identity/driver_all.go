package identity

import (
	"reflect"

	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// driverInterfaces are all interfaces that Register looks for.
var driverInterfaces = []reflect.Type{
	rest.Interface[Authenticator](),
	rest.Interface[ProjectLister](),
	rest.Interface[ProjectKeeper](),
	rest.Interface[RoleKeeper](),
	rest.Interface[AssignmentKeeper](),
	rest.Interface[UserGetter](),
	rest.Interface[UserLister](),
	rest.Interface[UserKeeper](),
	rest.Interface[PasswordChanger](),
	rest.Interface[GroupKeeper](),
}
