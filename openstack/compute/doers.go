package compute

import (
	"net/http"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// doers returns what driver does of actionTable.
func (s *service) doers(driver any) map[string]doer {
	can := make(map[string]doer)
	if d, ok := driver.(ServerStarter); ok {
		can["os-start"] = simple(d.StartServer)
	}
	if d, ok := driver.(ServerStopper); ok {
		can["os-stop"] = simple(d.StopServer)
	}
	if d, ok := driver.(ServerRebooter); ok {
		can["reboot"] = func(r *jumpgate.Request, id string, in schema.Object) (any, error) {
			return nil, d.RebootServer(r.Context(), id, RebootType(strings.ToUpper(in.String("type"))))
		}
	}
	if d, ok := driver.(ServerDeleter); ok {
		can["forceDelete"] = simple(d.DeleteServer)
	}
	if d, ok := driver.(ServerPauser); ok {
		can["pause"], can["unpause"] = simple(d.PauseServer), simple(d.UnpauseServer)
	}
	if d, ok := driver.(ServerSuspender); ok {
		can["suspend"], can["resume"] = simple(d.SuspendServer), simple(d.ResumeServer)
	}
	if d, ok := driver.(ServerLocker); ok {
		can["lock"] = func(r *jumpgate.Request, id string, in schema.Object) (any, error) {
			reason := ""
			if minor(r) >= 73 { // what is in the body before is not looked at
				reason = in.String("locked_reason")
			}
			return nil, d.LockServer(r.Context(), id, reason)
		}
		can["unlock"] = simple(d.UnlockServer)
	}
	if d, ok := driver.(ServerRescuer); ok {
		can["rescue"] = func(r *jumpgate.Request, id string, in schema.Object) (any, error) { return rescue(r, d, id, in) }
		can["unrescue"] = simple(d.UnrescueServer)
	}
	if d, ok := driver.(ServerPasswordChanger); ok {
		can["changePassword"] = func(r *jumpgate.Request, id string, in schema.Object) (any, error) {
			return nil, d.ChangeServerPassword(r.Context(), id, in.String("adminPass"))
		}
	}
	if d, ok := driver.(ServerShelver); ok {
		can["shelve"] = simple(d.ShelveServer)
		can["unshelve"] = func(r *jumpgate.Request, id string, in schema.Object) (any, error) {
			var u Unshelving
			if v := minor(r); v >= 77 && in.Has("availability_zone") {
				zone := in.String("availability_zone")
				u.Zone = &zone
			}
			if minor(r) >= 91 {
				u.Host = in.String("host")
			}
			if err := s.allowUnshelveTo(r, id, u.Host); err != nil {
				return nil, err
			}
			return nil, d.UnshelveServer(r.Context(), id, u)
		}
	}
	if d, ok := driver.(ServerCrasher); ok {
		can["trigger_crash_dump"] = simple(d.CrashServer)
	}
	if d, ok := driver.(ServerAddresser); ok {
		can["addFixedIp"] = func(r *jumpgate.Request, id string, in schema.Object) (any, error) {
			network, _ := in.Get("networkId")
			return nil, d.AddFixedIP(r.Context(), id, schema.Str(network))
		}
		can["removeFixedIp"] = func(r *jumpgate.Request, id string, in schema.Object) (any, error) {
			return nil, d.RemoveFixedIP(r.Context(), id, in.String("address"))
		}
	}
	s.doersOfSize(driver, can)
	s.doersOfAdmins(driver, can)
	s.doersOfImages(driver, can)
	s.doersOfConsoles(driver, can)
	s.doersOfSecurityGroups(driver, can)
	s.doersOfFloatingIPs(driver, can)
	return can
}

func rescue(r *jumpgate.Request, d ServerRescuer, id string, in schema.Object) (any, error) {
	password, err := d.RescueServer(r.Context(), id, ServerRescue{ImageRef: in.String("rescue_image_ref"), Password: in.String("adminPass")})
	if err != nil {
		return nil, err
	}
	answer := jumpgate.Object{}
	if password != "" {
		answer = append(answer, jumpgate.Member{Name: "adminPass", Value: password})
	}
	return answer, nil
}

// doersOfSize are the actions around flavors.
func (s *service) doersOfSize(driver any, can map[string]doer) {
	d, ok := driver.(ServerResizer)
	if !ok {
		return
	}
	can["resize"] = func(r *jumpgate.Request, id string, in schema.Object) (any, error) {
		return nil, d.ResizeServer(r.Context(), id, ServerResize{FlavorRef: flavorID(in), AutoDisk: autoDisk(in)})
	}
	can["confirmResize"] = func(r *jumpgate.Request, id string, _ schema.Object) (any, error) {
		if err := d.ConfirmResize(r.Context(), id); err != nil {
			return nil, err
		}
		return empty(http.StatusNoContent), nil
	}
	can["revertResize"] = simple(d.RevertResize)
}

// doersOfImages are the actions that read or write a server's disk.
func (s *service) doersOfImages(driver any, can map[string]doer) {
	if d, ok := driver.(ServerRebuilder); ok {
		can["rebuild"] = func(r *jumpgate.Request, id string, in schema.Object) (any, error) { return s.rebuild(r, d, id, in) }
	}
	if d, ok := driver.(ServerImager); ok {
		can["createImage"] = func(r *jumpgate.Request, id string, in schema.Object) (any, error) {
			if err := s.allowImageOf(r, id); err != nil {
				return nil, err
			}
			image, err := d.CreateServerImage(r.Context(), id, imageOf(in))
			if err != nil {
				return nil, err
			}
			return s.imageAnswer(r, image, s.imageURL)
		}
	}
	if d, ok := driver.(ServerBackuper); ok {
		can["createBackup"] = func(r *jumpgate.Request, id string, in schema.Object) (any, error) {
			backup := ServerBackup{ServerImage: imageOf(in), Type: in.String("backup_type"), Rotation: in.Int("rotation", 0)}
			image, err := d.BackUpServer(r.Context(), id, backup)
			if err != nil {
				return nil, err
			}
			if backup.Rotation == 0 && minor(r) < 45 {
				return htmlAnswer(http.StatusAccepted), nil // it is gone already
			}
			return s.imageAnswer(r, image, s.imageProxyURL)
		}
	}
}

// allowImageOf asks whether r's principal may make images of servers that boot
// from volumes, if the one called id does. Most may, so it is looked up last.
func (s *service) allowImageOf(r *jumpgate.Request, id string) error {
	refused := allow(r, "os_compute_api:servers:create_image:allow_volume_backed", nil)
	if refused == nil || s.serverGetter == nil {
		return refused
	}
	server, err := s.serverGetter.Server(r.Context(), id)
	if err != nil || server.ImageID != "" {
		return err
	}
	return refused
}

func imageOf(in schema.Object) ServerImage {
	return ServerImage{Name: strings.TrimSpace(in.String("name")), Metadata: in.Strings("metadata")}
}

// imageAnswer tells the id of a new image, from 2.45 on in a body.
func (s *service) imageAnswer(r *jumpgate.Request, id string, url func(*jumpgate.Request, string) (string, error)) (any, error) {
	if minor(r) >= 45 {
		return &jumpgate.Response{Status: http.StatusAccepted, Body: jumpgate.Object{{Name: "image_id", Value: id}}}, nil
	}
	location, err := url(r, id)
	if err != nil {
		return nil, err
	}
	answer := htmlAnswer(http.StatusAccepted)
	answer.Header.Set("Location", location)
	return answer, nil
}

// htmlAnswer is an answer without a body that Nova makes with WebOb's
// defaults.
func htmlAnswer(status int) *jumpgate.Response {
	return &jumpgate.Response{Status: status, Header: http.Header{"Content-Type": {"text/html; charset=UTF-8"}}}
}

// imageURL is the address of an image in the image service or, where there is
// none, in the proxy for it.
func (s *service) imageURL(r *jumpgate.Request, id string) (string, error) {
	if images := s.disp.Gateway().Dispatcher(jumpgate.Image); images != nil {
		return images.BookmarkURL(r, "v2_image", "image_guid", id)
	}
	return s.disp.BookmarkURL(r, endpoint(r, imageResource.endpoint), imageResource.variable, id)
}

func (s *service) imageProxyURL(r *jumpgate.Request, id string) (string, error) {
	return s.disp.EndpointURL(r, endpoint(r, imageResource.endpoint), imageResource.variable, id)
}
