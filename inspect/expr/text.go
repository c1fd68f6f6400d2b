package expr

import (
	"fmt"
	"strings"
	"time"
)

// Text writes a value as people read it: lists with commas, dates as dates.
func Text(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return value
	case time.Time:
		return value.Format(time.DateOnly)
	case []any:
		texts := make([]string, len(value))
		for i, item := range value {
			texts[i] = Text(item)
		}
		return strings.Join(texts, ", ")
	default:
		return fmt.Sprint(value)
	}
}
