"""One address for one page: repairs, redirectors, trackers and the many forms of arXiv, DOI and GitHub links."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit, urlunsplit

__all__ = ["canonical_url", "is_web", "scheme_of", "site_of"]

_HTTP = re.compile(r"https?://(?=[^/\s])", re.IGNORECASE)
_BROKEN = re.compile(r"h{1,3}\d?t{1,4}\d?p{1,2}(s{0,2})\d?(?::/{1,3}|//|:(?=www\.)|：/{0,2})(?=[^/\s])", re.IGNORECASE)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_REDIRECTORS = (
    ("link.zhihu.com", "target"),
    ("link.jianshu.com", "t"),
    ("www.jianshu.com/go-wild", "url"),
    ("link.csdn.net", "target"),
    ("link.juejin.cn", "target"),
    ("www.google.com/url", "q"),
    ("www.google.com/url", "url"),
    ("l.facebook.com", "u"),
    ("lm.facebook.com", "u"),
    ("www.youtube.com/redirect", "q"),
    ("c.pc.qq.com", "pfurl"),
    ("sourl.cn", "url"),
)
_REDIRECTING_HOSTS = frozenset(place.partition("/")[0] for place, _ in _REDIRECTORS)
_TRACKERS = re.compile(
    r"utm_\w+|fbclid|gclid|yclid|msclkid|igshid|mc_[ce]id|_hs(?:enc|mi)|spm(?:_id_from)?|vd_source|ref_src"
    r"|share_\w+|sharer_\w+|shareuid|isappinstalled|chksm|srcid|wt_mc|nsukey|from_voters_page",
    re.IGNORECASE,
)
_CHAT = frozenset({"singlemessage", "timeline", "groupmessage"})
_WEIXIN_KEYS = ("__biz", "mid", "idx", "sn")
_HTTPS_SITES = re.compile(
    r"(?:arxiv|doi|pytorch|www\.tensorflow|aclanthology|aclweb)\.org|openreview\.net|github\.com|stackoverflow\.com"
    r"|mp\.weixin\.qq\.com|(?:zhuanlan\.|www\.)?zhihu\.com|blog\.csdn\.net|www\.jianshu\.com|www\.cnblogs\.com"
    r"|kexue\.fm|medium\.com|www\.youtube\.com|(?:en|zh)\.wikipedia\.org|huggingface\.co|keras\.io"
    r"|papers\.nips\.cc|proceedings\.mlr\.press"
)
_ARXIV_HOSTS = re.compile(r"(?:[\w-]+\.)*(?:arxiv|ar5iv|alphaxiv)\.org")
_ARXIV_PATH = re.compile(
    r"/(?:abs|pdf|html|ps|e-print|format|src|overview|ftp)/"
    r"(?:arxiv:)?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?/?",
    re.IGNORECASE,
)
_UNSAFE = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}]")


def is_web(url: str) -> bool:
    """Whether a URL is http(s), possibly with a misspelt scheme that `canonical_url` repairs."""
    return bool(_BROKEN.match(url.strip()))


def scheme_of(url: str) -> str:
    """`javascript`, `mailto`, `https`, ... in lower case; empty for a relative reference."""
    match = _SCHEME.match(url.strip())
    return match.group(1).lower() if match else ""


def canonical_url(url: str) -> tuple[str, str]:
    """The canonical form of an http(s) URL and what was repaired in its scheme (empty if nothing)."""
    url = url.strip().replace("&amp;", "&")
    message = ""
    match = _BROKEN.match(url)
    if match and not _HTTP.match(url):
        repaired = f"http{'s' if match.group(1) else ''}://{url[match.end() :]}"
        message = f"repaired URL: {url} -> {repaired}"
        url = repaired
    parts = _split(url)
    for _ in range(5):
        target = _unwrap(parts) if parts is not None else None
        if target is None:
            break
        url, parts = target, _split(target)
    if parts is None:
        return _UNSAFE.sub(lambda char: quote(char.group()), url), message
    return _canonical(parts), message


def site_of(url: str) -> str:
    """Host of a URL without `www.`, in lower case; empty when it has none."""
    parts = _split(url.strip())
    return (parts.hostname or "").removeprefix("www.") if parts else ""


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = _port(parts)
    except ValueError:
        return None
    return parts if parts.scheme.lower() in ("http", "https") and parts.netloc else None


def _port(parts: SplitResult) -> int | None:
    """The port that a URL names; raises ValueError where that is no number."""
    return parts.port if ":" in parts.netloc else None


def _unwrap(parts: SplitResult) -> str | None:
    host = parts.hostname or ""
    if host not in _REDIRECTING_HOSTS:
        return None
    place = f"{host}{parts.path}".rstrip("/")
    for redirector, key in _REDIRECTORS:
        if place == redirector or place.startswith(redirector + "/"):
            for name, value in parse_qsl(parts.query, keep_blank_values=False):
                value = unquote(value) if re.match(r"https?%3a", value, re.IGNORECASE) else value
                if name == key and _HTTP.match(value):
                    return value
    return None


def _canonical(parts: SplitResult) -> str:
    scheme, host, path, query = parts.scheme.lower(), parts.hostname or "", parts.path, parts.query
    if _ARXIV_HOSTS.fullmatch(host):
        match = _ARXIV_PATH.fullmatch(path)
        if match:
            return f"https://arxiv.org/abs/{match.group(1).lower() if '/' in match.group(1) else match.group(1)}"
        host = "arxiv.org" if host == "www.arxiv.org" else host
    if host in ("dx.doi.org", "www.doi.org", "doi.org"):
        return f"https://doi.org{_UNSAFE.sub(_quoted, unquote(path).lower()).rstrip('/')}"
    if host in ("github.com", "www.github.com"):
        host = "github.com"
        path = re.sub(r"^(/[^/]+/[^/]+)\.git(?=/|$)", r"\1", path.rstrip("/"))
    if _HTTPS_SITES.fullmatch(host):
        scheme = "https"
    query = "&".join(pair for pair in query.split("&") if pair and _is_kept(host, path, pair))
    fragment = parts.fragment if parts.fragment.startswith(("/", "!")) else ""
    number = _port(parts)
    port = f":{number}" if number and number != {"http": 80, "https": 443}[parts.scheme.lower()] else ""
    user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    host = f"[{host}]" if ":" in host else host
    return _UNSAFE.sub(_quoted, urlunsplit((scheme, f"{user}{host}{port}", path or "/", query, fragment)))


def _quoted(match: re.Match[str]) -> str:
    return quote(match.group(), safe="")


def _is_kept(host: str, path: str, pair: str) -> bool:
    name, _, value = pair.partition("=")
    if host == "mp.weixin.qq.com" and path.startswith("/s"):
        return name in _WEIXIN_KEYS
    return not _TRACKERS.fullmatch(name) and not (name == "from" and value in _CHAT)
