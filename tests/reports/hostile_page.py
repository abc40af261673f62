"""A report's page with what is hostile in every place of it."""

from __future__ import annotations

from typing import Any

import nbformat

from lync_magic.reports.outcome import Outcome
from lync_magic.reports.page import page_of

HOSTILE = [
    "<script>document.title = 'ran'</script>",
    "<img src=x onerror=\"document.title='ran'\">",
    "<img src='https://evil.example/a.png'>",
    "<svg onload=\"document.title='ran'\"><script>document.title='ran'</script></svg>",
    "<iframe src='https://evil.example/'></iframe>",
    "<a href=\"javascript:document.title='ran'\">x</a><a href='https://evil.example/'>y</a>",
    "<style>@import 'https://evil.example/a.css'; body { background: url(https://evil.example/b.png) }</style>",
    "<div style=\"background:url('https://evil.example/c.png')\">z</div>",
    "<link rel=stylesheet href='https://evil.example/d.css'><meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<form action='https://evil.example/'><input autofocus onfocus=\"document.title='ran'\"></form>",
    "</pre></code></details></section></main><script>document.title='ran'</script>",
    "<details open ontoggle=\"document.title='ran'\">t</details>",
    "<math><mtext><style><img src=x onerror=\"document.title='ran'\"></style></mtext></math>",
    "<object data='https://evil.example/e'></object><embed src='https://evil.example/f'>",
    "<table background='https://evil.example/g.png'><tr><td>cell</td></tr></table>",
    "<noscript><p title=\"</noscript><img src=x onerror=document.title='ran'>\">",
    "<!--><script>document.title='ran'</script>-->",
    "<base href='https://evil.example/'>",
    "&lt;script&gt;document.title='ran'&lt;/script&gt;",
    "\u202e<scr\x00ipt>document.title='ran'</scr\x00ipt>",
]


def page(outcome: Outcome | None = None) -> str:
    """A page with every hostile value in every place."""
    notebook = nbformat.v4.new_notebook()
    v4: Any = nbformat.v4
    cells = [v4.new_markdown_cell("# Report\n\n" + "\n\n".join(HOSTILE))]
    cells.append(
        v4.new_markdown_cell("[x](javascript:alert(1)) ![y](https://evil.example/h.png) <https://evil.example/>")
    )
    svg = "<svg xmlns='http://www.w3.org/2000/svg' onload=\"document.title='ran'\"><image href='https://evil.example/i'/></svg>"
    for text in HOSTILE:
        outputs = [
            v4.new_output("stream", name="stdout", text=text),
            v4.new_output("stream", name="stderr", text=text),
            v4.new_output("display_data", {"text/html": text}),
            v4.new_output("display_data", {"text/markdown": text}),
            v4.new_output("display_data", {"text/plain": text}),
            v4.new_output("display_data", {"image/png": text, "text/plain": text}),
            v4.new_output("display_data", {"image/svg+xml": svg}),
            v4.new_output("display_data", {"application/javascript": "document.title='ran'"}),
            v4.new_output("error", ename=text, evalue=text, traceback=[text]),
        ]
        cells.append(v4.new_code_cell(text, outputs=outputs))
    rows = "".join(f"<tr><td>{number}</td><td>{name}</td></tr>" for number, name in ((10, "b"), (9, "a"), (100, "–")))
    rows += '<tr class="lync-gap"><td>⋮ 5 more</td></tr>'
    table = f"<table><thead><tr><th>n</th><th>name</th></tr></thead><tbody>{rows}</tbody></table>"
    cells.append(v4.new_code_cell("table", outputs=[v4.new_output("display_data", {"text/html": table})]))
    notebook.cells = cells
    told = outcome or Outcome(HOSTILE[0], "failed", list(HOSTILE), HOSTILE[1], parameters={"x": HOSTILE[2]})
    return page_of(notebook, told)
