package export

// htmlStyle is readable on light and dark screens and on paper.
const htmlStyle = `
:root{color-scheme:light dark;--text:#1b1f24;--muted:#57606a;--ground:#fff;--panel:#f6f8fa;--line:#d0d7de;--link:#0550ae;
--critical:#a40e26;--high:#b5310b;--medium:#7d4e00;--low:#0550ae;--info:#57606a}
@media screen and (prefers-color-scheme:dark){:root{--text:#e6edf3;--muted:#9da7b3;--ground:#0d1117;--panel:#161b22;--line:#30363d;
--link:#79c0ff;--critical:#ff9492;--high:#ffa657;--medium:#e3c057;--low:#79c0ff;--info:#9da7b3}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem;max-width:72rem;color:var(--text);background:var(--ground);
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.6rem;margin:0}h2{font-size:1.2rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:.75rem 0 .25rem}
p{margin:.25rem 0}a{color:var(--link)}
.made,.where,.id,.nature,footer,.absent{color:var(--muted)}.id{font-size:.8rem}
.part,.where,.nature{font-weight:normal}
.narrowed,.unread{padding:.5rem .75rem;background:var(--panel);border-left:.25rem solid var(--line)}
.sums{display:flex;flex-wrap:wrap;gap:.5rem;list-style:none;margin:1rem 0;padding:0}
.sums li{padding:.25rem .75rem;background:var(--panel);border:1px solid var(--line);border-radius:.4rem}
.critical,.critical b{color:var(--critical)}.high,.high b{color:var(--high)}.medium,.medium b{color:var(--medium)}
.low,.low b{color:var(--low)}.info,.info b,.waived,.waived b{color:var(--info)}
.severity{font-weight:bold;margin-right:.5rem}
code,pre,dt,.id{font-family:ui-monospace,SFMono-Regular,Consolas,"Liberation Mono",monospace}
code,pre,dt{font-size:.85rem}
pre{padding:.5rem .75rem;background:var(--panel);border:1px solid var(--line);border-radius:.4rem;white-space:pre-wrap}
pre.undo{border-style:dashed}
table{width:100%;border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--line)}
.number{text-align:right;padding-right:0}
.finding{margin:.75rem 0;padding:.25rem 0 .25rem 1rem;border-left:.2rem solid var(--line)}
dl{margin:.25rem 0}dl div{display:grid;grid-template-columns:fit-content(45%) minmax(0,1fr);gap:.75rem}dt{color:var(--muted)}dd{margin:0}
summary{cursor:pointer;color:var(--link)}
.oneway,.nofix,.waiver{font-style:italic}
form{display:flex;flex-wrap:wrap;gap:1rem;align-items:center;padding:.75rem;background:var(--panel);border:1px solid var(--line);border-radius:.4rem}
form[hidden],[hidden]{display:none}
fieldset{display:flex;flex-wrap:wrap;gap:.75rem;border:0;margin:0;padding:0}legend{float:left;padding:0;margin-right:.75rem}
input[type=search]{font:inherit;padding:.25rem .5rem;min-width:16rem}
footer{margin-top:2rem;border-top:1px solid var(--line)}
@media print{body{max-width:none;padding:0;font-size:10pt}form{display:none}a{color:inherit}
details::details-content{content-visibility:visible;block-size:auto;height:auto}
h2,h3,summary{break-after:avoid}.finding li,pre,tr{break-inside:avoid}}
`

// htmlScript filters. The page is whole without it.
const htmlScript = `
(function () {
  "use strict";
  var form = document.getElementById("filter"), words = document.getElementById("words");
  var shown = document.getElementById("shown"), unfold = document.getElementById("unfold");
  var boxes = form.querySelectorAll("input[type=checkbox]");
  var rules = Array.prototype.map.call(document.querySelectorAll("section.rule"), function (section) {
    return {
      section: section,
      severity: section.getAttribute("data-severity"),
      title: section.querySelector("h2").textContent.toLowerCase(),
      findings: Array.prototype.map.call(section.querySelectorAll(".finding"), function (finding) {
        return { element: finding, text: finding.textContent.toLowerCase() };
      })
    };
  });
  function filter() {
    var wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean), on = {}, left = 0, all = 0;
    boxes.forEach(function (box) { on[box.value] = box.checked; });
    rules.forEach(function (rule) {
      var some = 0;
      rule.findings.forEach(function (finding) {
        var match = on[rule.severity] && wanted.every(function (word) {
          return finding.text.indexOf(word) >= 0 || rule.title.indexOf(word) >= 0;
        });
        finding.element.hidden = !match;
        all++;
        if (match) { some++; }
      });
      rule.section.hidden = some === 0;
      left += some;
    });
    shown.textContent = left === all ? all + " findings" : left + " of " + all + " findings";
  }
  function open(value) {
    document.querySelectorAll("details").forEach(function (details) { details.open = value; });
  }
  unfold.addEventListener("click", function () {
    var folded = unfold.textContent === "Unfold all";
    open(folded);
    unfold.textContent = folded ? "Fold all" : "Unfold all";
  });
  words.addEventListener("input", filter);
  form.addEventListener("change", filter);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  window.addEventListener("beforeprint", function () { open(true); });
  form.hidden = false;
  filter();
})();
`
