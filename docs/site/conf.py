"""站点的 Sphinx 设置。由 ``build.py`` 连同文档、课文一起放进临时的源目录，不单独用。"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sphinx.search import SearchLanguage

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "问政实训"
copyright = "问政实训（MIT 许可）"
language = "zh_CN"
extensions = ["myst_nb"]
root_doc = "index"
exclude_patterns: list[str] = []
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb"}

# 只读存好的输出，不运行；没有数学式，没有界面控件，就不放取自网上的脚本
nb_execution_mode = "off"
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
nb_mime_priority_overrides = [("html", "text/html", 0)]
myst_enable_extensions: list[str] = []
myst_heading_anchors = 3
# 文档里有的代码块没有写语言；README 与各页的标题从哪一级起，各有各的道理
suppress_warnings = ["misc.highlighting_failure", "myst.header"]

html_theme = "furo"
html_title = "问政实训"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
# 摘要要用 fetch 读网页，直接打开文件时读不到
html_show_search_summary = False
html_theme_options = {"top_of_page_buttons": []}
pygments_style = "friendly"

# “的”“了”一类到处都有，切段时在那里断开，查的时候一样
_HAN = re.compile(r"(?:(?![的了是在和与吗呢])[\u3400-\u9fff])+")
_LATIN = re.compile(r"[A-Za-z0-9_]+")


class ChineseSearch(SearchLanguage):
    """中文按两个字一段编索引，查的时候也这样切：查什么词都不会因为切词切得不一样而落空。"""

    lang = "zh"
    language_name = "Chinese"
    js_splitter_code = """
function splitQuery(query) {
  const terms = [];
  const runs = query.match(/[\\u3400-\\u9fff]+|[A-Za-z0-9_]+/g) || [];
  for (const run of runs.flatMap((one) => one.split(/[的了是在和与吗呢]/))) {
    if (!run) continue;
    if (!/[\\u3400-\\u9fff]/.test(run)) terms.push(run);
    else if (run.length === 1) terms.push(run);
    else for (let at = 0; at + 1 < run.length; at++) terms.push(run.slice(at, at + 2));
  }
  return terms;
}
"""

    def split(self, input: str) -> list[str]:
        pieces = _LATIN.findall(input)
        for run in _HAN.findall(input):
            pieces += [*run, *(run[at : at + 2] for at in range(len(run) - 1))]
        return pieces

    def stem(self, word: str) -> str:
        return word.lower()


def setup(app: Sphinx) -> dict[str, bool]:
    """换上自己的中文检索。"""
    app.add_search_language(ChineseSearch)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
