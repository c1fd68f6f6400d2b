package export

import "strings"

// unreadCheck is a rule that could not be judged for one reason, and where.
type unreadCheck struct {
	Rule, Title, Why string
	// Count is the number of clusters and node pools, and Names are the first of them.
	Count int
	Names []string
	at    int // of the rule in the report
}

// namesOfUnread is how many subjects of a check that could not be read are named.
const namesOfUnread = 5

// unreadChecks adds the checks that could not be read up by rule and reason, so that
// an estate that refuses one read does not fill pages.
func unreadChecks(report *Report) []unreadCheck {
	if report.Unread == nil {
		return nil
	}
	places := map[string]int{}
	for at := range report.Rules {
		places[report.Rules[at].Rule.ID] = at
	}
	var checks []unreadCheck
	begin := 0 // of the present rule's
	for result := range report.Unread {
		if begin < len(checks) && checks[begin].Rule != result.Rule {
			begin = len(checks)
		}
		at := begin
		for at < len(checks) && checks[at].Why != result.Reason {
			at++
		}
		if at == len(checks) {
			checks = append(checks, unreadCheck{Rule: result.Rule, Title: result.Title, Why: result.Reason, at: places[result.Rule]})
		}
		checks[at].Count++
		if len(checks[at].Names) < namesOfUnread {
			checks[at].Names = append(checks[at].Names, subjectName(&result))
		}
	}
	return checks
}

// on says where: "pay-weu-01, pay-weu-01 / system and 12 others".
func (c *unreadCheck) on() string {
	names := strings.Join(c.Names, ", ")
	if left := c.Count - len(c.Names); left > 0 {
		return names + " and " + plural(left, "other")
	}
	return names
}

// subjectName names what a result is about.
func subjectName(result *Result) string {
	if result.Part == "" {
		return result.Resource.Name()
	}
	return result.Resource.Name() + " / " + result.Part
}
