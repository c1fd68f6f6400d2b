package export

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/aksight/aksight/model"
)

// sarifSchema is where OASIS publishes the form.
const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// sarifRoot names what locations are relative to; code scanning takes it for the
// repository's root.
const sarifRoot = "%SRCROOT%"

// homepage is where the program comes from.
const homepage = "https://github.com/aksight/aksight"

// SARIF writes the findings as a SARIF 2.1.0 log for code scanning, as they come.
// Only failures are results: GitHub opens an alert for each result whatever its kind.
// What could not be read are notifications of the run.
func SARIF(w io.Writer, report *Report) error {
	out := &sarifWriter{out: bufio.NewWriterSize(w, 64<<10), encoder: newLineEncoder(), rules: map[string]int{}}
	for at := range report.Rules {
		out.rules[report.Rules[at].Rule.ID] = at
	}
	out.text(`{"$schema":"` + sarifSchema + `","version":"2.1.0","runs":[{` + "\n")
	out.text(`"tool":`)
	out.value(sarifTool(report))
	out.text(",\n" + `"automationDetails":`)
	out.value(sarifAutomation{ID: "aksight/"})
	out.text(",\n" + `"invocations":[`)
	out.value(sarifInvoked(report))
	out.text("],\n" + `"originalUriBaseIds":`)
	out.value(map[string]sarifBase{sarifRoot: {sarifMessage{Text: "Azure Resource Manager: what follows is a resource's ID in lower case."}}})
	out.text(",\n" + `"properties":`)
	out.value(sarifRunProperties{Source: report.Source, Coverage: report.Coverage, Summary: report.Summary, Selection: selectionOf(report)})
	out.text(",\n" + `"columnKind":"utf16CodeUnits",` + "\n" + `"results":[`)
	separator := "\n"
	for finding := range report.Findings {
		out.text(separator)
		out.value(out.result(&finding))
		if out.err != nil {
			return out.err
		}
		separator = ",\n"
	}
	out.text("\n]}]}\n")
	if out.err != nil {
		return out.err
	}
	return out.out.Flush()
}

func selectionOf(report *Report) *Selection {
	if report.Selection.Empty() {
		return nil
	}
	return &report.Selection
}

type sarifWriter struct {
	out     *bufio.Writer
	encoder *lineEncoder
	rules   map[string]int
	err     error
}

func (w *sarifWriter) text(text string) {
	if w.err == nil {
		_, w.err = w.out.WriteString(text)
	}
}

func (w *sarifWriter) value(value any) {
	if w.err != nil {
		return
	}
	var line []byte
	if line, w.err = w.encoder.encode(value); w.err == nil {
		_, w.err = w.out.Write(line)
	}
}

