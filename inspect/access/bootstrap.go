package access

import (
	"strings"

	"github.com/aksight/aksight/model"
)

// bootstrappers is the group of bootstrap tokens, and what the names of others begin with
// that a token may bring.
const bootstrappers = "system:bootstrappers"

// bootstraps reports whether bindings let a bootstrap token ask for the certificate of a
// node, and have it approved without being asked, as those of AKS do. Where no binding
// was read it may.
func (x *Index) bootstraps() bool {
	read := false
	for _, b := range x.Bindings {
		read = read || b.Kind == model.KindClusterRoleBinding
	}
	if !read {
		return true
	}
	who := Identity{User: "system:bootstrap:token", Groups: []string{Authenticated}}
	for _, s := range x.subjects {
		if s.Kind == Group && (s.Name == bootstrappers || strings.HasPrefix(s.Name, bootstrappers+":")) {
			who.Groups = append(who.Groups, s.Name)
		}
	}
	asks := Question{Verb: "create", Group: "certificates.k8s.io", Resource: "certificatesigningrequests"}
	approved := asks
	approved.Subresource = "nodeclient"
	return len(x.Can(who, asks)) > 0 && len(x.Can(who, approved)) > 0
}
