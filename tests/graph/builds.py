"""Small builds made by hand, for tests of the projections."""

from __future__ import annotations

from kg.model import (
    Build,
    Claim,
    Document,
    Entity,
    Evidence,
    FrontMatter,
    Link,
    Mention,
    Resolution,
    Section,
    Span,
)

NAMES = "AlexNet 用于 ImageNet。\n"


def note(
    id_: str, text: str = NAMES, *, date: str = "", title: str = "A title", links: tuple[Link, ...] = ()
) -> Document:
    whole = Span(0, len(text))
    starts = (0, *(at + 1 for at, char in enumerate(text) if char == "\n"))
    return Document(
        id_,
        id_,
        text,
        FrontMatter(date=date),
        (Section(title, 0, whole, -1),),
        (),
        links,
        starts,
        "0" * 64,
        1,
        "zh-Hans",
    )


def mention(document: Document, surface: str, entity_id: str | None, type_: str = "Model") -> Resolution:
    start = document.text.index(surface)
    found = Mention(document.id, Span(start, start + len(surface)), surface, type_, "lexicon", 0.9)
    return Resolution(found, entity_id, 1.0, ())


def evidence(document: Document, confidence: float = 0.8, *, quote: str = "") -> Evidence:
    quote = quote or document.text.strip()
    return Evidence(document.id, Span(0, len(document.text)), 1, quote, "cue", confidence)


def small() -> Build:
    """Two notes, one link, four entities of which one stands alone, three claims of which one is weak."""
    link = Link("https://a.example/alexnet", "AlexNet", Span(0, 7), 0, "web", Span(0, 7))
    one, two = note("one.md", date="2019-03-02", links=(link,)), note("sub/two.md", date="2018-01-01")
    entities = (
        Entity("dataset:imagenet", "Dataset", "ImageNet", "", "ImageNet", ()),
        Entity("model:alexnet", "Model", "AlexNet", "亚历克斯网络", "AlexNet", ("亞歷克斯網絡",), (("year", "2012"),)),
        Entity("topic:lonely", "Topic", "Lonely", "", "Lonely", ()),
        Entity("topic:图像分类", "Topic", "图像分类", "图像分类", "", ()),
    )
    resolutions = (
        mention(one, "AlexNet", "model:alexnet"),
        mention(one, "ImageNet", "dataset:imagenet", "Dataset"),
        mention(two, "AlexNet", "model:alexnet"),
        mention(two, "ImageNet", None, "Dataset"),
    )
    claims = (
        Claim("dataset:imagenet", "coOccursWith", "topic:图像分类", (evidence(two, 0.3),)),
        Claim("model:alexnet", "evaluatedOn", "dataset:imagenet", (evidence(one), evidence(two, 0.5))),
        Claim("model:alexnet", "uses", "dataset:imagenet", (evidence(one, 0.7),)),
    )
    return Build((one, two), entities, resolutions, claims, ())
