package demo

import (
	"io"
	"net/http"
	"slices"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
)

// The reads that are POSTs.
const (
	selfReview   = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
	accessReview = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
)

// reviewLimit bounds what a review may hold.
const reviewLimit = 64 << 10

// review answers who the caller is, or whether it may do something. It reports whether
// that was asked.
func (q *question) review(path string) bool {
	switch path {
	case selfReview:
		q.send(http.StatusCreated, &authenticationv1.SelfSubjectReview{
			TypeMeta:   metav1.TypeMeta{Kind: "SelfSubjectReview", APIVersion: "authentication.k8s.io/v1"},
			ObjectMeta: metav1.ObjectMeta{CreationTimestamp: metav1.NewTime(q.now())},
			Status: authenticationv1.SelfSubjectReviewStatus{UserInfo: authenticationv1.UserInfo{
				Username: userName, Groups: []string{"system:authenticated"}, Extra: map[string]authenticationv1.ExtraValue{"oid": {userObjectID}},
			}},
		})
		return true
	case accessReview:
		asked := &authorizationv1.SelfSubjectAccessReview{}
		if err := q.decode(asked); err != nil {
			q.fail(apierrors.NewBadRequest(err.Error()))
			return true
		}
		asked.TypeMeta = metav1.TypeMeta{Kind: "SelfSubjectAccessReview", APIVersion: "authorization.k8s.io/v1"}
		asked.Status = authorizationv1.SubjectAccessReviewStatus{Allowed: q.world.allows(&asked.Spec)}
		if !asked.Status.Allowed {
			asked.Status.Reason = noAccess
		}
		q.send(http.StatusCreated, asked)
		return true
	}
	return false
}

// allows reports whether the demo's user may do something: read, and not everything.
func (w *world) allows(asked *authorizationv1.SelfSubjectAccessReviewSpec) bool {
	reads := func(verb string) bool { return slices.Contains([]string{"get", "list", "watch"}, verb) }
	switch {
	case asked.ResourceAttributes != nil:
		a := asked.ResourceAttributes
		return reads(a.Verb) && w.mayRead(a.Group, strings.ToLower(a.Resource)) && a.Resource != "*"
	case asked.NonResourceAttributes != nil:
		return reads(asked.NonResourceAttributes.Verb)
	}
	return false
}

// decode reads the request's body, in whichever form it comes.
func (q *question) decode(to runtime.Object) error {
	content, err := io.ReadAll(io.LimitReader(q.r.Body, reviewLimit))
	if err != nil {
		return err
	}
	scheme, err := apiScheme()
	if err != nil {
		return err
	}
	return runtime.DecodeInto(serializer.NewCodecFactory(scheme).UniversalDecoder(authorizationv1.SchemeGroupVersion), content, to)
}
