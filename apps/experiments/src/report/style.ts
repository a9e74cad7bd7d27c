/** The style sheet of a page: light and dark as the reader's system has it, down to 360 px. */
export const STYLE = `
:root { color-scheme: light dark; --ground: #fdfdfc; --raised: #f3f4f3; --text: #1f2328; --soft: #5b636c; --line: #d8dbdf; --loud: #fff1cc; --accent: #0067a5;
  --good: #1a7f37; --bad: #b3261e; --heat: 0, 103, 165;
  --c0: #0072b2; --c1: #c77700; --c2: #00875f; --c3: #c64a00; --c4: #6f7782; --c5: #a8478a; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #16181b; --raised: #1f2226; --text: #e4e6e9; --soft: #a3abb4; --line: #373c42; --loud: #4a3a10; --accent: #6cb8ea;
    --good: #4ac26b; --bad: #ff8a80; --heat: 88, 166, 255;
    --c0: #56b4e9; --c1: #f0b040; --c2: #2fc79a; --c3: #ff7f50; --c4: #a3abb4; --c5: #e39bc8; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 76rem; background: var(--ground); color: var(--text); font: .95rem/1.5 system-ui, sans-serif; }
h1 { margin: 0 0 1rem; font-size: 1.7rem; line-height: 1.25; overflow-wrap: anywhere; } h2 { margin: 1.5rem 0 .3rem; padding-top: .7rem; border-top: 1px solid var(--line); font-size: 1.35rem; }
h3 { margin: .9rem 0 .2rem; font-size: 1.05rem; } p { margin: .4rem 0; }
p, li, figcaption { max-width: 58rem; overflow-wrap: anywhere; } .soft, figcaption { color: var(--soft); font-size: .875rem; line-height: 1.4; }
.loud { background: var(--loud); padding: .6rem .9rem; border-radius: .4rem; max-width: none; }
a { color: var(--accent); } code { font-size: .92em; }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr)); gap: 0 1.5rem; align-items: start; }
.grid.two { grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
@media (min-width: 72rem) { .grid > .rest { grid-column: span 2; } }
.grid > * { min-width: 0; }
figure { margin: .5rem 0; } figcaption { margin-top: .25rem; }
dl.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .6rem; margin: 1rem 0; }
dl.facts > div { background: var(--raised); border-radius: .5rem; padding: .55rem .8rem; }
dl.facts dt { color: var(--soft); font-size: .8rem; } dl.facts dd { margin: 0; font-size: 1.35rem; font-weight: 600; line-height: 1.3; } dl.facts dd + dd { color: var(--soft); font-size: .8rem; font-weight: 400; }
dl.origin { display: grid; grid-template-columns: max-content 1fr; gap: .15rem .9rem; margin: 1rem 0; font-size: .875rem; } @media (min-width: 60rem) { dl.origin { grid-template-columns: max-content 1fr max-content 1fr; } } dl.origin dt { color: var(--soft); } dl.origin dd { margin: 0; overflow-wrap: anywhere; }
nav ul { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: .5rem 1.5rem; padding: 0; list-style: none; } nav .soft { display: block; }
/* Charts. */
.plot { position: relative; } svg.chart { display: block; width: 100%; height: auto; touch-action: pan-y; overflow: visible; }
svg.chart text { fill: var(--soft); font: 10.5px system-ui, sans-serif; } svg.chart text.y { text-anchor: end; } svg.chart text.x { text-anchor: middle; }
svg.chart path { fill: none; stroke-linejoin: round; } svg.chart .grid { display: inline; stroke: var(--line); stroke-width: .6; } svg.chart .axis { stroke: var(--soft); stroke-width: .8; }
svg .back { stroke: var(--soft); stroke-width: .6; opacity: .5; } svg .line { stroke-width: 1.8; } svg .thin { stroke-width: .6; opacity: .35; } svg .rule { stroke: var(--soft); stroke-width: .8; }
svg .dashed { stroke-dasharray: 5 3.5; }
${[0, 1, 2, 3, 4, 5].map((color) => `.c${color} { --c: var(--c${color}); }`).join(' ')}
svg path.line, svg path.thin { stroke: var(--c); } svg circle { fill: var(--c); }
.legend { display: flex; flex-wrap: wrap; gap: 0 .9rem; margin: 0 0 .3rem; padding: 0; list-style: none; font-size: .8rem; }
.legend li::before { content: ''; display: inline-block; width: 1.3em; margin-right: .4em; border-top: 3px solid var(--c); vertical-align: .25em; } .legend li.dashed::before { border-top-style: dashed; } .legend li.dotted::before { width: .5em; height: .5em; border: 0; border-radius: 50%; background: var(--c); vertical-align: .05em; }
.tip { position: absolute; top: 0; z-index: 1; padding: .3rem .5rem; border: 1px solid var(--line); border-radius: .3rem; background: var(--ground); font-size: .8rem; line-height: 1.35; pointer-events: none; max-width: 14rem; }
.tip[hidden] { display: none; } .tip span { display: block; font-variant-numeric: tabular-nums; } .tip span::before { content: ''; display: inline-block; width: .6em; height: .6em; margin-right: .4em; border-radius: 50%; background: var(--c); }
/* Tables; on a phone each row of a wide one is a block. */
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; margin: .6rem 0; }
th, td { padding: .16rem .6rem; text-align: right; border-bottom: 1px solid var(--line); } td { white-space: nowrap; }
th:first-child { padding-left: 0; text-align: left; } thead th { font-weight: 600; vertical-align: bottom; } tbody th { font-weight: normal; white-space: nowrap; }
.grouped tbody tr:first-child > * { border-top: 1px solid var(--soft); } .grouped tbody tr > * { border-bottom: 0; }
.grouped tbody tr:not(:first-child) > * { padding-top: 0; padding-bottom: .1rem; color: var(--soft); font-size: .875em; } .grouped tbody tr:not(:first-child) th { padding-left: 1.2rem; }
@media (max-width: 44rem) {
  table { font-size: .74rem; line-height: 1.3; width: 100%; } th, td { padding: .16rem .22rem; white-space: normal !important; } thead th { font-size: .7rem; hyphens: auto; }
  table.wide thead { display: none; } table.wide, table.wide tbody { display: block; } table.wide tr { display: grid; grid-template-columns: 1fr 1fr; column-gap: 1.2rem; } table.wide { font-size: .8rem; }
  table.wide tr { padding: .35rem 0; border-bottom: 1px solid var(--line); } table.wide th { grid-column: 1 / -1; padding: 0; border: 0; font-weight: 600; }
  table.wide td { display: flex; justify-content: space-between; gap: .6rem; padding: 0; border: 0; } table.wide td::before { content: attr(data-heading); color: var(--soft); text-align: left; }
  table.wide td.none { display: none; } .grouped tbody tr:not(:first-child) th { padding-left: .5rem; }
}
table.matrix { table-layout: fixed; width: 100%; font-size: .75rem; } .matrix th, .matrix td { padding: .14rem .1rem; white-space: normal; text-align: center; border: 1px solid var(--ground); overflow: hidden; }
.matrix thead th { border: 0; font-weight: normal; } .matrix thead span { writing-mode: vertical-rl; transform: rotate(180deg); } .matrix tbody th { text-align: left; overflow-wrap: anywhere; line-height: 1.2; }
.matrix th:first-child { width: 27%; } .matrix td { background: rgba(var(--heat), calc(var(--share) * .75)); } .matrix td.own { outline: 1.5px solid var(--soft); outline-offset: -1.5px; }
/* Garments. */
.garments { display: grid; grid-template-columns: repeat(5, 1fr); gap: .35rem .3rem; margin: 0 0 .5rem; padding: 0; list-style: none; font-size: .72rem; line-height: 1.25; }
.garments li { text-align: center; } .garments img { display: block; margin: 0 auto .1rem; width: 44px; height: auto; border-radius: 3px; image-rendering: pixelated; }
.garments .right { color: var(--good); } .garments .wrong { color: var(--bad); }
.mask { width: 100%; max-width: 168px; border-radius: 3px; image-rendering: pixelated; }
.masks { display: grid; grid-template-columns: 168px 168px; gap: .8rem; } @media (max-width: 24rem) { .masks { grid-template-columns: 1fr 1fr; } }
/* Formulas beside their code. */
.formula math { font-family: 'STIX Two Math', 'Cambria Math', 'Latin Modern Math', 'DejaVu Math TeX Gyre', math, serif; font-size: 1.1rem; margin: .3rem 0; } .formula p { margin: .2rem 0; }
pre { margin: .2rem 0; padding: .4rem .7rem; border-radius: .4rem; background: var(--raised); font-size: .78rem; line-height: 1.4; white-space: pre-wrap; overflow-wrap: anywhere; } .source { font-size: .75rem; color: var(--soft); overflow-wrap: anywhere; }
details.check { margin: .6rem 0; } details.check summary { cursor: pointer; color: var(--good); font-weight: 600; } details.check.failed summary { color: var(--bad); } details ul { margin: .3rem 0; }
.histogram { display: block; width: 100%; height: 2rem; } .histogram path { fill: var(--c); stroke: none; }
table.activations { width: 100%; margin-top: 0; table-layout: fixed; } .activations td { padding: .1rem .4rem; white-space: normal; font-size: .75rem; text-align: center; } .activations th { white-space: normal; } .activations th:first-child { width: 24%; } .activations thead th { text-align: center; }
blockquote { margin: .5rem 0; padding: 0 .9rem; border-left: 3px solid var(--accent); max-width: 60rem; font-style: italic; } blockquote p { margin: .2rem 0; max-width: none; }
@media print { details.check > :not(summary) { display: block; } }
`;
