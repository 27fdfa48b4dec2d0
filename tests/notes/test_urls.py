"""One address for one page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.notes import canonical_url, site_of

ARXIV = "https://arxiv.org/abs/1706.03762"


@pytest.mark.parametrize(
    "url",
    [
        "http://arxiv.org/abs/1706.03762",
        "https://arxiv.org/pdf/1706.03762",
        "https://arxiv.org/pdf/1706.03762v5.pdf",
        "https://www.arxiv.org/abs/1706.03762v2#S3",
        "https://arxiv.org/html/1706.03762v7",
        "https://export.arxiv.org/abs/1706.03762?context=cs",
        "https://ar5iv.labs.arxiv.org/html/1706.03762",
        "https://ar5iv.org/abs/1706.03762",
        "https://www.alphaxiv.org/overview/1706.03762",
        "https://link.zhihu.com/?target=https%3A//arxiv.org/abs/1706.03762",
    ],
)
def test_arxiv(url: str) -> None:
    assert canonical_url(url) == (ARXIV, "")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://Example.COM:80/A?b=1#part", "http://example.com/A?b=1"),
        ("https://example.com:443", "https://example.com/"),
        ("https://example.com:8443/x", "https://example.com:8443/x"),
        ("https://example.com/app#/route/1", "https://example.com/app#/route/1"),
        ("https://arxiv.org/pdf/cs/0112017v1.pdf", "https://arxiv.org/abs/cs/0112017"),
        ("https://arxiv.org/abs/math.GT/0309136", "https://arxiv.org/abs/math.gt/0309136"),
        ("http://dx.doi.org/10.1000/ABC", "https://doi.org/10.1000/abc"),
        ("https://github.com/a/b.git", "https://github.com/a/b"),
        ("http://www.github.com/a/b/", "https://github.com/a/b"),
        ("https://github.com/a/b/tree/main/#readme", "https://github.com/a/b/tree/main"),
        ("https://x.org/p?utm_source=a&id=3&fbclid=z&spm=1.2", "https://x.org/p?id=3"),
        ("https://x.org/p?from=singlemessage&isappinstalled=0", "https://x.org/p"),
        ("https://x.org/p?from=2020", "https://x.org/p?from=2020"),
        (
            "http://mp.weixin.qq.com/s?__biz=Mz==&mid=1&idx=2&sn=ab&chksm=cd&scene=21&mpshare=1#wechat_redirect",
            "https://mp.weixin.qq.com/s?__biz=Mz==&mid=1&idx=2&sn=ab",
        ),
        ("https://mp.weixin.qq.com/s/AbC_d-1?scene=25", "https://mp.weixin.qq.com/s/AbC_d-1"),
        ("https://link.jianshu.com?t=https%3A%2F%2Fkeras.io%2F", "https://keras.io/"),
        ("https://link.csdn.net/?target=https%3A%2F%2Fx.org%2Fa", "https://x.org/a"),
        ("https://www.google.com/url?q=https://x.org/a&sa=D", "https://x.org/a"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fx.org%2Fa", "https://x.org/a"),
        (
            "https://link.zhihu.com/?target=https%3A//link.csdn.net/%3Ftarget%3Dhttps%253A%252F%252Fx.org%252Fa",
            "https://x.org/a",
        ),
        ('https://x.org/a b"<c>', "https://x.org/a%20b%22%3Cc%3E"),
        ("https://x.org/?a=1&amp;b=2", "https://x.org/?a=1&b=2"),
    ],
)
def test_canonical(url: str, expected: str) -> None:
    assert canonical_url(url) == (expected, "")


@pytest.mark.parametrize(
    "url", ["h1ttps://x.org/a", "htttps://x.org/a", "https//x.org/a", "https:/x.org/a", "hhttps://x.org/a"]
)
def test_misspelt_schemes_are_repaired_and_told(url: str) -> None:
    fixed, message = canonical_url(url)
    assert fixed == "https://x.org/a"
    assert url in message


def test_http_stays_http_on_unknown_sites() -> None:
    assert canonical_url("hhttp://x.org/a")[0] == "http://x.org/a"


@pytest.mark.parametrize(
    ("url", "site"), [("https://www.Zhihu.com/q", "zhihu.com"), ("mailto:a@b", ""), ("http://[::", "")]
)
def test_site(url: str, site: str) -> None:
    assert site_of(url) == site


_PATH = st.text(st.characters(codec="utf-8", exclude_characters="%"), max_size=30)
_HOSTS = st.sampled_from(["x.org", "github.com", "arxiv.org", "mp.weixin.qq.com", "doi.org", "www.zhihu.com"])


@given(st.sampled_from(["http", "https"]), _HOSTS, _PATH)
def test_canonical_urls_are_fixed_points(scheme: str, host: str, path: str) -> None:
    once = canonical_url(f"{scheme}://{host}/{path}")[0]
    assert canonical_url(once)[0] == once
    assert not set(once) & set(' "<>\\^`{|}\n\t')


@given(st.text(max_size=60))
def test_no_text_makes_it_raise(text: str) -> None:
    canonical_url(text)
    canonical_url("http://" + text)
    site_of("https://" + text)
