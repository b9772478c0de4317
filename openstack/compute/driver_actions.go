package compute

import "context"

// ServerMetadataChanger changes the metadata of servers.
type ServerMetadataChanger interface {
	// ChangeServerMetadata replaces the metadata of a server by what change
	// makes of it, and returns that. It MUST call change once, after MayDo
	// allowed doing, and MUST NOT let two changes of one server overlap. An
	// error of change ends the call. Metadata that the cloud can't hold is a
	// jumpgate.Forbidden.
	ChangeServerMetadata(ctx context.Context, id string, doing Action, change func(map[string]string) (map[string]string, error)) (map[string]string, error)
}

// ServerTagger changes the tags of servers.
type ServerTagger interface {
	// ChangeServerTags is ChangeServerMetadata for tags. It returns a
	// jumpgate.BadRequest for a tag that the cloud can't store unchanged.
	ChangeServerTags(ctx context.Context, id string, doing Action, change func([]string) ([]string, error)) ([]string, error)
}

// ServerPauser pauses servers; they stay in memory.
type ServerPauser interface {
	PauseServer(ctx context.Context, id string) error
	UnpauseServer(ctx context.Context, id string) error
}

// ServerSuspender suspends servers to disk, or makes it look so.
type ServerSuspender interface {
	SuspendServer(ctx context.Context, id string) error
	ResumeServer(ctx context.Context, id string) error
}

// ServerLocker protects servers from mistakes: MayDo allows little while a
// server is locked. Locking a locked server and unlocking an unlocked one
// succeed.
type ServerLocker interface {
	LockServer(ctx context.Context, id, reason string) error // reason may be empty
	UnlockServer(ctx context.Context, id string) error
}

// ServerRescuer boots servers from another system to repair them.
type ServerRescuer interface {
	// RescueServer returns the password of the rescue system if it accepted
	// r.Password, "" if the cloud chooses its own. It returns a
	// jumpgate.BadRequest for an image that can't be used.
	RescueServer(ctx context.Context, id string, r ServerRescue) (password string, err error)
	UnrescueServer(ctx context.Context, id string) error
}

// ServerRescue says how a server is rescued; the cloud chooses zero fields.
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

// ServerResize says how a server is resized; a nil field stays as it is.
type ServerResize struct {
	FlavorRef string
	AutoDisk  *bool
}

// ServerRebuilder installs servers anew.
type ServerRebuilder interface {
	// RebuildServer begins a rebuild and returns the server in the status
	// REBUILD, with its UserData. It returns RebuildImageNotFound for an
	// unknown image, KeypairNotFound for an unknown key.
	RebuildServer(ctx context.Context, id string, r ServerRebuild) (*Server, error)
}

// ServerRebuild says how a server is rebuilt; nil fields stay as they are.
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

	// Reimage means that the client knows that a rebuild writes the image to
	// the server's boot volume. Without it the driver refuses to rebuild such a
	// server from another image.
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
	// ConsoleOutput returns the last lines; a negative number means all.
	ConsoleOutput(ctx context.Context, id string, lines int) (string, error)
}

// ServerConsoler opens consoles for people.
type ServerConsoler interface {
	// ServerConsole returns the URL of a console of a type (novnc, xvpvnc,
	// spice-html5, rdp-html5, serial or webmks) and protocol (vnc, spice, rdp,
	// serial or mks). It returns ConsoleUnavailable for a type that the cloud
	// does not have.
	ServerConsole(ctx context.Context, id, protocol, kind string) (url string, err error)
}

// ConsoleFinder tells operators, and the proxies that show consoles, where one
// is.
type ConsoleFinder interface {
	// ConsoleOfToken finds the console that a token leads to which is in a URL of
	// ServerConsole. It MUST return a jumpgate.NotFound error for one that is
	// over, or was never given out.
	ConsoleOfToken(ctx context.Context, token string) (*Console, error)
}

// Console is where a console is.
type Console struct {
	ServerID     string
	Type         string // "novnc", for example
	Host         string
	Port         int
	TLSPort      int    // of spice-direct; 0: none
	InternalPath string // empty: none
}

// UnableExplainer says why the cloud can't do the actions that the driver has
// no interface for; the keys are names of actions. The table of compatibility
// shows the reasons.
type UnableExplainer interface {
	UnableActions() map[string]string
}

// ServerShelver shelves servers: stops them but keeps their disks.
type ServerShelver interface {
	ShelveServer(ctx context.Context, id string) error
	// UnshelveServer MUST ask MayDo. It returns UnshelveNotOffloaded if u names
	// a zone or a host and the server has not left its own, ZoneNotFound for an
	// unknown zone and HostNotFound for an unknown host.
	UnshelveServer(ctx context.Context, id string, u Unshelving) error
}

// Unshelving says where a shelved server goes.
type Unshelving struct {
	Zone *string // the new pinned zone, "" for none; nil: as before
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

// InterfaceAttachment is what a new interface connects to; without both ids the
// cloud chooses.
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
