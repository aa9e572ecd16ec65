#include "web/page.h"

namespace parkwatch {

// System fonts only. Contrast of text is at least 4.5 : 1 in both themes.
std::string_view page_style() {
  return R"css(
:root{color-scheme:light dark;--bg:#f6f7f6;--card:#fff;--text:#1c2422;--soft:#56625e;--line:#dde3e0;
--over:#a81c1c;--over-bg:#fbeaea;--warn:#8a5300;--warn-bg:#fdf3e0;--none:#4a5560;--none-bg:#e9edf0;
--good:#1d6b45;--good-bg:#e6f3ec;--link:#175f8a}
@media(prefers-color-scheme:dark){:root{--bg:#131817;--card:#1b2220;--text:#e6ebe9;--soft:#a3b0ab;
--line:#323c39;--over:#ff9c95;--over-bg:#3d1e1d;--warn:#f2bd6b;--warn-bg:#362a16;--none:#b9c4cc;
--none-bg:#2a3238;--good:#83d3aa;--good-bg:#1a3327;--link:#85c5ee}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:16px/1.5 system-ui,-apple-system,
"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
header,main,footer{max-width:1180px;margin:0 auto;padding:0 20px}
header{padding-top:28px;display:flex;flex-wrap:wrap;gap:4px 24px;align-items:baseline}
h1{font-size:1.5rem;margin:0;font-weight:650}
h2{font-size:1.1rem;margin:32px 0 10px;font-weight:650}
.en{color:var(--soft);font-weight:400;font-size:.8em}
h1 .en,h2 .en{margin-left:.5em;font-size:.75em}
.small{color:var(--soft);font-size:.85rem}
header .small{margin-left:auto;text-align:right}
.notice{margin:14px 0 0;padding:8px 12px;border-left:3px solid var(--line);color:var(--soft);
font-size:.875rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:10px;margin:18px 0 0;padding:0;
list-style:none}
.tiles li{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 14px}
.tiles b{display:block;font-size:1.6rem;line-height:1.2;font-weight:600;
font-variant-numeric:tabular-nums}
.tiles .en{display:block;font-size:.75rem}
.parks{list-style:none;margin:14px 0 0;padding:0;display:flex;flex-wrap:wrap;gap:4px 22px;
font-size:.875rem}
.wrap{background:var(--card);border:1px solid var(--line);border-radius:8px;overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.925rem}
th,td{text-align:left;padding:9px 14px;border-bottom:1px solid var(--line);vertical-align:top}
tr:last-child td{border-bottom:0}
th{font-weight:600;font-size:.8rem;color:var(--soft);white-space:nowrap}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td .en{display:block}
.w{white-space:nowrap}
td{overflow-wrap:anywhere}
.time{white-space:nowrap;font-variant-numeric:tabular-nums}
.state{display:inline-block;white-space:nowrap;border-radius:5px;padding:1px 8px;font-size:.875rem;
color:var(--none);background:var(--none-bg);border:1px solid transparent}
.state i{font-style:normal;margin-right:.35em}
.state.over{color:var(--over);background:var(--over-bg);font-weight:600}
.state.warn{color:var(--warn);background:var(--warn-bg)}
.state.none{border:1px dashed currentColor}
.state.good{color:var(--good);background:var(--good-bg)}
.bar{display:block;margin:5px 0 0 auto;width:110px;height:6px}
.bar .base{fill:var(--line)}
.bar .fill{fill:var(--good)}
.bar.over .fill{fill:var(--over)}
.bar.warn .fill{fill:var(--warn)}
.bar .mark{fill:var(--text)}
.empty{padding:16px 14px;margin:0;color:var(--soft)}
.more{margin:8px 2px 0}
a{color:var(--link)}
a:focus-visible,.wrap:focus-visible{outline:2px solid var(--link);outline-offset:2px}
footer{padding-top:28px;padding-bottom:36px;color:var(--soft);font-size:.85rem}
footer a{margin-right:1.1em;display:inline-block;min-height:24px}
@media(max-width:760px){
header,main,footer{padding-left:14px;padding-right:14px}
header .small{margin-left:0;text-align:left}
.tiles{grid-template-columns:repeat(2,minmax(0,1fr))}
h1 .en,h2 .en{margin-left:0;display:block}
.tiles li{padding:8px 10px}
table,tbody,tr,td{display:block;width:100%}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tr{padding:10px 14px;border-bottom:1px solid var(--line);display:grid;
grid-template-columns:1fr auto;gap:2px 12px}
tr:last-child{border-bottom:0}
td,td.n{border:0;padding:0;text-align:left;white-space:normal}
td:nth-child(2n){justify-self:end;text-align:right}
.bar{width:90px}
td:nth-child(2n+1) .bar{margin-left:0}
}
)css";
}

std::string_view page_style_source() {
  return "'sha256-uu6PnBKpqFh111PZ5/ryEIrPeGRoJdcZgmcXB7l6HP8='";
}

}  // namespace parkwatch
