package compute

import "context"

// The interfaces below are for what can be done to a server besides those of
// driver.go, which says what all of them have in common. A driver that reads
// a server before it acts SHOULD ask MayDo, which knows Nova's rules for each
// action; one that does not MUST return a *StateError of its own. What is
// done to a locked server is refused with StateError.Locked, to its owner too.

// ServerMetadataChanger changes the metadata of servers.
type ServerMetadataChanger interface {
	// ChangeServerMetadata replaces the metadata of a server by what change
	// makes of it, and returns that. It MUST call change once, after it has
	// asked MayDo for doing, and MUST NOT let two changes of one server
	// overlap. An error of change ends the call. What does not fit is a
	// jumpgate.Forbidden.
	ChangeServerMetadata(ctx context.Context, id string, doing Action, change func(map[string]string) (map[string]string, error)) (map[string]string, error)
}

// ServerTagger changes the tags of servers.
type ServerTagger interface {
	// ChangeServerTags is to tags what ChangeServerMetadata is to metadata. A
	// tag that the cloud can't keep as it is is a jumpgate.BadRequest.
	ChangeServerTags(ctx context.Context, id string, doing Action, change func([]string) ([]string, error)) ([]string, error)
}

// ServerPauser holds servers in memory.
type ServerPauser interface {
	PauseServer(ctx context.Context, id string) error
	UnpauseServer(ctx context.Context, id string) error
}

// ServerSuspender holds servers on disk, or as if they were.
type ServerSuspender interface {
	SuspendServer(ctx context.Context, id string) error
	ResumeServer(ctx context.Context, id string) error
}

// ServerLocker protects servers from mistakes: of a locked one MayDo allows
// little. Neither method refuses to repeat what is done already.
type ServerLocker interface {
	LockServer(ctx context.Context, id, reason string) error // reason may be empty
	UnlockServer(ctx context.Context, id string) error
}

// ServerRescuer boots servers from another system to repair them.
type ServerRescuer interface {
	// RescueServer returns the password that the rescue system has if it
	// took one, "" where the cloud makes its own. An image that can't be used
	// is a jumpgate.BadRequest.
	RescueServer(ctx context.Context, id string, r ServerRescue) (password string, err error)
	UnrescueServer(ctx context.Context, id string) error
}

// ServerRescue is how a server is rescued; zero fields are the cloud's choice.
type ServerRescue struct {
	ImageRef string
	Password string
}

// ServerResizer gives servers another flavor. In between a server is in the
// status VERIFY_RESIZE until somebody confirms or reverts it.
type ServerResizer interface {
	// ResizeServer MUST return FlavorNotFound or SameFlavor where those are
	// the reason, and a jumpgate.BadRequest for a flavor that does not fit.
	ResizeServer(ctx context.Context, id string, r ServerResize) error
	ConfirmResize(ctx context.Context, id string) error
	RevertResize(ctx context.Context, id string) error
}

// ServerResize is what a server becomes; a nil field stays.
type ServerResize struct {
	FlavorRef string
	AutoDisk  *bool
}

// ServerRebuilder installs servers anew.
type ServerRebuilder interface {
	// RebuildServer returns the server as it is then, in the status REBUILD,
	// with its UserData. An unknown image is RebuildImageNotFound, an unknown
	// key KeypairNotFound.
	RebuildServer(ctx context.Context, id string, r ServerRebuild) (*Server, error)
}

// ServerRebuild is what a server becomes; nil fields stay.
type ServerRebuild struct {
	ImageRef               string
	Name                   *string
	Description            *string
	Metadata               map[string]string // nil: stays
	AccessIPv4, AccessIPv6 *string
	Hostname               *string
	KeyName                *string // "": none
	UserData               *[]byte // empty: none
	AutoDisk               *bool
	AdminPassword          string // see ServerCreate
	Files                  []File // see CheckFiles

	// Reimage tells that the client knows that the volume which a server boots
	// from gets the image. Without it one with another image on it is refused.
	Reimage bool
}

