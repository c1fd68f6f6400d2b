package e2e

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/aksight/aksight/e2e/apiserver"
	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/object"
)

// TestKubeEscalationsAreCarriedOut carries the catalogue of dangerous rights out. Of each
// row somebody holds exactly the rights; the program tells before anything happened where
// they lead; then the real kubectl goes there. Others who lack one of the rights are told
// no such way, and the API server refuses them.
func TestKubeEscalationsAreCarriedOut(t *testing.T) {
	t.Parallel()
	server, err := apiserver.Start(t.TempDir(), apiserver.Options{})
	require.NoError(t, err)
	t.Cleanup(server.Close)
	admin, err := server.Kubectl(apiserver.Admin)
	require.NoError(t, err)

	require.NoError(t, server.Client(apiserver.Admin).Create(t.Context(), "/api/v1/nodes", named(node, nil)))
	rows := slices.Concat(identityRows, secretRows, podRows, admissionRows, clusterRows, objectRows)
	stages := make([]*stage, len(rows))
	for i := range rows {
		stages[i] = &stage{
			T: t, escalation: rows[i], server: server, client: server.Client(apiserver.Admin), admin: admin,
			namespace: fmt.Sprintf("%s-%d", strings.ToLower(rows[i].id), i),
		}
	}
	each(stages, (*stage).set)
	require.False(t, t.Failed(), "the stages are not set")
	told := tellAll(t, server)

	carried := map[string]bool{}
	for _, s := range stages {
		carried[s.id] = true
		t.Run(strings.TrimSpace(s.id+" "+s.does), func(t *testing.T) {
			t.Parallel()
			s.T = t
			s.foretold(told)
			s.carriedOut()
		})
	}
	for _, power := range access.Powers() {
		if power.ID[0] != 'Z' && !carried[power.ID] {
			assert.Contains(t, notCarriedOut, power.ID, "%s is neither carried out nor is it said why not", power.Title)
		}
	}
	for id, why := range notCarriedOut {
		assert.False(t, carried[id], "%s is carried out although: %s", id, why)
		t.Logf("not carried out: %s: %s", id, why)
	}
}

// escalation is a row of the catalogue, and how it is carried out.
type escalation struct {
	// id is the row, does what is done where a row is carried out in several ways.
	id, does string
	// power is the title of the power, where the row has several.
	power string
	// rights are what the subject holds. Each but the aids is lacked by a control; where
	// there is only one, the control has something near instead.
	rights []right
	near   []right
	// to is the destination of paths that the rights lead to; empty where they lead to none.
	to string
	// keeper has an account in the namespace that is bound to cluster-admin, with a pod.
	keeper bool
	// listens has somebody listen to what the API server sends, see listener.
	listens bool
	// guarded has a control with all of the rights, in a namespace with Pod Security.
	guarded bool
	// labels are the namespace's.
	labels map[string]string
	// before makes what has to be there, act does it, after proves what came of it.
	before func(s *stage)
	act    func(s *stage, a *actor) error
	after  func(s *stage, a *actor)
}

// right is a rule that somebody holds in the whole cluster or in their namespace.
type right struct {
	rbacv1.PolicyRule
	wide bool
	// aid is set where it is only for kubectl, or for something to hand on.
	aid bool
}

// wide and here are rights to do verbs, with spaces between, on resources as the lists of
// powers write them, with semicolons between, or on those objects alone.
func wide(verbs, resources string, names ...string) right {
	r := right{wide: true, PolicyRule: rbacv1.PolicyRule{Verbs: strings.Fields(verbs), ResourceNames: names}}
	for entry := range strings.FieldsSeq(resources) {
		group, resource, _ := strings.Cut(entry, "/")
		if group == "core" {
			group = ""
		}
		r.APIGroups, r.Resources = append(r.APIGroups, group), append(r.Resources, resource)
	}
	return r
}

func here(verbs, resources string, names ...string) right {
	r := wide(verbs, resources, names...)
	r.wide = false
	return r
}

func (r right) aids() right {
	r.aid = true
	return r
}

// told is what the program tells of everybody before anything is done.
type told struct {
	view *object.View
	// first is the first step of whoever gets to a destination, by destination.
	first map[string]map[string]string
}

// tellAll runs the product for the paths, and asks its library for what rights are worth.
func tellAll(t *testing.T, server *apiserver.Server) told {
	t.Helper()
	all := told{view: viewOf(t, server.Client(apiserver.Admin)), first: map[string]map[string]string{}}
	for _, to := range []string{"cluster-admin", "node", "secrets"} {
		out, errs, code := execute(t, setup{}, as(t, server, apiserver.Admin, "paths", "--to", to, "--output", "json")...)
		require.Zero(t, code, errs)
		var said struct {
			Answers []struct {
				Subject string
				Steps   []struct{ How string }
			}
		}
		require.NoError(t, json.Unmarshal([]byte(out), &said), out)
		all.first[to] = map[string]string{}
		for _, answer := range said.Answers {
			if len(answer.Steps) > 0 {
				all.first[to][answer.Subject] = answer.Steps[0].How
			}
		}
	}
	return all
}

// holds returns the titles of a row's powers that somebody holds.
func (b told) holds(a *actor, id string) []string {
	var titles []string
	for _, held := range access.HeldBy(b.view, a.subject().Identity()) {
		if held.ID == id {
			titles = append(titles, held.Title)
		}
	}
	return titles
}

// foretold has been told: the subject's way and nobody else's.
func (s *stage) foretold(before told) {
	titles := before.holds(s.subject, s.id)
	title := s.power
	if title == "" {
		require.Len(s, titles, 1, "the power that the rights make")
		title = titles[0]
	}
	assert.Contains(s, titles, title)
	if s.to != "" {
		assert.Equal(s, title, before.first[s.to][s.subject.label()], "the first step to %s", s.to)
	}
	for _, control := range s.controls {
		if control.at == s.namespace {
			assert.NotContains(s, before.holds(control, s.id), title, "%s", control)
		}
		if s.to != "" {
			assert.NotContains(s, before.first[s.to], control.label(), "%s", control)
		}
	}
}

// carriedOut is it by the subject, and by nobody else.
func (s *stage) carriedOut() {
	for _, control := range s.controls {
		err := s.act(s, control)
		if assert.Error(s, err, "%s", control) {
			assert.Contains(s, err.Error(), "orbidden", "%s", control)
		}
	}
	require.NoError(s, s.act(s, s.subject))
	if s.after != nil {
		s.after(s, s.subject)
	}
}
