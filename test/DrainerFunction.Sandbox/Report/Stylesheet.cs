namespace DrainerFunction.Sandbox.Report;

/// <summary>How the page looks: light, dark and on paper. What matters is told by shape as well as by colour.</summary>
internal static class Stylesheet
{
    public const string Text = """

        :root{--page:#f6f7f9;--card:#fff;--ink:#1a2230;--soft:#5c6778;--line:#dfe3ea;--grid:#eef0f4;--ask:#aab4c4;--held:#e8a317;--term:#3b76d6;--bypass:#b14fc0;--stuck:#d3352f;--good:#17803d;--goodbg:#e2f4e7;--bad:#b3231d;--badbg:#fbe6e4;--plainbg:#eceff4;--due:#d3352f;
        --p0:#c9d1dd;--p1:#93a1b8;--p2:#2a9d8f;--p3:#5a8fe0;--p4:#3b76d6;--p5:#7a5bc7}
        @media (prefers-color-scheme:dark){:root{--page:#10141b;--card:#181e28;--ink:#e6eaf1;--soft:#97a3b6;--line:#2a3340;--grid:#212936;--ask:#66728a;--held:#e6ab3a;--term:#5b96f0;--bypass:#c778d6;--stuck:#f0605a;--good:#6fd08f;--goodbg:#17351f;--bad:#ff918b;--badbg:#451c1b;--plainbg:#263040;--due:#f0605a;
        --p0:#4a5568;--p1:#6b7a93;--p2:#3fb8a8;--p3:#7aa9f0;--p4:#5b96f0;--p5:#a58be8}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--ink);font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
        main{max-width:1180px;margin:0 auto;padding:28px 24px 60px}
        h1{font-size:22px;font-weight:650;letter-spacing:-.01em;line-height:1.3;margin:0;text-wrap:balance;overflow-wrap:anywhere}
        .sub{color:var(--soft);margin:2px 0 18px}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(160px,1fr));gap:12px}
        .tile{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 14px;min-width:0}
        .tile b{display:block;font-size:24px;font-weight:650;letter-spacing:-.02em;line-height:1.2}
        .tile span{display:block}
        .tile small{display:block;color:var(--soft);font-size:12px;line-height:1.35;overflow-wrap:anywhere}
        .tile.bad b{color:var(--bad)}
        .legend{display:flex;flex-wrap:wrap;gap:4px 18px;color:var(--soft);font-size:12px;margin:18px 2px 8px}
        .key{display:inline-block;width:18px;height:9px;border-radius:2px;margin-right:6px;vertical-align:0}
        .phases{border-collapse:collapse;margin:14px 2px 0;font-size:12.5px}
        .phases th{font-weight:400;color:var(--soft);text-align:left;padding:1px 22px 1px 0}.phases td{padding:1px 22px 1px 0}
        .phases td:nth-child(4){color:var(--soft)}.phases .key{width:9px}
        .controls{display:flex;flex-wrap:wrap;gap:6px 22px;margin:18px 2px 0;font-size:12.5px}
        fieldset{border:0;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:4px;align-items:center;min-width:0}
        fieldset legend{float:left;color:var(--soft);padding:0;margin-right:8px}
        label{position:relative}label input{position:absolute;opacity:0;inset:0;margin:0;cursor:pointer}
        label span{display:block;border:1px solid var(--line);border-radius:99px;padding:1px 10px;background:var(--card)}
        label input:checked+span{border-color:var(--term);box-shadow:inset 0 0 0 1px var(--term);font-weight:600}
        label input:focus-visible+span{outline:2px solid var(--term);outline-offset:1px}
        .nodes{display:flex;flex-direction:column;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:0 14px}
        .node{border-top:1px solid var(--line);break-inside:avoid-page}
        .node>summary,.row,.ruler{display:grid;grid-template-columns:minmax(120px,230px) minmax(0,1fr) 206px;gap:12px;align-items:center}
        summary{cursor:pointer;list-style:none;padding:7px 0}
        summary::-webkit-details-marker{display:none}
        .node>summary .name::before{content:"";display:inline-block;width:6px;height:6px;border:solid var(--soft);border-width:0 1.5px 1.5px 0;transform:rotate(-45deg);margin:0 9px 1px 2px;transition:transform .12s}
        .node[open]>summary .name::before{transform:rotate(45deg)}
        summary:hover .name{text-decoration:underline;text-underline-offset:2px}
        summary:focus-visible{outline:2px solid var(--term);outline-offset:1px;border-radius:4px}
        .name{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
        summary .name{font-weight:550}
        .end{display:flex;gap:8px;align-items:center}.took{min-width:52px;color:var(--soft)}
        .headline{margin:2px 0 10px;font-weight:600;overflow-wrap:anywhere}
        .raw{margin-top:14px;font-size:12px}.raw summary{color:var(--soft);padding:2px 0}.raw summary::before{content:"▸ "}.raw[open] summary::before{content:"▾ "}
        .raw pre{margin:4px 0 0;padding:10px 12px;background:var(--grid);border-radius:8px;white-space:pre-wrap;overflow-wrap:anywhere;font-size:11px;max-height:340px;overflow:auto}
        .badge{justify-self:start;border-radius:99px;padding:1px 10px;font-size:12px;background:var(--plainbg);white-space:nowrap}
        .good .badge{background:var(--goodbg);color:var(--good)}
        .bad .badge{background:var(--badbg);color:var(--bad);font-weight:600}
        .track{position:relative;display:block;height:14px;background:var(--grid);border-radius:3px}
        .track i{position:absolute;top:0;bottom:0;min-width:1.5px;border-radius:2px}
        .ask{background:var(--ask)}
        .held{background:repeating-linear-gradient(135deg,var(--held) 0 5px,color-mix(in srgb,var(--held) 62%,var(--card)) 5px 8px)}
        .term{background:var(--term)}
        .bypass{background:repeating-linear-gradient(45deg,var(--bypass) 0 3px,color-mix(in srgb,var(--bypass) 60%,var(--card)) 3px 6px)}
        .stuck{background:repeating-linear-gradient(90deg,var(--stuck) 0 6px,color-mix(in srgb,var(--stuck) 66%,var(--card)) 6px 9px)}
        .inv{background:color-mix(in srgb,var(--soft) 55%,transparent)}
        .p0{background:var(--p0)}.p1{background:var(--p1)}.p2{background:var(--p2)}.p3{background:var(--p3)}.p4{background:var(--p4)}.p5{background:var(--p5)}
        .track i.gone{width:9px;min-width:9px;height:9px;top:2.5px;bottom:auto;margin-left:-4.5px;border-radius:50%;background:var(--card);border:2px solid var(--ink)}
        .key.gone{width:9px;border-radius:50%;border:2px solid var(--ink)}
        .track i.beat{width:0;min-width:0;top:2px;bottom:auto;margin-left:-4px;border-radius:0;border:solid transparent;border-width:0 4px 9px;border-bottom-color:var(--p5)}
        .track i.deadline{width:2px;min-width:2px;top:-3px;bottom:-3px;background:var(--due);border-radius:0}
        .key.beat{width:0;height:0;border:solid transparent;border-width:0 4px 9px;border-bottom-color:var(--p5);border-radius:0}
        .key.due{width:2px;height:13px;vertical-align:-2px;background:var(--due)}
        .body{padding:4px 0 22px}
        .facts{display:flex;flex-wrap:wrap;gap:4px 26px;margin:4px 0 16px;padding:10px 14px;background:var(--grid);border-radius:8px}
        .facts dt{color:var(--soft);font-size:11.5px}
        .facts dd{margin:0;overflow-wrap:anywhere}
        .row,.chart .ruler{min-height:20px}
        .row .name{font-size:12.5px;color:var(--soft);text-align:right}
        .row .name,.row .note{white-space:normal;overflow-wrap:anywhere;line-height:1.25}
        .row.pod .name{color:var(--ink)}
        .row .note,.ruler .note{font-size:12px;color:var(--soft)}
        .row:not(.steps):hover{background:color-mix(in srgb,var(--term) 7%,transparent)}
        .words{display:flex;flex-wrap:wrap;gap:2px 16px;grid-column:2/4;font-size:12px;color:var(--soft);padding:1px 0 5px}
        .words b{color:var(--ink);font-weight:550}
        .words .key{width:9px;border-radius:2px}
        .gap{height:10px}
        .ruler{font-size:11.5px;color:var(--soft)}
        .nodes>.ruler{padding:10px 0 4px}.ruler .name{font-size:11.5px}
        .ruler .track{background:none;height:17px;border-bottom:1px solid var(--line)}
        .ruler b{position:absolute;font-weight:400;transform:translateX(-50%);white-space:nowrap;bottom:2px}
        .ruler b:first-child{transform:none}
        .chart .ruler{margin-bottom:6px;padding-top:12px}
        .more{color:var(--soft);font-size:12px;margin:6px 0 0;text-align:center}
        @media screen and (max-width:760px){main{padding:16px 12px 40px}h1{font-size:18px}
        .node>summary,.row,.ruler{grid-template-columns:minmax(0,1fr) auto;gap:2px 10px}
        .node>summary .name{grid-area:1/1}.end{grid-area:1/2}.node>summary .track,.ruler .track{grid-area:2/1/3/3}.nodes>.ruler{padding-top:6px}
        .row{padding:3px 0}.row .name{grid-area:1/1;text-align:left}.row .note{grid-area:1/2;text-align:right;max-width:55vw}.row .track{grid-area:2/1/3/3}.ruler .note,.row.steps>:first-child{display:none}.row .words{grid-column:1/3}
        .ruler b:nth-child(even){display:none}.phases th,.phases td{padding-right:10px}.phases td:nth-child(4){display:none}.tiles{grid-template-columns:repeat(auto-fit,minmax(140px,1fr))}}
        @media print{:root{--page:#fff;--card:#fff;--ink:#111;--soft:#555;--line:#ccc;--grid:#f1f2f4;--ask:#aab4c4;--held:#d89a1c;--term:#3b76d6;--bypass:#9a3fab;--stuck:#c22f29;--good:#17803d;--goodbg:#fff;--bad:#b3231d;--badbg:#fff;--plainbg:#fff;--due:#c22f29;
        --p0:#c9d1dd;--p1:#93a1b8;--p2:#2a9d8f;--p3:#5a8fe0;--p4:#3b76d6;--p5:#7a5bc7}
        *{print-color-adjust:exact;-webkit-print-color-adjust:exact}main{max-width:none;padding:0 1px}.controls,.raw{display:none}.nodes{display:block}.node[open],.node.bad{break-inside:auto}.row{break-inside:avoid}summary{break-after:avoid}
        .node.bad::details-content{content-visibility:visible;block-size:auto}
        body{font-size:11px}h1{font-size:17px}.tiles{gap:8px;grid-template-columns:repeat(auto-fit,minmax(100px,1fr))}.tile{padding:7px 9px}.tile b{font-size:16px}.legend{gap:2px 12px}.tile small,.legend,.words,.ruler,.badge,.facts dt{font-size:9.5px}
        summary{padding:3px 0}.node>summary,.row,.ruler{grid-template-columns:160px minmax(0,1fr) 158px}.row,.chart .ruler{min-height:16px}.row .name,.row .note,.ruler .note{font-size:9.5px}
        .track{height:10px}.track i.gone{width:7px;min-width:7px;height:7px;top:1.5px;margin-left:-3.5px}.track i.beat{top:1px;border-width:0 3px 7px}}

        """;
}