// ServerImager makes images of servers.
type ServerImager interface {
	// CreateServerImage returns the id of the image, which need not be
	// complete yet.
	CreateServerImage(ctx context.Context, id string, i ServerImage) (imageID string, err error)
}

// ServerImage is an image to make of a server.
type ServerImage struct {
	Name     string
	Metadata map[string]string
}

// ServerBackuper makes images of servers in rotation.
type ServerBackuper interface {
	// BackUpServer makes an image, deletes the oldest of the same type that
	// exceed b.Rotation, and returns the id of the new one.
	BackUpServer(ctx context.Context, id string, b ServerBackup) (imageID string, err error)
}

// ServerBackup is a backup to make of a server.
type ServerBackup struct {
	ServerImage
	Type     string // "daily", for example
	Rotation int    // how many to keep; 0: none, not even this one
}

// ServerPasswordChanger sets the administrator's password of running servers.
type ServerPasswordChanger interface {
	ChangeServerPassword(ctx context.Context, id, password string) error
}

// ServerConsoleReader reads what servers have written to their console.
type ServerConsoleReader interface {
	// ConsoleOutput returns the last lines; all where lines is negative.
	ConsoleOutput(ctx context.Context, id string, lines int) (string, error)
}

// ServerConsoler opens consoles for people.
type ServerConsoler interface {
	// ServerConsole returns the URL of a console of a type (novnc, xvpvnc,
	// spice-html5, rdp-html5, serial or webmks) and protocol (vnc, spice,
	// rdp, serial or mks). What the cloud has not is ConsoleUnavailable.
	ServerConsole(ctx context.Context, id, protocol, kind string) (url string, err error)
}

// UnableExplainer says, by the names of actions, why the cloud can't do those
// that the driver has no interface for. The coverage shows it.
type UnableExplainer interface {
	UnableActions() map[string]string
}

// ServerShelver puts servers away without losing them.
type ServerShelver interface {
	ShelveServer(ctx context.Context, id string) error
	// UnshelveServer MUST ask MayDo, and refuse to choose a place for a server
	// that has not left its host, with UnshelveNotOffloaded. An unknown zone is
	// ZoneNotFound, an unknown host HostNotFound.
	UnshelveServer(ctx context.Context, id string, u Unshelving) error
}

// Unshelving is where a server goes that was shelved.
type Unshelving struct {
	Zone *string // that it is pinned to from now on, "" for none; nil: as before
	Host string  // empty: the cloud chooses
}

// ServerCrasher makes the system of a server write a crash dump.
type ServerCrasher interface {
	CrashServer(ctx context.Context, id string) error
}

// ServerAddresser gives servers further addresses.
type ServerAddresser interface {
	AddFixedIP(ctx context.Context, id, network string) error
	RemoveFixedIP(ctx context.Context, id, address string) error
}

// ServerInterfaceLister lists the network interfaces of servers.
type ServerInterfaceLister interface {
	ServerInterfaces(ctx context.Context, id string) ([]Interface, error)
}

// ServerInterfaceAttacher connects servers to further networks. An unknown
// network or port is a jumpgate.NotFound with a message.
type ServerInterfaceAttacher interface {
	AttachServerInterface(ctx context.Context, id string, a InterfaceAttachment) (*Interface, error)
	DetachServerInterface(ctx context.Context, id, portID string) error
}

// InterfaceAttachment is what an interface is to be connected to; one without
// both ids is the cloud's choice.
type InterfaceAttachment struct {
	NetworkID, PortID string // not both
	FixedIP           string // only with NetworkID
	Tag               string
}

// Interface is a network interface of a server.
type Interface struct {
	PortID    string
	NetworkID string
	MAC       string
	State     string // ACTIVE, DOWN or BUILD
	FixedIPs  []FixedIP
}

// FixedIP is an address of an interface.
type FixedIP struct{ SubnetID, Address string }
