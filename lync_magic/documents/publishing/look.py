"""What the pages look like, and the frame around each: one file of style, no script, nothing that is fetched."""

from __future__ import annotations

from typing import Final

from lync_magic.documents.publishing.markup import text_html

STYLE: Final = """\
:root{color-scheme:light dark;--ink:#1b1b1b;--paper:#fff;--soft:#f4f5f7;--line:#d8dbe0;--good:#0b6a0b;--bad:#a4000f;
--quiet:#5b6470;--link:#0b57a4;--name:#0b57a4;--word:#7a3e9d;--text:#8a3a00}
@media(prefers-color-scheme:dark){:root{--ink:#e8e8e8;--paper:#1b1b1b;--soft:#26282c;--line:#44484f;--good:#7ddc7d;
--bad:#ff8a8a;--quiet:#a3abb5;--link:#7db7ff;--name:#7db7ff;--word:#d3a4ee;--text:#f0b27a}}
body{font:16px/1.55 system-ui,sans-serif;max-width:52rem;margin:0 auto;padding:0 1rem 4rem;color:var(--ink);
background:var(--paper);overflow-wrap:break-word}
a{color:var(--link)}img{max-width:100%}header,footer{color:var(--quiet);font-size:.9rem}header{padding:1rem 0;
border-bottom:1px solid var(--line)}footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:.5rem}
pre,code{font:13px/1.5 ui-monospace,Consolas,monospace}pre{margin:0;padding:.6rem .8rem;overflow-x:auto}
p code,li code,td code{background:var(--soft);padding:.1em .3em;border-radius:3px}
.block{margin:1rem 0;background:var(--soft);border-left:3px solid var(--line)}.block.passed{border-color:var(--good)}
.block.failed{border-color:var(--bad)}.block pre+pre{border-top:1px dashed var(--line)}.prints{color:var(--quiet)}
.verdict{font-size:.85rem;padding:.2rem .8rem .4rem;margin:0}.passed>.verdict,td.passed{color:var(--good)}
.failed>.verdict,td.failed{color:var(--bad)}.verdict,td.quiet{color:var(--quiet)}
blockquote{margin:1rem 0;padding:.1rem 1rem;border-left:3px solid var(--link);background:var(--soft)}
table{border-collapse:collapse;display:block;overflow-x:auto}td,th{text-align:left;vertical-align:top;
padding:.3rem .7rem;border-top:1px solid var(--line)}
.nb,.nf{color:var(--name)}.k,.kc,.kr,.o,.ow{color:var(--word)}.s,.s1,.s2,.sh,.si{color:var(--text)}.c,.c1,.cm{color:var(--quiet)}
"""
STYLE_FILE: Final = "lync-magic.css"
GENERATOR: Final = '<meta name="generator" content="lync_magic">'
"""What says that a page is ours: such a page may be written over."""


def framed(body: str, *, title: str, language: str, up: str, head: str = "", foot: str = "") -> str:
    """A whole page. up: the way to the site's folder (`../`, or "").  head, foot: HTML that stands around its body."""
    return (
        f'<!DOCTYPE html>\n<html lang="{text_html(language)}">\n<head><meta charset="utf-8">\n'
        f'{GENERATOR}\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{text_html(title)}</title>\n<link rel="stylesheet" href="{up}{STYLE_FILE}"></head>\n<body>\n'
        f"{f'<header>{head}</header>' if head else ''}\n<main>\n{body}\n</main>\n"
        f"{f'<footer>{foot}</footer>' if foot else ''}\n</body></html>\n"
    )
