"""The bodies of the answers: JSON, single-error JSON, text 401, HTML 404, the proxy's and the firewall's pages."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from starlette.responses import Response

_PAGE: Final = (
    "<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>\n"
)


def as_json(value: object, status: int = 200) -> Response:
    """A JSON answer."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body, status, media_type="application/json; charset=utf-8")


def error(status: int, text: str) -> Response:
    """The one shape of an error: `{"error": text}`."""
    return as_json({"error": text}, status)


def page(status: int, title: str, text: str) -> Response:
    """An HTML answer."""
    return Response(_PAGE.format(title=title, text=text), status, media_type="text/html; charset=utf-8")


def not_found() -> Response:
    """404 for an unknown path or id."""
    return page(404, "Page not found", "There is nothing at this address. It may have moved.")


def banned() -> Response:
    """The firewall's 403: a page, not our JSON."""
    return page(403, "403 Forbidden", "Your request was blocked by the web application firewall.")


def bad_gateway() -> Response:
    """A proxy that can't reach the service."""
    return page(502, "502 Bad Gateway", "nginx")


def not_json() -> Response:
    """An answer that claims to be JSON and is cut from something else."""
    return Response(b'{"id": 12, "name": <b>maintenance</b>', 200, media_type="application/json; charset=utf-8")


def with_etag(response: Response, asked: str | None) -> Response:
    """Give a 200 its weak ETag; 304 without a body when the caller has exactly this one."""
    if response.status_code != 200:
        return response
    body: Any = response.body
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    if asked is not None and tag in (one.strip() for one in asked.split(",")):
        response = Response(status_code=304)
    response.headers["etag"] = tag
    response.headers["cache-control"] = "max-age=0, private, must-revalidate"
    return response
