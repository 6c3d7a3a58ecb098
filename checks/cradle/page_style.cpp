// How pages look. Colours are named once for each scheme; drawings of Graphviz are recoloured by
// the same names.

#include <string_view>

#include "checks/cradle/page_parts.h"

namespace cradle {
namespace {

constexpr std::string_view kStyle = R"(
:root {
  --paper: #fbfbfa; --card: #ffffff; --ink: #1d2127; --soft: #5b6470; --line: #dfe3e8;
  --block: #f3f4f6; --pass: #1b7f3b; --fail: #c1272d; --undecided: #9a6200; --idle: #6b7280;
  --wrong: #fdecea; --input: #e8f0fe; --on: #ffffff; --accent: #2456a6;
  --s0: #1f6fc4; --s1: #d1495b; --s2: #2e8b57; --s3: #8a5cc2; --s4: #c17a00; --s5: #4d7d8f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --card: #1c2026; --ink: #e7eaee; --soft: #a0a9b4; --line: #343b45;
    --block: #12151a; --pass: #5bc980; --fail: #ff8078; --undecided: #e5b254; --idle: #98a2b0;
    --wrong: #47201f; --input: #1f3050; --on: #14171b; --accent: #8cb4ff;
    --s0: #6cb0ff; --s1: #ff8a98; --s2: #6fd19a; --s3: #c3a1f5; --s4: #f0b551; --s5: #8fc1d3;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main { max-width: 70rem; margin: 0 auto; padding: 1.5rem 1rem 1rem; }
footer { max-width: 70rem; margin: 0 auto; padding: 0 1rem 2rem; color: var(--soft);
  font-size: .85rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2rem 0 .6rem; }
h3 { font-size: 1.1rem; margin: 0 0 .4rem; }
h3 small { color: var(--soft); font-weight: 400; font-size: .9rem; }
h4 { font-size: .85rem; margin: 1.2rem 0 .3rem; color: var(--soft); font-weight: 600; }
p { margin: .3rem 0; overflow-wrap: anywhere; }
.note { color: var(--soft); font-size: .92rem; }
.message { font-size: 1.02rem; }
.cause { font-weight: 600; }
.kind { color: var(--fail); }
.badge { display: inline-block; border-radius: .35rem; padding: 0 .5em; color: var(--on);
  background: var(--idle); font-weight: 600; white-space: nowrap; font-size: .85em; }
h1 .badge { font-size: 1.35rem; padding: .1rem .8rem; margin-right: .4rem; }
.badge.pass { background: var(--pass); }
.badge.fail { background: var(--fail); }
.badge.undecided { background: var(--undecided); }
.badge.idle { background: none; color: var(--idle); padding: 0; font-weight: 400; }
article, .card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
  padding: 1rem 1.1rem 1.1rem; margin: 0 0 1.2rem; }
.facts { display: flex; flex-wrap: wrap; gap: .5rem 1.6rem; margin: .8rem 0; }
.facts dt { color: var(--soft); font-size: .8rem; }
.facts dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.wide, pre, .graph, .chart { overflow-x: auto; max-width: 100%; }
.wide { border: 1px solid var(--line); border-radius: .6rem; background: var(--card); }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; padding: .35rem .7rem; vertical-align: top; }
th { color: var(--soft); font-weight: 600; font-size: .8rem; white-space: nowrap; }
td { border-top: 1px solid var(--line); }
td small { display: block; color: var(--soft); min-width: 11rem; }
td.reason { color: var(--soft); }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tr.wrong td { background: var(--wrong); }
td.wrong, b.wrong { color: var(--fail); font-weight: 700; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono",
  monospace; font-size: .86rem; }
td code { white-space: nowrap; }
td.words { min-width: 15rem; }
td.lines code { white-space: normal; }
pre { background: var(--block); border: 1px solid var(--line); border-radius: .5rem; margin: 0;
  padding: .7rem .9rem; line-height: 1.45; }
.command { display: flex; align-items: flex-start; gap: .5rem; margin: .3rem 0; }
.command pre { flex: 1 1 auto; min-width: 0; }
.command button { flex: none; font: inherit; font-size: .8rem; min-width: 4.5rem;
  color: var(--accent); background: var(--card); border: 1px solid var(--line);
  border-radius: .4rem; padding: .45rem .6rem; cursor: pointer; }
.command button[hidden] { display: none; }
.side { display: flex; flex-wrap: wrap; gap: 0 1.5rem; }
.side > div { flex: 1 1 18rem; min-width: 0; max-width: 100%; }
.side > div + div { flex-grow: 2; }
pre.program, .command pre { max-height: 22rem; overflow-y: auto; }
.graph { padding: .2rem 0; }
.graph svg { display: block; max-width: 100%; height: auto; }
.graph text { fill: var(--ink); font-family: Helvetica, Arial, sans-serif; }
.graph g > polygon[stroke="transparent"], .graph g > polygon[stroke="none"] { fill: none; }
.graph [stroke="black"] { stroke: var(--soft); }
.graph [fill="black"] { fill: var(--soft); }
.graph [stroke="black"][fill="white"] { fill: var(--card); }
.graph [fill="#e8f0fe"] { fill: var(--input); }
.graph [fill="#fdecea"] { fill: var(--wrong); }
.graph [stroke="#c62828"] { stroke: var(--fail); }
a { color: inherit; text-decoration-color: var(--line); text-underline-offset: .2em; }
.contents { margin: .3rem 0; padding-left: 1.4rem; overflow-wrap: anywhere; }
.also { margin: .4rem 0; padding-left: 1.2rem; color: var(--soft); font-size: .92rem;
  overflow-wrap: anywhere; }
.words { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; list-style: none; padding: 0; }
.words code { overflow-wrap: anywhere; }
details { margin: .9rem 0 0; }
summary { cursor: pointer; color: var(--accent); }
details > :not(summary) { margin-top: .5rem; }
.chart svg { display: block; min-width: 21rem; width: 100%; max-width: 36rem; height: auto; }
.chart text { fill: var(--soft); font-size: 12px; font-family: inherit; }
.chart .axis { stroke: var(--soft); stroke-width: 1; }
.chart .grid { stroke: var(--line); stroke-width: 1; }
.series { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
.dashed { stroke-dasharray: 7 5; }
.chart circle { stroke-dasharray: none; }
.s0 { stroke: var(--s0); } .s1 { stroke: var(--s1); } .s2 { stroke: var(--s2); }
.s3 { stroke: var(--s3); } .s4 { stroke: var(--s4); } .s5 { stroke: var(--s5); }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.3rem; list-style: none; padding: 0;
  margin: .3rem 0 0; font-size: .9rem; }
.legend svg { width: 2rem; height: .7rem; margin-right: .4rem; vertical-align: middle; }
.errors { display: grid; grid-template-columns: repeat(auto-fill, minmax(18rem, 1fr));
  gap: .8rem; }
figure { margin: 0; background: var(--card); border: 1px solid var(--line);
  border-radius: .6rem; padding: .6rem .7rem; break-inside: avoid; }
figcaption { color: var(--soft); font-size: .85rem; overflow-wrap: anywhere; }
.errors svg { display: block; width: 100%; height: auto; }
.errors text { fill: var(--soft); font-size: 10px; font-family: inherit; }
.errors .axis { stroke: var(--soft); stroke-width: 1; }
.bar { fill: var(--s0); }
.bar.last { fill: var(--s4); }
@media (max-width: 40rem) {
  main { padding: 1rem .7rem; }
  h1 { font-size: 1.35rem; }
  article, .card { padding: .8rem .75rem; }
  th, td { padding: .35rem .5rem; }
  td small { display: none; }
  .command button { min-width: 0; }
}
@media print {
  :root {
    --paper: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --block: #f6f6f6;
    --pass: #1b7f3b; --fail: #c1272d; --undecided: #9a6200; --idle: #555; --wrong: #fdecea;
    --input: #e8f0fe; --on: #fff; --accent: #000;
    --s0: #1f6fc4; --s1: #d1495b; --s2: #2e8b57; --s3: #8a5cc2; --s4: #c17a00; --s5: #4d7d8f;
  }
  body { font-size: 10pt; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main, footer { max-width: none; padding: 0; }
  button, details:not([open]) { display: none; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  th, td code { white-space: normal; }
  pre.program, .command pre { max-height: none; }
  .wide, .graph, .chart { overflow: visible; }
  .graph svg, .chart svg { min-width: 0 !important; max-width: 100%; height: auto; }
  h2, h3, h4 { break-after: avoid; }
  tr, .graph, .chart, header { break-inside: avoid; }
}
)";

// Without a script there is no button: it is hidden until it works. Where a page may not write to
// the clipboard, the text is selected.
constexpr std::string_view kScript = R"(
for (const button of document.querySelectorAll('.command button')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    const block = button.parentNode.querySelector('pre');
    let done = 'copied';
    try {
      await navigator.clipboard.writeText(block.textContent);
    } catch {
      getSelection().selectAllChildren(block);
      if (!document.execCommand('copy')) done = 'selected';
    }
    button.textContent = done;
    setTimeout(() => { button.textContent = 'copy'; }, 2000);
  });
}
)";

}  // namespace

std::string_view page_style() { return kStyle; }

std::string_view page_script() { return kScript; }

}  // namespace cradle
