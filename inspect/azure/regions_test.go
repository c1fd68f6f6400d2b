package azure

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

func versionsPath(subscription, region string) string {
	return "/subscriptions/" + subscription + "/providers/Microsoft.ContainerService/locations/" + region + "/kubernetesVersions"
}

func versionsScope(subscription, cluster string) source.Scope {
	return source.Scope{Breadth: source.Children, ID: model.ID(clusterID(subscription, cluster)), Kind: model.KindKubernetesVersions}
}

// regional answers with clusters in a region each, and with a list of versions.
func regional(regions map[string]string, versions http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/kubernetesVersions") {
			versions(w, r)
			return
		}
		name := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
		reply(w, http.StatusOK, fmt.Sprintf(`{"id":%q,"location":%q,"properties":{}}`, r.URL.Path, regions[name]))
	}
}

func TestVersionsAreReadOnceForARegion(t *testing.T) {
	var asked sync.Map
	f := serve(t, regional(map[string]string{"one": "westeurope", "two": "West Europe", "three": "northeurope"},
		func(w http.ResponseWriter, r *http.Request) {
			count, _ := asked.LoadOrStore(r.URL.Path, new(atomic.Int32))
			count.(*atomic.Int32).Add(1)
			reply(w, http.StatusOK, `{"values":[{"version":"1.34"}]}`)
		}))
	for _, scope := range []source.Scope{
		versionsScope(subA, "one"), versionsScope(subA, "two"), versionsScope(subA, "three"), versionsScope(subB, "one"),
	} {
		events := f.read(t, scope)
		requireComplete(t, events, scope)
		resources := upserts(events)
		require.Len(t, resources, 1)
		assert.Equal(t, model.KindKubernetesVersions, resources[0].Kind)
		assert.Equal(t, scope.ID, resources[0].Parent)
		assert.False(t, resources[0].ReadAt.IsZero())
	}
	times := map[string]int32{}
	asked.Range(func(path, count any) bool {
		times[path.(string)] = count.(*atomic.Int32).Load()
		return true
	})
	assert.Equal(t, map[string]int32{
		versionsPath(subA, "westeurope"): 1, versionsPath(subA, "northeurope"): 1, versionsPath(subB, "westeurope"): 1,
	}, times)
}

func TestVersionsThatAreRefusedSayWhatToDo(t *testing.T) {
	f := serve(t, regional(map[string]string{"one": "westeurope"}, func(w http.ResponseWriter, _ *http.Request) {
		replyError(w, http.StatusForbidden, "AuthorizationFailed", "no")
	}))
	scope := versionsScope(subA, "one")
	problem := requireFailed(t, f.read(t, scope), scope)
	assert.True(t, problem.Refused)
	assert.Equal(t, "You may not read the Kubernetes versions in the region of the cluster one", problem.What)
	assert.Contains(t, problem.Do, "Reader on the subscription")
}

func TestAClusterWithoutARegion(t *testing.T) {
	f := serve(t, regional(nil, func(http.ResponseWriter, *http.Request) { t.Error("asked for a region that nobody named") }))
	scope := versionsScope(subA, "one")
	assert.Contains(t, requireFailed(t, f.read(t, scope), scope).What, "does not name its region")
}

// A list that is an hour old, or that somebody wants anew, is read again; a failure is
// not held for long.
func TestHowLongAListOfVersionsHolds(t *testing.T) {
	for name, c := range map[string]struct {
		after     time.Duration
		requested bool
		failed    bool
		asked     int
	}{
		"soon":                {after: 59 * time.Minute, asked: 1},
		"an hour later":       {after: time.Hour, asked: 2},
		"asked for at once":   {after: time.Second, requested: true, asked: 1},
		"asked for":           {after: 20 * time.Second, requested: true, asked: 2},
		"refused, at once":    {after: time.Second, failed: true, asked: 1},
		"refused, some later": {after: 20 * time.Second, failed: true, asked: 2},
	} {
		t.Run(name, func(t *testing.T) {
			f := serve(t, regional(map[string]string{"one": "westeurope", "two": "westeurope"}, func(w http.ResponseWriter, _ *http.Request) {
				if c.failed {
					replyError(w, http.StatusForbidden, "AuthorizationFailed", "no")
					return
				}
				reply(w, http.StatusOK, `{"values":[]}`)
			}))
			f.read(t, versionsScope(subA, "one"))
			assert.NoError(t, f.clock.sleep(t.Context(), c.after))
			ctx := t.Context()
			if c.requested {
				ctx = source.WithRequest(ctx)
			}
			for range f.Read(ctx, versionsScope(subA, "two")) {
				continue
			}
			times := 0
			for _, call := range f.asked() {
				if strings.Contains(call, "kubernetesVersions") {
					times++
				}
			}
			assert.Equal(t, c.asked, times)
		})
	}
}

// Who waits for another's read goes on by himself when that one is called off.
func TestAReadThatIsCalledOffIsTakenOver(t *testing.T) {
	began, called := make(chan struct{}), atomic.Int32{}
	f := serve(t, regional(map[string]string{"one": "westeurope", "two": "westeurope"}, func(w http.ResponseWriter, r *http.Request) {
		if called.Add(1) == 1 {
			close(began)
			<-r.Context().Done()
			return
		}
		reply(w, http.StatusOK, `{"values":[]}`)
	}))
	ctx, giveUp := context.WithCancel(t.Context())
	var first sync.WaitGroup
	first.Go(func() {
		for range f.Read(ctx, versionsScope(subA, "one")) {
			t.Error("it was called off")
		}
	})
	<-began
	events := make(chan []source.Event)
	go func() { events <- f.read(t, versionsScope(subA, "two")) }()
	giveUp()
	first.Wait()
	requireComplete(t, <-events, versionsScope(subA, "two"))
	assert.EqualValues(t, 2, called.Load())
}
