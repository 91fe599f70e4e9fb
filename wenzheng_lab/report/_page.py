"""一张自足的网页：样式写在里面，不用脚本，不取网络，打印也好看。"""

from __future__ import annotations

from wenzheng_lab._html import Content, Markup, tag

STYLE = """
:root{color-scheme:light}
body{font-family:system-ui,"Microsoft YaHei","PingFang SC","Noto Sans CJK SC","Noto Sans SC",sans-serif;color:#1c2733;
background:#fff;line-height:1.7;max-width:960px;margin:0 auto;padding:24px 28px 60px}
h1{font-size:26px;margin:0 0 4px}h2{font-size:20px;margin:38px 0 8px;padding-bottom:4px;border-bottom:2px solid #1f5f8b}
h3{font-size:16px;margin:22px 0 6px}p{margin:6px 0}
.wz-sub,.wz-small{color:#5a6875;font-size:.87em}
.wz-keys{display:flex;flex-wrap:wrap;gap:12px;margin:18px 0}
.wz-key{border:1px solid #c9d2dc;border-radius:8px;padding:10px 14px;flex:1 1 118px;max-width:220px}
.wz-key b{display:block;font-size:24px;line-height:1.3}.wz-key span{font-size:13px;color:#5a6875}
.wz-lead{background:#f2f6f9;border-left:4px solid #1f5f8b;padding:10px 16px;margin:14px 0}
.wz-lead ul{margin:2px 0;padding-left:1.3em}
.wz-table{border-collapse:collapse;width:100%;font-size:.93em;margin:8px 0}
.wz-table td.k{white-space:nowrap}
.wz-table th,.wz-table td{border-bottom:1px solid #dfe5eb;padding:5px 8px;text-align:left;vertical-align:top}
.wz-table th{border-bottom:2px solid #b9c4cf;white-space:nowrap}
.wz-table td.n,.wz-table th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.wz-chart{display:block;max-width:100%;height:auto}
.wz-chart text{font-size:13px}.wz-chart text:not([fill]){fill:#1c2733}
.wz-legend span{display:inline-block;margin-right:16px;font-size:13px}
.wz-legend i{display:inline-block;width:13px;height:13px;border-radius:2px;margin-right:5px;vertical-align:-2px}
.wz-item{margin:26px 0 34px}.wz-letter{background:#f7f5ef;border-radius:6px;padding:10px 14px;font-size:15px}
.wz-item h3{margin:0 0 6px}
.wz-grade-优{color:#17663a}.wz-grade-良{color:#1f5f8b}.wz-grade-中{color:#8a5a00}.wz-grade-差{color:#a3262a}
a{color:#1f5f8b}
@page{size:A4;margin:16mm 14mm}
@media print{body{padding:0;max-width:none;font-size:12.5px;line-height:1.6;-webkit-print-color-adjust:exact;
print-color-adjust:exact}h1{font-size:22px}h2{font-size:17px;margin-top:26px}h3{font-size:14px}
h2,h3,h2+p,.wz-legend{break-after:avoid}.wz-key,.wz-lead,svg,tr{break-inside:avoid}thead{display:table-header-group}
.wz-pagebreak{break-before:page}a{color:inherit;text-decoration:none}.wz-letter{font-size:12px}
.wz-item{margin:14px 0 20px}.wz-item .wz-card{max-width:none;padding:8px 12px;line-height:1.5;font-size:11.5px}
.wz-item .wz-card .wz-text{font-size:12px;padding:6px 10px}.wz-item .wz-card table{font-size:11px}
.wz-item .wz-card td,.wz-item .wz-card th{padding:2px 6px}.wz-item .wz-card .wz-total{font-size:20px}
.wz-item .wz-card h4{font-size:12px;margin:8px 0 3px;break-after:avoid}}
"""


def page(title: str, *body: Content) -> str:
    """拼成一整页。

    Args:
        title: 标题，会转义。
        *body: 正文；文字会转义。

    Returns:
        HTML 全文。

    Examples:
        >>> "<script>" in page("<script>")
        False
    """
    # 策略写在页里：即使有文字没有转义好，浏览器也不执行脚本、不取网络
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    head = tag(
        "head",
        tag("meta", attrs={"charset": "utf-8"}),
        tag("meta", attrs={"http-equiv": "Content-Security-Policy", "content": policy}),
        tag("meta", attrs={"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        tag("meta", attrs={"name": "referrer", "content": "no-referrer"}),
        tag("title", title),
        tag("style", Markup(STYLE)),
    )
    whole = tag("html", head, tag("body", *body), attrs={"lang": "zh-CN"})
    return f"<!DOCTYPE html>\n{whole}\n"
