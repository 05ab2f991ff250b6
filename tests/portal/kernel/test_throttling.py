import pytest
from django.core.cache import cache
from django.test import RequestFactory, override_settings

from portal.throttling import reader_of, within_limit


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()
    yield
    cache.clear()


def test_limit_counts_what_and_who_by_itself():
    assert [within_limit("a", "x", per_hour=2) for _ in range(4)] == [True, True, False, False]
    assert within_limit("a", "y", per_hour=2)
    assert within_limit("b", "x", per_hour=2)


def test_limit_keeps_nothing_that_can_be_read():
    within_limit("feedback", "192.0.2.7", per_hour=2)
    keys = list(cache._cache)
    assert len(keys) == 1
    assert "192.0.2.7" not in keys[0]
    assert "feedback" not in keys[0]


def test_limit_ends_with_the_hour(time_machine):
    time_machine.move_to("2026-11-22T10:00:00Z", tick=False)
    assert [within_limit("a", "x", per_hour=1) for _ in range(2)] == [True, False]
    time_machine.move_to("2026-11-22T10:59:59Z", tick=False)
    assert not within_limit("a", "x", per_hour=1)
    time_machine.move_to("2026-11-22T11:00:01Z", tick=False)
    assert within_limit("a", "x", per_hour=1)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_reader_is_an_address_or_the_network_of_a_line(address, name):
    assert reader_of(RequestFactory().get("/", REMOTE_ADDR=address)) == name


def test_reader_behind_a_proxy_is_whom_the_proxy_wrote_down_last():
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.2", headers={"X-Forwarded-For": "198.51.100.1, 192.0.2.7"})
    assert reader_of(request) == "10.0.0.2"  # whoever comes directly could write anything there
    with override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")):
        assert reader_of(request) == "192.0.2.7"
