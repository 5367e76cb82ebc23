"""A plain client for the hotel's own tests: httpx with its own digest, raw query strings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import httpx

if TYPE_CHECKING:
    from tests.support.hotel import Hotel


class Client:
    """Asks a hotel as one API user. `call` gives the response, `get` the JSON of a 200."""

    def __init__(self, hotel: Hotel, *, user: str | None = None, key: str | None = None, timeout: float = 5.0) -> None:
        self._hotel = hotel
        self._http = httpx.Client(
            auth=httpx.DigestAuth(user or hotel.user, key or hotel.key),
            headers={"accept": "application/json"},
            timeout=timeout,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def url(self, path: str, api: str = "pms_api") -> httpx.URL:
        base = httpx.URL(self._hotel.base)
        target, _, query = f"/{api}{base.path}{path}".partition("?")
        made = base.copy_with(path=target)
        return made.copy_with(query=query.encode()) if query else made

    def call(self, path: str, api: str = "pms_api", method: str = "GET", **more: Any) -> httpx.Response:
        return self._http.request(method, self.url(path, api), **more)

    def get(self, path: str, api: str = "pms_api") -> Any:
        answer = self.call(path, api)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return answer.json()

    def put(self, path: str, members: Any, **more: Any) -> httpx.Response:
        return self.call(path, method="PUT", json=members, **more)
