package evidence

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aksight/aksight/model"
)

func (p *placing) judgeAssignments() {
	made := p.made[model.KindRoleAssignment]
	if made == nil || made.read.State == model.ReadDone {
		return
	}
	for _, d := range p.held {
		if list := p.lists[d.list]; list != nil && d.Kind == model.KindRoleAssignment {
			made.read.Why = fmt.Sprintf("these files hold the role assignments at %.200s and above it, and perhaps not all others: "+
				"save what %s prints, as role-assignments.json where it is all that there is, or use aksight capture",
				list.longest(), absences[model.KindRoleAssignment].get)
			return
		}
	}
}

// judgeRoles leaves out the roles of Azure's own that nobody holds and that do not speak
// of AKS, and says which are missing.
func (p *placing) judgeRoles() {
	made := p.made[model.KindRoleDefinition]
	if made == nil {
		return
	}
	wanted := map[string]bool{}
	for _, d := range p.held {
		wanted[strings.ToLower(d.role.Name())] = true
	}
	known := map[string]bool{}
	made.all = slices.DeleteFunc(made.all, func(r *model.Resource) bool {
		name := strings.ToLower(r.ID.Name())
		again := known[name]
		known[name] = true
		text := string(r.Raw.Bytes())
		return again || !wanted[name] && !strings.Contains(text, "CustomRole") && !strings.Contains(text, "Microsoft.ContainerService/")
	})
	missing := 0
	for name := range wanted {
		if name != "" && !known[name] {
			missing++
		}
	}
	if missing > 0 {
		made.read.State = model.ReadFailed
		made.read.Why = fmt.Sprintf("these files do not hold %d of the roles that somebody holds: %s", missing, absent(model.KindRoleDefinition))
	}
}

// judgeCredentials tells whether the files hold what each managed identity trusts.
func (p *placing) judgeCredentials() {
	identities, made := p.made[model.KindManagedIdentity], p.made[model.KindFederatedCredential]
	told, named, same := map[string]bool{}, map[string]bool{}, map[string]int{}
	for _, d := range p.documents {
		if d.Kind == model.KindFederatedCredential && d.list != (listID{}) {
			told[identityOf(d.ID)] = true
		}
	}
	for _, list := range p.empty {
		if list.kind == model.KindFederatedCredential {
			named[strings.ToLower(list.of)] = true
		}
	}
	if identities == nil || identities.read.State != model.ReadDone {
		if made != nil {
			made.read.State, made.read.Why = model.ReadFailed, unlisted(model.KindFederatedCredential)
		}
		return
	}
	for _, identity := range identities.all {
		same[strings.ToLower(identity.ID.Name())]++
	}
	var missing []string
	for _, identity := range identities.all {
		name := strings.ToLower(identity.ID.Name())
		// An empty list says only the name, which identities of several groups may have.
		if !told[string(identity.ID.Fold())] && (!named[name] || same[name] > 1) {
			missing = append(missing, identity.ID.Name())
		}
	}
	switch {
	case made == nil && len(missing) > 0 && len(missing) == len(identities.all):
		return // not one list of credentials is there
	case made == nil:
		made = p.collection(model.KindFederatedCredential, identities.at)
	}
	made.read.State, made.read.Why = model.ReadDone, ""
	if len(missing) > 0 {
		made.read.State = model.ReadFailed
		made.read.Why = "these files do not tell what " + severalNames(missing) + " trust: save what " +
			absences[model.KindFederatedCredential].get + " prints, as federated-credentials-IDENTITY.json, or use aksight capture"
	}
}

// severalNames lists the first of some names.
func severalNames(names []string) string {
	slices.Sort(names)
	names = slices.Compact(names)
	const shown = 3
	if len(names) > shown {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:shown], ", "), len(names)-shown)
	}
	return strings.Join(names, ", ")
}
