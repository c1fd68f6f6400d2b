package demo

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/duration"
)

// table prints objects as the API server does.
func (q *question) table(kind *served, entries []entry, m metav1.ListMeta) *metav1.Table {
	t := &metav1.Table{
		TypeMeta: metav1.TypeMeta{Kind: "Table", APIVersion: metaGroup + "/v1"}, ListMeta: m,
		ColumnDefinitions: tableColumns(kind.Kind), Rows: []metav1.TableRow{},
	}
	include := metav1.IncludeObjectPolicy(q.r.URL.Query().Get("includeObject"))
	for _, e := range entries {
		row := metav1.TableRow{Cells: cells(e.object, q.now())}
		switch include {
		case metav1.IncludeNone:
		case metav1.IncludeObject:
			row.Object = runtime.RawExtension{Object: typed(kind, e.object)}
		default:
			row.Object = runtime.RawExtension{Object: metadataOf(e.object)}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func tableColumns(kind string) []metav1.TableColumnDefinition {
	text := func(names ...string) []metav1.TableColumnDefinition {
		columns := []metav1.TableColumnDefinition{{Name: "Name", Type: "string", Format: "name", Description: "Name must be unique within a namespace."}}
		for _, name := range names {
			columns = append(columns, metav1.TableColumnDefinition{Name: name, Type: "string"})
		}
		return columns
	}
	switch kind {
	case "Secret":
		return text("Type", "Data", "Age")
	case "ConfigMap":
		return text("Data", "Age")
	case "Pod":
		return text("Ready", "Status", "Restarts", "Age")
	case "Namespace":
		return text("Status", "Age")
	}
	return text("Age")
}

// cells are the printed columns of one object.
func cells(o runtime.Object, now time.Time) []any {
	accessor, err := meta.Accessor(o)
	if err != nil {
		return nil
	}
	name, age := accessor.GetName(), "<unknown>"
	if created := accessor.GetCreationTimestamp(); !created.IsZero() {
		age = duration.HumanDuration(now.Sub(created.Time))
	}
	switch o := o.(type) {
	case *corev1.Secret:
		return []any{name, string(o.Type), int64(len(o.Data)), age}
	case *corev1.ConfigMap:
		return []any{name, int64(len(o.Data) + len(o.BinaryData)), age}
	case *corev1.Namespace:
		return []any{name, string(o.Status.Phase), age}
	case *corev1.Pod:
		ready, restarts, status := 0, int32(0), string(o.Status.Phase)
		for _, each := range o.Status.ContainerStatuses {
			if each.Ready {
				ready++
			}
			restarts += each.RestartCount
			if each.State.Waiting != nil {
				status = each.State.Waiting.Reason
			}
		}
		return []any{name, fmt.Sprintf("%d/%d", ready, len(o.Spec.Containers)), status, fmt.Sprint(restarts), age}
	}
	return []any{name, age}
}
