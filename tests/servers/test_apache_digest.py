"""The digest sign-in against Apache's `mod_auth_digest`: what it costs, and that a right key is never called wrong."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from clockdesk.api.gate import Lane
from clockdesk.api.query import to_query
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.kinds import Kind
from clockdesk.domain.predicate import Context
from clockdesk.domain.predicate_text import parse
from tests.servers.apache import DOCUMENTS, USERS

pytestmark = pytest.mark.servers("apache2")


async def many(line, number):
    return await asyncio.gather(*(line.get("rooms", b"n=%d" % n, lane=Lane.SCREEN) for n in range(number)))


def statuses(sent):
    return Counter(request.status for request in sent)


async def test_forty_cold_calls_cost_one_401(account):
    hotel = account("lasting")
    answers = await many(hotel.line, 40)
    assert {answer.body for answer in answers} == {DOCUMENTS["rooms"]}
    sent = await hotel.sent()
    assert statuses(sent) == {401: 1, 200: 40}
    assert [request.status for request in sent if not request.nonce] == [401]
    assert sorted(request.count for request in sent) == list(range(41)), "one nonce, each count used once"
    await many(hotel.line, 40)
    assert statuses(await hotel.sent()) == {401: 1, 200: 80}


async def test_a_nonce_that_expires_at_work_is_noticed_by_nobody(account):
    hotel = account("brief")
    answered: Counter[tuple[int, int]] = Counter()

    async def work(name):
        while len({request.nonce for request in await hotel.sent() if request.status == 200}) < 3:
            answer = await hotel.line.get("bookings", lane=Lane.SCREEN)
            answered[name, answer.status] += 1
            await asyncio.sleep(0.02)

    await asyncio.gather(*(work(name) for name in range(6)))
    assert {status for _, status in answered} == {200}
    assert len(answered) == 6
    sent = await hotel.sent()
    nonces = list(dict.fromkeys(request.nonce for request in sent if request.nonce))
    refused = Counter(request.nonce for request in sent if request.status == 401)
    assert refused.pop("") == 1, "later challenges come with the refusal: none is asked for"
    assert set(refused) == set(nonces[: len(refused)]), "a fresh nonce is never refused"
    assert len(refused) >= 2
    assert max(refused.values()) <= 6, "no call is refused twice for one nonce"
    assert not hotel.line.signed_out


async def test_a_server_that_counts_gets_one_call_at_a_time(account):
    hotel = account("counted")
    answers = await many(hotel.line, 60)
    assert len(answers) == 60
    assert {answer.body for answer in answers} == {DOCUMENTS["rooms"]}
    assert hotel.line.serial
    assert not hotel.line.signed_out
    before = statuses(await hotel.sent())
    assert before[401] > 1, "it did refuse calls for their order"
    await many(hotel.line, 60)
    assert statuses(await hotel.sent()) - before == {200: 60}, "in order, one nonce is enough"


async def test_a_server_with_one_time_nonces_is_served(account):
    hotel = account("once")
    answers = await many(hotel.line, 30)
    assert {answer.body for answer in answers} == {DOCUMENTS["rooms"]}
    assert not hotel.line.signed_out
    sent = await hotel.sent()
    used = Counter(request.nonce for request in sent if request.status == 200)
    assert set(used.values()) == {1}, "each nonce worked once"
    assert len(used) == 30


async def test_a_wrong_key_costs_two_requests_whoever_else_waits(account):
    hotel = account("lasting", key="wrong")
    results = await asyncio.gather(
        *(hotel.line.get("rooms", lane=Lane.SCREEN) for _ in range(20)), return_exceptions=True
    )
    assert {isinstance(result, KnownError) and result.code for result in results} == {ErrorCode.SIGNED_OUT}
    with pytest.raises(KnownError, match="key"):
        await hotel.line.get("rooms", lane=Lane.PERSON)
    assert hotel.line.signed_out
    assert statuses(await hotel.sent()) == {401: 2}
    hotel.line.sign_in("dummyapi", USERS["dummyapi"])
    assert (await hotel.line.get("rooms", lane=Lane.PERSON)).body == DOCUMENTS["rooms"]
    assert statuses(await hotel.sent()) == {401: 3, 200: 1}


@pytest.mark.parametrize("temper", ["lasting", "counted", "once"])
@pytest.mark.parametrize("user", [user for user in USERS if user != "dummyapi"])
async def test_users_and_keys_with_odd_letters(account, user, temper):
    hotel = account(temper, user=user)
    assert (await hotel.line.get("", lane=Lane.PERSON)).body == DOCUMENTS["root"]
    assert statuses(await hotel.sent()) == {401: 1, 200: 1}


async def test_a_write_is_signed_as_a_write(account):
    hotel = account("lasting")
    with pytest.raises(KnownError) as refused:
        await hotel.line.put("rooms", b'{"room":{}}', lane=Lane.PERSON)
    assert refused.value.status == 405, "past the sign-in; a document can't be written"
    sent = await hotel.sent()
    assert [(request.method, request.status) for request in sent] == [("PUT", 401), ("PUT", 405)]


TARGETS = [
    b"id[]=1&id[]=2&close_date.eq",
    b"close_date.eq",
    b"close_date.eq=",
    b"deleted_at.eq&delete_requested_at.not_eq",
    b"name.matches=%2B%2C%27%23%5C%22%25",
    b"name.matches=%C3%BC%20x+y&&a=b=c",
    b"a|b^c`{d}~!$()*:@/?;=",
    b"%5bid%5D=%2f%2F",
]


@pytest.mark.parametrize("query", TARGETS, ids=bytes.decode)
async def test_a_query_arrives_byte_for_byte_and_signed(account, query):
    hotel = account("lasting")
    assert (await hotel.line.get("bookings", query, lane=Lane.SCREEN)).body == DOCUMENTS["bookings"]
    sent = await hotel.sent()
    assert [(request.status, request.target) for request in sent] == [
        (status, f"{hotel.path}/bookings?{query.decode()}") for status in (401, 200)
    ]


@pytest.mark.parametrize(
    ("raw", "sent_as"), [(rb"name.eq=a\b", "name.eq=a%5Cb"), (b'name.eq="x"', "name.eq=%22x%22")], ids=["\\", '"']
)
async def test_what_apache_would_unescape_is_encoded(account, raw, sent_as):
    hotel = account("lasting")
    await hotel.line.get("bookings", raw, lane=Lane.SCREEN)
    assert {request.target for request in await hotel.sent()} == {f"{hotel.path}/bookings?{sent_as}"}


ENCODED = [
    (Kind.FOLIO, "close_date is null and voided_at is not null", "close_date.eq&voided_at.not_eq"),
    (Kind.FOLIO, "id in [4, 5]", "id[]=4&id[]=5"),
    (Kind.BOOKING, 'reference_number = "#1+2"', "reference_number.eq=%231%2B2"),
    (Kind.BOOKING, 'reference_number = "a,b\\\\c\\"d' + "'e\"", "reference_number.eq=a%2Cb%5Cc%22d%27e"),
]


@pytest.mark.parametrize(("kind", "predicate", "golden"), ENCODED, ids=[golden for *_, golden in ENCODED])
async def test_what_the_encoder_makes_of_a_filter_is_accepted(account, kind, predicate, golden):
    entity = ENTITIES[kind]
    plan = to_query(parse(predicate, entity), entity, Context(date(2026, 11, 21), ZoneInfo("Europe/Sofia")))
    hotel = account("lasting")
    [query] = plan.requests
    assert (await hotel.line.get("bookings", query, lane=Lane.SCREEN)).status == 200
    assert (await hotel.sent())[-1].target == f"{hotel.path}/bookings?{golden}"
