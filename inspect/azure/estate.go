package azure

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// The two places that documents are read from.
const (
	viaGraph = "Resource Graph"
	viaARM   = "Azure Resource Manager"
)

const (
	subscriptionType = "Microsoft.Resources/subscriptions"
	clusterType      = "Microsoft.ContainerService/managedClusters"
)

// estateQuery asks for all subscriptions and clusters at once. Ordered by ID, a
// subscription comes just before its clusters, and pages neither repeat nor leave
// out a row.
const estateQuery = `resources
| where type =~ 'microsoft.containerservice/managedclusters'
| project id, name, type, location, kind, subscriptionId, resourceGroup, tags, sku, identity, properties
| union (resourcecontainers
  | where type =~ 'microsoft.resources/subscriptions'
  | project id, name, type, location, kind, subscriptionId, resourceGroup, tags, sku, identity, properties)
| order by id asc`

// readEstate lists the subscriptions and asks Resource Graph for the rows. The list
// shows the subscriptions that Resource Graph leaves out; they come even where
// Resource Graph fails.
func (r *reader) readEstate() error {
	wanted, err := r.readSubscriptions()
	if err != nil {
		return err
	}
	if len(wanted) == 0 {
		return r.nothingVisible()
	}
	if len(r.opts.Subscriptions) == 0 {
		wanted = nil
	}
	return r.readGraph(wanted)
}

// readSubscriptions lists the subscriptions that the account sees, hands out the
// wanted ones, and returns their GUIDs.
func (r *reader) readSubscriptions() ([]string, error) {
	missing := slices.Clone(r.opts.Subscriptions)
	var wanted []string
	err := r.pages(r.armURL("/subscriptions", subscriptionsVersion), "", func(raw json.RawMessage) (*model.Resource, error) {
		var subscription struct {
			ID   string `json:"id"`
			GUID string `json:"subscriptionId"`
			Name string `json:"displayName"`
		}
		if err := json.Unmarshal(raw, &subscription); err != nil || subscription.GUID == "" {
			return nil, &rowError{"the list of subscriptions holds a row that is none"}
		}
		r.name(subscription.GUID, subscription.Name)
		if !r.wants(subscription.GUID, subscription.Name) {
			return nil, nil
		}
		missing = slices.DeleteFunc(missing, func(name string) bool {
			return strings.EqualFold(name, subscription.GUID) || strings.EqualFold(name, subscription.Name)
		})
		wanted = append(wanted, subscription.GUID)
		return document.Keep(model.Resource{
			ID:         model.SubscriptionID(subscription.GUID),
			Kind:       model.KindSubscription,
			ReadAt:     r.now(),
			APIVersion: subscriptionsVersion,
			Via:        viaARM,
		}, raw)
	})
	if err != nil {
		return nil, err
	}
	if len(missing) > 0 {
		return nil, &source.Problem{
			What: fmt.Sprintf("This account sees no subscription named %s", strings.Join(missing, ", ")),
			Do:   "check the spelling with az account list --all, or sign in to the subscription's tenant with --tenant",
		}
	}
	return wanted, nil
}

// wants reports whether the options leave a subscription in.
func (s *Source) wants(guid, name string) bool {
	return len(s.opts.Subscriptions) == 0 || slices.ContainsFunc(s.opts.Subscriptions, func(wanted string) bool {
		return strings.EqualFold(wanted, guid) || strings.EqualFold(wanted, name)
	})
}

func (r *reader) nothingVisible() error {
	who := r.Identity()
	what := "This account sees no subscription"
	if who.User != "" {
		what = who.User + " sees no subscription"
	}
	if who.Tenant != "" {
		what += " in the tenant " + who.Tenant
	}
	return &source.Problem{
		What: what,
		Do:   "ask for the role Reader on a subscription, or sign in to another tenant with --tenant",
	}
}

