/** Styles of the HTML review; light and dark follow the reader's setting. */
export const STYLE = `
:root{color-scheme:light dark;--fg:#1e293b;--bg:#fff;--soft:#f1f5f9;--line:#cbd5e1;--red:#b91c1c;--green:#15803d;--amber:#a16207;--violet:#7e22ce;--blue:#1d4ed8;--redbg:#fee2e2;--greenbg:#dcfce7;--amberbg:#fef9c3}
@media (prefers-color-scheme:dark){:root{--fg:#e2e8f0;--bg:#0f172a;--soft:#1e293b;--line:#475569;--red:#fca5a5;--green:#86efac;--amber:#fde047;--violet:#d8b4fe;--blue:#93c5fd;--redbg:#450a0a;--greenbg:#052e16;--amberbg:#422006}}
body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif}
main{max-width:1100px;margin:0 auto;padding:24px}
h1{font-size:22px;margin:0}h2{font-size:18px;margin:28px 0 8px;border-bottom:1px solid var(--line);padding-bottom:4px}h3{font-size:15px;margin:16px 0 4px}
.made,small,.identity,.remark,.counts li.zero,.accepted{color:color-mix(in srgb,var(--fg) 70%,var(--bg))}.made{margin:0}
#verdict{font-size:18px;font-weight:600;padding:12px 16px;background:var(--greenbg);border-radius:8px}#verdict.danger{background:var(--redbg)}
.counts{display:flex;flex-wrap:wrap;gap:8px;list-style:none;padding:0}.counts li{padding:4px 12px;border:1px solid var(--line);border-radius:16px}.counts .zero{border-style:dashed}
table{border-collapse:collapse;width:100%;font-size:14px}th,td{text-align:left;vertical-align:top;padding:4px 10px;border-bottom:1px solid var(--line);overflow-wrap:anywhere}th{font-weight:600;overflow-wrap:normal;background:var(--soft)}
code,pre{font:13px/1.5 ui-monospace,monospace}pre{margin:0;white-space:pre-wrap}
.scroll{overflow-x:auto}details,.change{margin:6px 0}summary{cursor:pointer}
.mark{display:inline-block;min-width:76px;font:600 13px ui-monospace,monospace}
.create,.add{color:var(--green)}.update,.medium,.risk{color:var(--amber)}.replace,.delete,.high,.lost,.gap,.remove,.forces{color:var(--red)}.forget,.unknown{color:var(--violet)}.read,.import,.move{color:var(--blue)}
td.add,td.remove{font-family:ui-monospace,monospace;font-size:13px}td.computed{font-style:italic}
.effect,.severity{font-weight:700;white-space:nowrap;overflow-wrap:normal}.usd{text-align:right;font-variant-numeric:tabular-nums}.accepted .severity{text-decoration:line-through}
.diagram{max-width:100%;height:auto}.diagram text{fill:var(--fg);font:600 13px system-ui,sans-serif}.diagram text.type{font:11px ui-monospace,monospace}.diagram text.label{font:11px system-ui,sans-serif;paint-order:stroke;stroke:var(--bg);stroke-width:4px}
.diagram rect{fill:var(--soft);stroke:var(--line);stroke-width:1.5}.diagram .flow{fill:none;stroke:var(--fg);stroke-width:1.8}.diagram marker path{fill:var(--fg)}
.diagram .create rect{fill:var(--greenbg);stroke:var(--green)}.diagram .update rect{fill:var(--amberbg);stroke:var(--amber)}.diagram .replace rect{fill:var(--redbg);stroke:var(--red);stroke-width:3}.diagram .delete rect{fill:var(--redbg);stroke:var(--red);stroke-dasharray:5}
@media print{details{break-inside:avoid}}
`;