// The parts of a log, as the schema names them. They are written one by one, where a
// library would hold all results at once.
type (
	sarifMessage struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifAutomation struct {
		ID string `json:"id"`
	}
	sarifRunProperties struct {
		Source    Source     `json:"source"`
		Coverage  Coverage   `json:"coverage"`
		Summary   Summary    `json:"summary"`
		Selection *Selection `json:"selection,omitempty"`
	}
	sarifInvocation struct {
		ExecutionSuccessful bool                `json:"executionSuccessful"`
		EndTimeUTC          string              `json:"endTimeUtc"`
		Notifications       []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Descriptor     sarifReference  `json:"descriptor"`
		AssociatedRule *sarifReference `json:"associatedRule,omitempty"`
		Level          string          `json:"level"`
		Message        sarifMessage    `json:"message"`
	}
	sarifReference struct {
		ID    string `json:"id"`
		Index *int   `json:"index,omitempty"`
	}
	sarifResult struct {
		RuleID              string            `json:"ruleId"`
		RuleIndex           *int              `json:"ruleIndex,omitempty"`
		Kind                string            `json:"kind"`
		Level               string            `json:"level"`
		Rank                float64           `json:"rank"`
		Message             sarifMessage      `json:"message"`
		Locations           []sarifLocation   `json:"locations"`
		PartialFingerprints map[string]string `json:"partialFingerprints"`
		// Suppressions is always there: without it a log says that it knows of none.
		Suppressions []sarifSuppression `json:"suppressions"`
		Properties   sarifProperties    `json:"properties"`
	}
	sarifSuppression struct {
		Kind          string            `json:"kind"`
		Status        string            `json:"status"`
		Justification string            `json:"justification"`
		Properties    map[string]string `json:"properties"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId"`
	}
	// sarifRegion is the first character: code scanning asks for a whole region.
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
	sarifBase struct {
		Description sarifMessage `json:"description"`
	}
	sarifLogical struct {
		Name string `json:"name"`
		Full string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
	// sarifProperties hold what the form has no place for.
	sarifProperties struct {
		Severity         model.Severity `json:"severity"`
		SecuritySeverity string         `json:"security-severity"`
		Resource         model.ID       `json:"resource"`
		Part             string         `json:"part,omitempty"`
		Subscription     string         `json:"subscription,omitempty"`
		Evidence         []Evidence     `json:"evidence"`
		Plan             *Plan          `json:"plan,omitempty"`
		Fix              []Step         `json:"fix,omitzero"`
		Asks             []Ask          `json:"asks,omitempty"`
		Blocked          []Blocked      `json:"blocked,omitempty"`
		NoFix            string         `json:"noFix,omitempty"`
	}
)

func (w *sarifWriter) result(finding *Result) sarifResult {
	result := sarifResult{
		RuleID: finding.Rule, Kind: "fail", Level: sarifLevel(finding.Severity), Rank: sarifRank(finding.Severity),
		Message:             sarifMessage{Text: placeholders(sarifSentence(finding))},
		Locations:           []sarifLocation{sarifPlace(finding)},
		PartialFingerprints: fingerprints(finding),
		Suppressions:        suppressions(finding.Waived),
		Properties: sarifProperties{
			Severity: finding.Severity, SecuritySeverity: securitySeverity(finding.Severity),
			Resource: finding.Resource, Part: finding.Part, Subscription: finding.Where,
			Evidence: finding.Evidence, Plan: finding.Plan, Fix: finding.Fix, Asks: finding.Asks,
			Blocked: finding.Blocked, NoFix: finding.NoFix,
		},
	}
	if at, known := w.rules[finding.Rule]; known {
		result.RuleIndex = &at
	}
	return result
}

// sarifSentence says the finding, where it is, and how to get at the commands.
func sarifSentence(finding *Result) string {
	text := clean(capital(finding.Severity.String()) + " on " + subjectName(finding))
	if finding.Where != "" {
		text += " in " + clean(finding.Where)
	}
	if reason := clean(finding.Reason); reason != "" {
		text += ": " + reason
	}
	text = strings.TrimSuffix(text, ".") + "."
	if fix := clean(fixWords(finding)); fix != "" {
		if len(finding.Fix) > 0 {
			fix = "to mend it: " + fix
		}
		text += " " + capital(strings.TrimSuffix(fix, ".")) + "."
	}
	if name := finding.Resource.Name(); len(finding.Fix) > 0 && isPlainName(name) {
		text += " The commands: aksight report --output md --rule " + finding.Rule + " --cluster " + name
	}
	// In messages [text](address) would be a link; names do not become one.
	return strings.ReplaceAll(text, "](", "] (")
}

// isPlainName reports a name that needs no quotes in any shell.
func isPlainName(name string) bool {
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == "" && name[0] != '-'
}

// placeholders doubles braces: in messages a single one begins an argument.
func placeholders(text string) string {
	return strings.NewReplacer("{", "{{", "}", "}}").Replace(text)
}

// sarifPlace is where the resource would stand in a repository: code scanning asks for
// a file. Azure spells an ID differently from one read to the next, and the place must
// be the same in each run, so that it is in lower case.
func sarifPlace(finding *Result) sarifLocation {
	id := finding.Resource
	name := id.Name()
	switch object := finding.Object; {
	case object != nil:
		name = finding.Part
		id += model.ID(strings.TrimSuffix("/inside/"+object.Namespace, "/") + "/" + string(object.Kind) + "/" + object.Name)
	case finding.Part != "":
		id, name = id.Pool(finding.Part), finding.Part
	}
	segments := strings.Split(strings.TrimPrefix(string(id.Fold()), "/"), "/")
	for i, segment := range segments {
		segments[i] = url.PathEscape(segment)
	}
	return sarifLocation{
		Physical: sarifPhysical{
			Artifact: sarifArtifact{URI: strings.Join(segments, "/"), Base: sarifRoot},
			Region:   sarifRegion{StartLine: 1, StartColumn: 1, EndLine: 1, EndColumn: 2},
		},
		Logical: []sarifLogical{{Name: name, Full: string(id), Kind: "resource"}},
	}
}

// fingerprints tell the same finding in another run by: the rule and the resource,
// nothing that a new version or another severity changes. The first name is the only
// one that GitHub knows.
func fingerprints(finding *Result) map[string]string {
	sum := sha256.Sum256([]byte(strings.Join([]string{finding.Rule, string(finding.Resource.Fold()), strings.ToLower(finding.Part)}, "\n")))
	hash := hex.EncodeToString(sum[:16])
	return map[string]string{"primaryLocationLineHash": hash + ":1", "aksightFinding/v1": hash}
}

// suppressions tells of the waiver of a finding, kept outside of what was read.
func suppressions(waived *Waived) []sarifSuppression {
	if waived == nil {
		return []sarifSuppression{}
	}
	return []sarifSuppression{{
		Kind: "external", Status: "accepted",
		Justification: clean(fmt.Sprintf("waived until %s by %s: %s", waived.Until, waived.Owner, waived.Reason)),
		Properties:    map[string]string{"owner": waived.Owner, "until": waived.Until, "file": waived.File},
	}}
}

// sarifLevel is the severity in SARIF's three steps.
func sarifLevel(severity model.Severity) string {
	switch severity {
	case model.Critical, model.High:
		return "error"
	case model.Medium:
		return "warning"
	default:
		return "note"
	}
}

func sarifRank(severity model.Severity) float64 {
	return [...]float64{model.Info: 5, model.Low: 30, model.Medium: 55, model.High: 80, model.Critical: 95}[severity]
}

// securitySeverity is the severity as a score, of which GitHub makes its own words:
// over 9.0 critical, from 7.0 high, from 4.0 medium, else low.
func securitySeverity(severity model.Severity) string {
	return fmt.Sprintf("%.1f", sarifRank(severity)/10)
}

// sarifInvoked tells of the run, and of what could not be read in it.
func sarifInvoked(report *Report) sarifInvocation {
	run := sarifInvocation{ExecutionSuccessful: true, EndTimeUTC: report.Generated.UTC().Format(time.RFC3339)}
	for _, gap := range report.Coverage.CouldNotRead {
		run.Notifications = append(run.Notifications, sarifNotification{
			Descriptor: sarifReference{ID: couldNotRead.ID, Index: new(int)}, Level: "warning",
			Message: sarifMessage{Text: placeholders(clean("Could not read " + gap.What + ": " + gap.Why))},
		})
	}
	for _, check := range unreadChecks(report) {
		run.Notifications = append(run.Notifications, sarifNotification{
			Descriptor:     sarifReference{ID: couldNotRead.ID, Index: new(int)},
			AssociatedRule: &sarifReference{ID: check.Rule, Index: &check.at}, Level: "warning",
			Message: sarifMessage{Text: placeholders(clean("Could not judge " + check.on() + ": " + check.Why))},
		})
	}
	return run
}
