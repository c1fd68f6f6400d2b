package export

import "strconv"

func (h *htmlWriter) head(head *htmlHead) {
	h.put(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'">
<title>AKS security report, {}</title>
<style>`, contentHash(htmlStyle), contentHash(htmlScript), head.Minute)
	h.put(htmlStyle)
	h.put(`</style>
</head>
<body>
<header>
<h1>AKS security report</h1>
<p class="made">`)
	h.list("{}", " · ", head.Headline)
	h.put("</p>\n<p>{}: {}.</p>\n", head.Extent, head.Outcome)
	h.putIf("<p class=\"narrowed\">{}.</p>\n", head.Narrowed)
	h.put("<ul class=\"sums\">\n")
	for _, s := range head.Severities {
		h.put("<li class=\"{}\"><b>{}</b> <span class=\"mark\" aria-hidden=\"true\">{}</span> {}</li>\n", s.Name, strconv.Itoa(s.Count), s.Mark, s.Name)
	}
	h.put("</ul>\n")
	if head.Gaps {
		h.put("<p class=\"unread\">Something could not be read: the numbers are the least that there is. <a href=\"#could-not-read\">What, and why</a></p>\n")
	}
	h.filter(head.Severities)
	h.put("</header>\n")
	if len(head.Contents) > 0 {
		h.contents(head.Contents)
	}
	h.put("<main>\n")
}

func (h *htmlWriter) filter(severities []htmlSeverity) {
	h.put(`<form id="filter" hidden>
<label>Filter <input type="search" id="words" placeholder="words, such as pay-weu or pool"></label>
<fieldset><legend>Severity</legend>
`)
	for _, s := range severities {
		h.put("<label><input type=\"checkbox\" value=\"{}\" checked> {}</label>\n", s.Name, s.Name)
	}
	h.put(`</fieldset>
<button type="button" id="unfold">Unfold all</button>
<output id="shown" aria-live="polite"></output>
</form>
`)
}

func (h *htmlWriter) contents(rules []htmlRule) {
	h.put(`<nav aria-label="Findings">
<h2>Findings</h2>
<table>
<thead><tr><th scope="col">Severity</th><th scope="col">Rule</th><th scope="col">What was found</th><th scope="col" class="number">Findings</th></tr></thead>
<tbody>
`)
	for i := range rules {
		rule := &rules[i]
		h.put(`<tr><td class="{}"><span class="mark" aria-hidden="true">{}</span> {}</td>`, rule.Severity, rule.Mark, rule.Severity)
		h.put("<td><a href=\"#{}\">{}</a></td><td>{}</td><td class=\"number\">{}</td></tr>\n", rule.Anchor, rule.ID, rule.Title, strconv.Itoa(rule.Count))
	}
	h.put("</tbody>\n</table>\n</nav>\n")
}

func (h *htmlWriter) group(rule *htmlRule) {
	h.put("<section class=\"rule\" id=\"{}\" data-severity=\"{}\">\n", rule.Anchor, rule.Severity)
	h.put(`<h2><span class="severity {}"><span class="mark" aria-hidden="true">{}</span> {}</span> `, rule.Severity, rule.Mark, rule.Severity)
	h.put("{} <code>{}</code></h2>\n", rule.Title, rule.ID)
	if len(rule.Parts) == 0 {
		return
	}
	h.put("<details>\n<summary>Why it matters, what an attacker does, what the fix changes</summary>\n")
	for _, part := range rule.Parts {
		h.put("<h3>{}</h3>\n", part.Title)
		h.list("<p>{}</p>\n", "", part.Paragraphs)
	}
	if len(rule.Maps) > 0 {
		h.put("<h3>Maps to</h3>\n<p>")
		h.list("{}", "; ", rule.Maps)
		h.put("</p>\n")
	}
	if len(rule.Learn) > 0 {
		h.put("<h3>Learn more</h3>\n<ul>")
		for _, address := range rule.Learn {
			h.put(`<li><a href="{}" rel="noreferrer">{}</a></li>`, linkTo(address), address)
		}
		h.put("</ul>\n")
	}
	h.put("</details>\n")
}

func (h *htmlWriter) groupEnd() { h.put("</section>\n") }

func (h *htmlWriter) finding(finding *htmlFinding) {
	h.put("<article class=\"finding\">\n<h3>{}", finding.Name)
	h.putIf(` <span class="part">/ {}</span>`, finding.Part)
	h.putIf(` <span class="where">in {}</span>`, finding.Where)
	h.put("</h3>\n")
	h.putIf("<p>{}</p>\n", finding.Reason)
	h.putIf("<p class=\"waiver\">{}</p>\n", finding.Waived)
	if len(finding.Evidence) > 0 {
		h.put("<dl>\n")
		for _, evidence := range finding.Evidence {
			class := markup("")
			if evidence.Absent {
				class = ` class="absent"`
			}
			h.put("<div><dt>{}</dt><dd"+class+">{}</dd></div>\n", evidence.Path, evidence.Value)
		}
		h.put("</dl>\n")
	}
	if len(finding.Steps) > 0 {
		h.fix(finding)
	} else {
		h.putIf("<p class=\"nofix\">{}</p>\n", finding.Fix)
	}
	h.put("<p class=\"id\">{}</p>\n</article>\n", finding.Resource)
}

func (h *htmlWriter) fix(finding *htmlFinding) {
	h.put("<details class=\"fix\">\n<summary>Fix: {}", finding.Fix)
	h.putIf(` <span class="nature">({})</span>`, finding.Natures)
	h.put("</summary>\n")
	h.pairs(finding.Weigh)
	h.put("<ol>\n")
	for i := range finding.Steps {
		step := &finding.Steps[i]
		h.put("<li><p>{}</p>\n", step.Says)
		h.putIf("<p>Needs the extension: <code>az extension add --upgrade --name {}</code></p>\n", step.Extension)
		h.put("<pre><code>{}</code></pre>\n", step.Command)
		switch {
		case step.OneWay:
			h.put("<p class=\"oneway\">There is no way back.</p>\n")
		case step.Undo != "":
			h.put("<p>Undo")
			h.putIf(" ({})", step.UndoSays)
			h.put(":</p>\n<pre class=\"undo\"><code>{}</code></pre>\n", step.Undo)
		}
		h.putIf("<p>Wait: {}</p>\n", step.Wait)
		h.put("</li>\n")
	}
	h.put("</ol>\n</details>\n")
}

// pairs writes names and what is said of them, where there are any.
func (h *htmlWriter) pairs(pairs []htmlPair) {
	if len(pairs) == 0 {
		return
	}
	h.put("<dl>\n")
	for _, pair := range pairs {
		h.put("<div><dt>{}</dt><dd>{}</dd></div>\n", pair.Name, pair.Text)
	}
	h.put("</dl>\n")
}

func (h *htmlWriter) foot(foot *htmlFoot) {
	if foot.Gaps {
		h.put("<section id=\"could-not-read\">\n<h2>Could not read</h2>\n<p>What could not be read is neither a pass nor a failure.</p>\n")
		h.pairs(foot.Reads)
		if len(foot.Checks) > 0 {
			h.put("<table>\n<thead><tr><th scope=\"col\">Rule</th><th scope=\"col\">On</th><th scope=\"col\">Why</th></tr></thead>\n<tbody>\n")
			for _, check := range foot.Checks {
				h.put("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", check.Rule, check.On, check.Why)
			}
			h.put("</tbody>\n</table>\n")
		}
		h.put("</section>\n")
	}
	h.put("</main>\n<footer><p>Made by {}, which reads only: no command was run.</p></footer>\n<script>", foot.Tool)
	h.put(htmlScript)
	h.put("</script>\n</body>\n</html>\n")
}
