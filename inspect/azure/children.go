package azure

import (
	"encoding/json"
	"errors"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// readChildren reads one kind of what hangs under a cluster.
func (r *reader) readChildren() error {
	id := string(r.scope.ID)
	guid := r.scope.ID.Subscription()
	switch r.scope.Kind {
	case model.KindPublicIP:
		return r.readEgress()
	case model.KindDiagnosticSetting:
		return r.pages(r.armURL(id+"/providers/Microsoft.Insights/diagnosticSettings", diagnosticSettingsVersion), "",
			r.child(diagnosticSettingsVersion))
	case model.KindMaintenanceConfiguration:
		return r.aksChildren(guid, id+"/maintenanceConfigurations")
	case model.KindTrustedAccessRoleBinding:
		return r.aksChildren(guid, id+"/trustedAccessRoleBindings")
	case model.KindKubernetesVersions:
		return r.readKubernetesVersions(guid)
	case model.KindUpgradeProfile:
		return r.readUpgradeProfiles(guid, id)
	case model.KindDeploymentSafeguards:
		return r.readSafeguards(guid, id)
	case model.KindClusterPreview:
		return r.readPreview(guid, id)
	default:
		return &source.Problem{What: "Azure has no children of the kind " + string(r.scope.Kind)}
	}
}

// child makes the scope's kind of resource of a list's row.
func (r *reader) child(version string) makeResource {
	return func(raw json.RawMessage) (*model.Resource, error) {
		h, err := readHeader(raw)
		if err != nil {
			return nil, err
		}
		return r.childResource(model.ID(h.ID), r.scope.Kind, raw, version)
	}
}

func (r *reader) childResource(id model.ID, kind model.Kind, raw json.RawMessage, version string) (*model.Resource, error) {
	return document.Keep(model.Resource{
		ID: id, Parent: r.scope.ID, Kind: kind, ReadAt: r.now(), APIVersion: version, Via: viaARM,
	}, raw)
}

// emitChild hands one child out, spelled as its own document spells it: the ID that
// was asked with depends on which read found the cluster.
func (r *reader) emitChild(id model.ID, kind model.Kind, raw json.RawMessage, version string) error {
	if h, err := readHeader(raw); err == nil {
		id = model.ID(h.ID)
	}
	child, err := r.childResource(id, kind, raw, version)
	if err != nil {
		return err
	}
	return r.emit(source.Upsert{Resource: child})
}

// aksChildren lists children that AKS itself keeps.
func (r *reader) aksChildren(subscription, list string) error {
	return r.withVersion(subscription, func(version string) error {
		return r.pages(r.armURL(list, version), subscription, r.child(version))
	})
}

// readUpgradeProfiles reads what a cluster and each of its node pools can be
// upgraded to.
func (r *reader) readUpgradeProfiles(subscription, id string) error {
	pools, err := r.pools()
	if err != nil {
		return err
	}
	if err := r.aksChild(subscription, id+"/upgradeProfiles/default"); err != nil {
		return err
	}
	var problems []error
	for _, pool := range pools {
		owner := id + "/agentPools/" + pool
		err := r.aksChild(subscription, owner+"/upgradeProfiles/default")
		switch {
		case r.stopped || r.ctx.Err() != nil:
			return err
		case err != nil && !gone(err): // a pool may have been deleted meanwhile
			problems = append(problems, &unreadError{kind: model.KindPool, id: owner, err: err})
		}
	}
	return errors.Join(problems...)
}

// aksChild reads one child that AKS itself keeps.
func (r *reader) aksChild(subscription, id string) error {
	return r.withVersion(subscription, func(version string) error {
		raw, err := r.document(id, version, subscription)
		if err != nil {
			return err
		}
		return r.emitChild(model.ID(id), r.scope.Kind, raw, version)
	})
}

// readSafeguards reads the deployment safeguards; a cluster without them has none.
func (r *reader) readSafeguards(subscription, cluster string) error {
	id := cluster + "/providers/Microsoft.ContainerService/deploymentSafeguards/default"
	raw, err := r.document(id, safeguardsVersion, subscription)
	switch {
	case gone(err):
		return nil
	case err != nil:
		return err
	}
	return r.emitChild(model.ID(id), r.scope.Kind, raw, safeguardsVersion)
}

// readPreview reads the cluster once more with a preview api-version: what is in
// preview stands in no other answer.
func (r *reader) readPreview(subscription, id string) error {
	return r.withPreview(subscription, func(version string) error {
		raw, err := r.document(id, version, subscription)
		if err != nil {
			return err
		}
		return r.emitChild(r.scope.ID, r.scope.Kind, raw, version)
	})
}

// clusterDocument returns the cluster's document as last read, else reads it.
func (r *reader) clusterDocument() (*model.Resource, error) {
	if cluster := r.known(r.scope.ID); cluster != nil {
		return cluster, nil
	}
	return r.getCluster(r.scope.ID)
}

// pools returns the names of the cluster's node pools.
func (r *reader) pools() ([]string, error) {
	profile, err := r.networking()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, pool := range profile.Properties.Pools {
		if pool.Name != "" {
			names = append(names, pool.Name)
		}
	}
	return names, nil
}