// readGraph pages through the estate in Resource Graph.
func (r *reader) readGraph(subscriptions []string) error {
	address := r.armURL("/providers/Microsoft.ResourceGraph/resources", resourceGraphVersion)
	skip := ""
	for {
		body, err := graphQuery(subscriptions, skip)
		if err != nil {
			return err
		}
		answer, err := r.ask(request{method: http.MethodPost, url: address, body: body})
		header := http.Header{}
		if answer != nil {
			header = answer.header
		}
		page, err := r.rows(answer, err, r.graphRow)
		switch {
		case noneEligible(err):
			// None of the wanted subscriptions may be read: their own lists tell so.
			return nil
		case err != nil:
			return err
		case page.next == "" && (page.truncated || strings.EqualFold(header.Get("x-ms-tenant-subscription-limit-hit"), "true")):
			return &source.Problem{
				What: "Resource Graph left part of the estate out because it covers too many subscriptions",
				Do:   "limit it with --subscription; the lists of the single subscriptions are complete",
			}
		case page.next == "":
			return nil
		case page.next == skip:
			return &source.Problem{What: "Resource Graph gave the same page twice", Do: "read again in a while"}
		}
		skip = page.next
		if err := r.withinQuota(header); err != nil {
			return err
		}
	}
}

// noneEligible reports whether Resource Graph says that the account may read none of
// the subscriptions that were asked for.
func noneEligible(err error) bool {
	var response *responseError
	return as(err, &response) && response.Status == http.StatusBadRequest &&
		slices.Contains(response.Causes, "NoValidSubscriptionsInQueryRequest")
}

func graphQuery(subscriptions []string, skip string) ([]byte, error) {
	options := map[string]any{"resultFormat": "objectArray", "$top": 1000}
	if skip != "" {
		options["$skipToken"] = skip
	}
	query := map[string]any{"query": estateQuery, "options": options}
	if len(subscriptions) > 0 {
		query["subscriptions"] = subscriptions
	}
	return json.Marshal(query)
}

// withinQuota waits where Resource Graph says that the quota of queries is used up,
// which is sooner over than being throttled.
func (r *reader) withinQuota(header http.Header) error {
	left, err := strconv.Atoi(header.Get("x-ms-user-quota-remaining"))
	if err != nil || left > 0 {
		return nil //nolint:nilerr // a header that is absent or odd limits nothing
	}
	reset, err := time.Parse("15:04:05", header.Get("x-ms-user-quota-resets-after"))
	if err != nil {
		return nil //nolint:nilerr // a header that is absent or odd limits nothing
	}
	wait := time.Duration(reset.Hour())*time.Hour + time.Duration(reset.Minute())*time.Minute + time.Duration(reset.Second())*time.Second
	if wait <= 0 || wait > longestWait {
		return nil
	}
	return r.wait(wait, "within Resource Graph's limit of queries")
}

// graphRow makes a resource of a row. Resource Graph chooses its own api-version,
// so a property that is absent is unread.
func (r *reader) graphRow(raw json.RawMessage) (*model.Resource, error) {
	h, err := readHeader(raw)
	if err != nil {
		return nil, err
	}
	id := model.ID(h.ID)
	switch {
	case strings.EqualFold(h.Type, subscriptionType):
		// The list of subscriptions gave it already, with more in it.
		return nil, nil
	case strings.EqualFold(h.Type, clusterType):
		return r.cluster(model.Resource{
			ID: id, Kind: model.KindCluster, ReadAt: r.now(), Via: viaGraph, Partial: true,
		}, raw)
	default:
		return nil, nil
	}
}

// cluster completes a cluster's document and keeps it for its children's reads.
func (s *Source) cluster(resource model.Resource, raw json.RawMessage) (*model.Resource, error) {
	guid := resource.ID.Subscription()
	if guid == "" || resource.ID.ResourceGroup() == "" {
		return nil, &rowError{"the list holds a cluster whose ID has no resource group: " + string(resource.ID)}
	}
	resource.Parent = model.SubscriptionID(guid)
	kept, err := document.Keep(resource, raw)
	if err != nil {
		return nil, &rowError{err.Error()}
	}
	known := s.known(kept.ID)
	kept.Keyed(known)
	if known == nil || !kept.Partial || known.Partial {
		s.remember(kept)
	}
	return kept, nil
}
