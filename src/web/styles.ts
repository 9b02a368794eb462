// The style sheet of the pages for everybody, as text. It has the look of the dashboard's design in older words: the last
// browsers for Android 7 know no light-dark(), oklch(), layers, nested rules, containers or gaps in flex boxes, and a page
// whose colours are not understood shows no button.

const TOKENS = `
:root{color-scheme:light dark;--surface:#fff;--sunken:#f1f5f8;--hover:#eaf0f4;--line:#dee4e8;--line-strong:#c7cfd4;
--ink:#122028;--ink-2:#434f58;--ink-3:#5c6a71;--accent:#006777;--accent-hover:#005565;--accent-ink:#005b6b;
--on-accent:#fff;--lead:#cf542c;--ok:#0a693c;--ok-soft:#e5f8ed;--plan:#0a2a33;
--font:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
--mono:ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace}
@media(prefers-color-scheme:dark){:root{--surface:#11171b;--sunken:#0a0f13;--hover:#1c242a;--line:#232b31;
--line-strong:#353f46;--ink:#ebeff2;--ink-2:#b4bcc1;--ink-3:#8e9ba0;--accent:#6bccd4;--accent-hover:#8cdee4;
--accent-ink:#81d8df;--on-accent:#03171e;--lead:#ea7b4e;--ok:#6cd79d;--ok-soft:#132c20;--plan:#051116}}
`;

const ELEMENTS = `
*,::before,::after{box-sizing:border-box;margin:0}
html{-webkit-text-size-adjust:none;text-size-adjust:none}
body{background:var(--surface);color:var(--ink);font:400 .875rem/1.5 var(--font);min-height:100vh;
-webkit-font-smoothing:antialiased;overflow-wrap:break-word;word-wrap:break-word}
h1,h2{font-weight:600;line-height:1.3;font-size:1rem;letter-spacing:-.01em;text-wrap:balance}
h1{font-size:1.375rem;letter-spacing:-.012em;overflow-wrap:anywhere;min-width:0}
p{text-wrap:pretty}
a{color:var(--accent-ink);text-underline-offset:.2em}
ul,ol{padding:0;list-style:none}
summary{cursor:pointer}
svg{display:block;max-width:100%;flex:none}
code{font-family:var(--mono);font-size:.92em;font-variant-ligatures:none;overflow-wrap:anywhere;word-break:break-word}
dl,time{font-variant-numeric:tabular-nums}
strong{font-weight:600}
small{display:block}
small,dt,.small{font-size:.8125rem}
small,dt,.muted{color:var(--ink-3)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.i{width:1rem;height:1rem;stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round}
.hull-lo{fill:var(--lead)}
.soft{color:var(--ink-2)}
.center{text-align:center}
.all{user-select:all;-webkit-user-select:all}
`;

const FRAME = `
.top{display:flex;align-items:center;min-height:3.25rem;padding:0 1rem;border-bottom:1px solid var(--line)}
.brand{display:flex;align-items:center;font-weight:650;letter-spacing:-.025em}
.brand>svg{margin-right:.5rem}
.page{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 3rem}
.page>*+*{margin-top:2rem}
.stack>*+*{margin-top:1rem}
.stack--s>*+*{margin-top:.5rem}
.stack--l>*+*{margin-top:1.5rem}
.cols>*+*{margin-top:2rem}
@media(max-width:39.99rem),(pointer:coarse){.for-desk{display:none}}
@media(min-width:40rem){.top{padding:0 max(2.5rem,calc((100vw - 60rem)/2 + 2.5rem))}.page{padding:2rem 2.5rem 4rem}}
@media(min-width:40rem) and (pointer:fine),(min-width:40rem) and (pointer:none){.for-phone{display:none}}
@media(min-width:54rem){.cols{display:flex;align-items:flex-start}
.cols>:first-child{flex:1;min-width:0}.cols>aside{flex:none;width:18.5rem;margin:0 0 0 2rem;position:sticky;top:2rem}}
.door{min-height:100vh;display:flex}
.door>main{flex:1;min-width:0;display:flex;flex-direction:column;align-items:center;justify-content:center;padding:2rem 1.25rem}
.door>main>*{width:100%;max-width:22rem}
.door>aside{display:none;position:relative;overflow:hidden;background:var(--plan);color:#e4ebed}
.door .brand{font-size:1rem;font-weight:600}
.door .brand>svg{margin-right:.75rem}
.lines{position:absolute;top:6%;left:8%;width:84%;height:auto;fill:none;stroke:currentColor;opacity:.42}
@media(min-width:60rem){.door>main{flex:5 1 0%;min-width:26rem}.door>aside{display:block;flex:6 1 0%}}
`;

