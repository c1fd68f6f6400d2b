package source

import (
	"fmt"
	"time"
)

// Says tells why and how much longer the source waits, such as "throttled by
// Azure, 12 s"; empty once the wait is over.
func (w Wait) Says(now time.Time) string {
	left := w.Until.Sub(now)
	if left <= 0 {
		return ""
	}
	seconds := int((left + time.Second - 1) / time.Second)
	if seconds < 120 {
		return fmt.Sprintf("%s, %d s", w.Why, seconds)
	}
	return fmt.Sprintf("%s, %d min", w.Why, (seconds+59)/60)
}
