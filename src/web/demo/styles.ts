// What the demo page has beyond the style sheet of all pages.

export const DEMO_STYLES = `
:root{--bad:#a92525;--bad-soft:#fdeeec;--warn:#7d4c00;--warn-soft:#fdf1dc;--ok-line:#8fd0ae}
@media(prefers-color-scheme:dark){:root{--bad:#f59a91;--bad-soft:#371a18;--warn:#ecc078;--warn-soft:#33250f;--ok-line:#2c5c43}}
[hidden]{display:none!important}
.page h1+.soft{margin-top:.25rem}
.card.card-body{padding:1rem 1.25rem}
.stats{display:flex}
.stat{flex:1;min-width:0}
.stat+.stat{margin-left:1rem;padding-left:1rem;border-left:1px solid var(--line)}
.stat dt{font-weight:500}
.stat dd:nth-of-type(1){font-size:1.75rem;font-weight:600;line-height:1.2;letter-spacing:-.02em}
.stat dd:nth-of-type(2){font-size:.75rem;color:var(--ink-3)}
.notice--bad{background:var(--bad-soft);border-color:transparent}
.notice--warn{background:var(--warn-soft);border-color:transparent}
.notice--bad>svg{color:var(--bad)}
.notice--warn>svg{color:var(--warn)}
.notice>svg{flex:none}
.notice p+p{margin-top:.5rem}
.guide{overflow:hidden;border-radius:.625rem}
.guide>li{margin-top:-1px}
[aria-current=step]>.step{color:var(--on-accent);background:var(--accent);box-shadow:none}
.done>.step{color:var(--ok);background:var(--ok-soft);box-shadow:inset 0 0 0 1px var(--ok-line)}
.refused>.step{color:var(--bad);background:var(--bad-soft);box-shadow:none}
.row{display:flex;flex-wrap:wrap;align-items:center;margin:-.25rem}
.row>*{margin:.25rem}
.stack>*+.row{margin-top:.75rem}
.done .row{justify-content:space-between;align-items:baseline}
.guide .btn--primary{width:auto;min-height:2.125rem}
.btn{font-family:inherit;font-size:inherit;cursor:pointer}
.btn[aria-busy=true]{opacity:.6}
.field label{display:block;margin-bottom:.25rem;font-weight:500}
.input{width:100%;max-width:24rem;min-height:2.125rem;padding:0 .625rem;border:1px solid var(--ink-3);border-radius:.375rem;
background:var(--surface);color:var(--ink);font:inherit}
.push{display:flex;padding:.75rem;border-radius:.625rem;background:var(--sunken);box-shadow:inset 0 0 0 1px var(--line)}
.push>svg{flex:none;width:2.5rem;height:2.5rem;margin-right:.75rem}
.push>div{min-width:0;overflow-wrap:anywhere}
.push small{color:var(--ink-3)}
.vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media(max-width:39.99rem){.btn,.input{min-height:2.5rem}.guide .btn--primary{width:100%;min-height:2.75rem}}
`;