const PARTS = `
.btn{display:inline-flex;align-items:center;justify-content:center;min-height:2.125rem;padding:0 .75rem;border:1px solid var(--line-strong);
border-radius:.375rem;background:var(--surface);color:var(--ink);font-weight:500;white-space:nowrap;text-decoration:none}
.btn:hover{background:var(--hover)}
.btn>svg{margin-right:.4rem;color:var(--ink-3)}
.btn--primary{width:100%;min-height:2.75rem;padding:.5rem .75rem;white-space:normal;overflow-wrap:anywhere;text-align:center;border-color:transparent;background:var(--accent);color:var(--on-accent)}
.btn--primary:hover{background:var(--accent-hover)}
.btn--primary>svg{color:inherit}
.btn--s{min-height:1.75rem;padding:0 .5rem;font-size:.8125rem}
.chip{display:inline-flex;align-items:center;min-height:1.375rem;padding:0 .5rem;border-radius:1rem;font-size:.75rem;font-weight:500;
white-space:nowrap;color:var(--ink-2);background:var(--hover)}
.chip::before{content:"";width:.4375rem;height:.4375rem;margin-right:.4rem;border-radius:50%;box-shadow:inset 0 0 0 1.5px}
.chip--ok{color:var(--ok);background:var(--ok-soft)}
.chip--ok::before{background:currentColor}
.person{display:flex;align-items:center}
.person>*{flex:none}
.person>:last-child{flex:1;min-width:0;margin-left:.75rem}
.person h1{display:inline;margin-right:.75rem;vertical-align:middle}
.person .chip{vertical-align:middle}
.person p{margin-top:.25rem;color:var(--ink-2)}
.appicon{display:block;border-radius:23%}
.appicon text{font:600 34px var(--font);text-anchor:middle}
.notice{display:flex;padding:.75rem 1rem;border:1px solid var(--line);border-radius:.625rem;background:var(--sunken);color:var(--ink-2)}
.notice>svg{margin:.1875rem .75rem 0 0}
.notice strong{color:var(--ink)}
.card{border:1px solid var(--line);border-radius:.625rem;min-width:0}
.card h2{font-size:.875rem;letter-spacing:0}
.card>header,.card>footer{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;min-height:3rem;padding:.75rem 1.25rem}
.card>header>:first-child{margin-right:.75rem}
.card>footer{border-top:1px solid var(--line);border-radius:0 0 .625rem .625rem;background:var(--sunken);color:var(--ink-2);font-size:.8125rem}
.card-body{padding:.25rem 1.25rem 1.25rem}
.guide>li,.checks>li{display:flex}
.guide>li{padding:1rem 1.25rem;border-top:1px solid var(--line)}
.guide>li>div,.checks>li>div{flex:1;min-width:0}
.guide h2{padding-top:.1875rem;line-height:1.4}
.guide p{margin-top:.125rem}
.step{flex:none;display:flex;align-items:center;justify-content:center;width:1.75rem;height:1.75rem;margin-right:1rem;border-radius:50%;
font-size:.75rem;font-weight:600;color:var(--ink-3);box-shadow:inset 0 0 0 1px var(--line-strong)}
.checks>li{padding:.75rem 0}
.checks>li+li{border-top:1px solid var(--line)}
.checks>li>svg{margin:.1875rem .75rem 0 0;color:var(--ink-3)}
.facts>div{display:flex;align-items:baseline}
.facts>div+div{margin-top:.5rem}
.facts dt{flex:none;width:4.75rem;margin-right:1rem}
.facts dd{flex:1;min-width:0;overflow-wrap:anywhere}
.qr{width:11.5rem;max-width:100%;margin:0 auto;border-radius:.625rem;overflow:hidden;box-shadow:0 0 0 1px var(--line)}
`;

/** The whole sheet. */
export const STYLES = TOKENS + ELEMENTS + FRAME + PARTS;
