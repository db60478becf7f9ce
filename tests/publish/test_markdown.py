"""Whatever is typed, what comes out is text, marks and links; nothing that a browser runs."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from engine.domain.fact import Fact
from engine.publish.cleaning import clean, markdown_text, one_line
from engine.publish.compose import fill
from engine.publish.markdown import References, to_html

HOSTILE = (
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    "<javascript:alert(1)>",
    '[x](https://a.b "onmouseover=alert(1)")',
    "![x](https://evil.example/pixel.png)",
    "<style>*{display:none}</style>",
    "<iframe src=//evil.example></iframe>",
    "<svg/onload=alert(1)>",
    "</p></main><form action=//evil.example>",
    "<!-- --><a href=' javascript:alert(1)'>x</a>",
    "&lt;script&gt;",
    "{{ a }}<b>{{ b }}",
    "[ref]\n\n[ref]: javascript:alert(1)",
    "|<script>|\n|---|\n|{{ b }}|",
    "\x00\u202egnp.exe\u2066",
)
TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
    st.lists(st.sampled_from([*HOSTILE, "\n", "\n\n", "`", "- ", "> ", "    ", "\\", "*", "{{ a }}"]), max_size=6).map(
        "".join
    ),
)
ALLOWED = {
    *("p", "br", "hr", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li"),
    *("a", "div", "table", "thead", "tbody", "tr", "th", "td", "data", "span"),
}


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def check_harmless(html: str) -> Reader:
    found = read(html)
    for tag, attributes in found.tags:
        assert tag in ALLOWED
        assert set(attributes) <= {
            "class",
            "value",
            "data-fact",
            "data-run",
            "href",
            "title",
            "rel",
            "start",
            "tabindex",
        }
        assert not re.match(r"\s*(javascript|data|vbscript)\s*:", attributes.get("href", ""), re.IGNORECASE)
    return found


def facts(text: str) -> dict[str, Fact]:
    number = Fact(id="a", title="A", value=0.84237, text="0.842 (0.821 to 0.861)", run_id=3)
    return {"a": number, "b": Fact(id="b", title="B", value=text, text=text)}


@given(text=TEXT, fact=TEXT)
@hypothesis_settings(max_examples=300, deadline=None)
def test_any_text_and_any_fact_do_no_harm(text: str, fact: str) -> None:
    check_harmless(to_html(text, References(facts=facts(fact), claims={"a"}, stale={"b"})))


@given(fact=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
@hypothesis_settings(max_examples=200, deadline=None)
def test_a_fact_is_shown_as_the_text_it_is(fact: str) -> None:
    shown = " ".join(clean(fact).split())
    known = facts(fact)
    direct = check_harmless(to_html("x {{ b }} y", References(facts=known)))
    assert " ".join(direct.text.split()) == " ".join(f"x {shown} y".split())
    filled = check_harmless(to_html(f"x {fill('{{ b }}', known)} y"))
    assert " ".join(filled.text.split()) == " ".join(f"x {shown} y".split())
    assert [tag for tag, _ in filled.tags] == ["p"]


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
@hypothesis_settings(max_examples=200, deadline=None)
def test_escaped_text_is_one_plain_paragraph(text: str) -> None:
    found = check_harmless(to_html(markdown_text(text)))
    assert " ".join(found.text.split()) == " ".join(clean(text).split())
    assert [tag for tag, _ in found.tags] in (["p"], [])


@pytest.mark.parametrize("text", HOSTILE)
def test_known_tricks(text: str) -> None:
    html = to_html(text, References(facts=facts(text)))
    check_harmless(html)
    assert "\x00" not in html
    assert "\u202e" not in html


def test_a_reference_carries_its_value_and_a_claim_its_mark() -> None:
    known = References(facts=facts("plain"), claims={"a"}, stale={"b"})
    html = to_html("**{{ a }}** and {{b}} and {{ c.d }} and {{ figure.x }}", known)
    start = '<data class="claim" data-fact="a" value="0.84237" data-run="3" title="A; run 3">'
    assert f"{start}0.842 (0.821 to 0.861)</data>" in html
    assert '<span class="fact">plain</span><span class="stale"> (changed since this was written)</span>' in html
    assert "[no recorded fact: c.d]" in html
    assert "figure" not in html
    assert '<data class="fact"' in to_html("{{ a }}", References(facts=facts("plain")))


def test_a_reference_in_an_attribute_or_in_code_stays_text() -> None:
    html = to_html('[x](https://a.b/{{a}} "{{ a }}") `{{ a }}` ![{{ a }}](x)', References(facts=facts("plain")))
    assert "<data" not in html


def test_links_and_headings() -> None:
    html = to_html("# One\n\n#### Two\n\n[a](https://a.b) [b](mailto:a@b.c) [c](../x) [d](ftp://a.b)")
    assert "<h3>One</h3>" in html
    assert "<h6>Two</h6>" in html
    hrefs = [attributes["href"] for tag, attributes in read(html).tags if tag == "a" and "href" in attributes]
    assert hrefs == ["https://a.b", "mailto:a@b.c", "../x"]


def test_one_line_cuts_at_a_word() -> None:
    assert one_line("  two\n words ") == "two words"
    cut = one_line("word " * 100, 60)
    assert len(cut) <= 60
    assert cut.endswith("word…")
    assert one_line("x" * 100, 10) == "x" * 9 + "…"
