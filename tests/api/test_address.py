import pytest

from clockdesk.api.address import BaseUrl
from clockdesk.api.wire import seconds_of
from clockdesk.domain.errors import UserError


@pytest.mark.parametrize(
    ("typed", "pms"),
    [
        ("https://sky-eu1.clock-software.com/11111/22222", "https://sky-eu1.clock-software.com/pms_api/11111/22222"),
        ("sky-eu1.clock-software.com/base_api/11111/22222", "https://sky-eu1.clock-software.com/pms_api/11111/22222"),
        (" HTTPS://Sky-EU1.clock-software.com./pos_api/1/2/ ", "https://sky-eu1.clock-software.com/pms_api/1/2"),
        ("https://proxy.hotel.example:8443/clock/pms_api/1/2", "https://proxy.hotel.example:8443/clock/pms_api/1/2"),
        ("http://127.0.0.1:8017/pms_api/1/2", "http://127.0.0.1:8017/pms_api/1/2"),
        ("127.0.0.1:8017/1/2", "http://127.0.0.1:8017/pms_api/1/2"),
        ("localhost/1/2", "http://localhost/pms_api/1/2"),
        ("http://[::1]:8017/1/2", "http://[::1]:8017/pms_api/1/2"),
    ],
)
def test_what_a_person_types(typed, pms):
    base = BaseUrl.parse(typed)
    assert base.for_api("pms_api") == pms
    assert base.for_api("base_api") == pms.replace("pms_api", "base_api")
    assert BaseUrl.parse(base.text) == base


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Type the address"),
        ("https://sky-eu1.clock-software.com", "two numbers"),
        ("https://sky-eu1.clock-software.com/11111", "two numbers"),
        ("https://sky-eu1.clock-software.com/pms_api/1/two", "two numbers"),
        ("https://sky-eu1.clock-software.com/1/2/bookings", "two numbers"),
        ("http://sky-eu1.clock-software.com/1/2", "https://"),
        ("http://128.0.0.1/1/2", "https://"),
        ("ftp://sky-eu1.clock-software.com/1/2", "not ftp"),
        ("https://user:key@sky-eu1.clock-software.com/1/2", "user and password"),
        ("https://sky-eu1.clock-software.com/1/2?x=1", "everything after"),
        ("https://sky-eu1.clock-software.com/1/2#x", "everything after"),
        ("https://host:99999/1/2", "port"),
        ("https:///1/2", "host name"),
        ("https://höst/1/2", "host name"),
    ],
)
def test_what_is_wrong_with_it(typed, says):
    with pytest.raises(UserError, match=says):
        BaseUrl.parse(typed)


def test_from_region_and_numbers():
    assert BaseUrl.of(" SKY-us2 ", "11111", " 22222").text == "https://sky-us2.clock-software.com/11111/22222"
    assert BaseUrl.of("http://127.0.0.1:8017", "1", "2").text == "http://127.0.0.1:8017/1/2"
    assert BaseUrl.of("localhost:8017/", "1", "2").is_loopback
    for region, subscription, account in (("", "1", "2"), ("sky-eu1", "", "2"), ("sky-eu1", "1", "two")):
        with pytest.raises(UserError):
            BaseUrl.of(region, subscription, account)


def test_its_parts():
    base = BaseUrl.parse("https://sky-eu1.clock-software.com/1/2")
    assert (base.host, base.is_loopback) == ("sky-eu1.clock-software.com", False)
    assert BaseUrl.parse("http://[::1]:80/1/2").is_loopback
    with pytest.raises(ValueError, match="no api type"):
        base.for_api("rest_api")


def test_retry_after():
    assert [seconds_of(text) for text in (None, "", "7", "-1", "soon", "9" * 30)] == [0, 0, 7, 0, 0, 0]
