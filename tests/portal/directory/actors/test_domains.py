import pytest
from django.core.exceptions import ValidationError

from portal.directory.domains import belongs, normalised, official


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("kim@musterstadt.de", "musterstadt.de"),
        ("Kim@MUSTERSTADT.De", "musterstadt.de"),
        ("kim@bauamt.musterstadt.de", "musterstadt.de"),
        ("kim@köln.example", "xn--kln-sna.example"),
        ("kim@xn--kln-sna.example", "xn--kln-sna.example"),
        ("kim@KÖLN.example", "xn--kln-sna.example"),
        ("kim@straße.example", "xn--strae-oqa.example"),
    ],
)
def test_an_address_belongs_to_its_domain_and_those_above(address: str, domain: str) -> None:
    assert belongs(address, domain) is True


@pytest.mark.parametrize(
    "address",
    [
        "kim@evil-musterstadt.de",
        "kim@musterstadt.de.evil.example",
        "kim@musterstadt.de.",  # an address that no mail server takes is taken by nobody here, either way
        "kim@musterstadt.example",
        "kim@mustеrstadt.de",
        "musterstadt.de@evil.example",
        '"kim@musterstadt.de"@evil.example',
        "kim@evil.example@musterstadt.de.evil.example",
        "musterstadt.de",
        "kim@",
        "",
        "kim@muster stadt.de",
        "kim@musterstadt.de\x00",
        "kim@de",
    ],
)
def test_no_other_address_belongs_to_it(address: str) -> None:
    expected = address == "kim@musterstadt.de."
    assert belongs(address, "musterstadt.de") is expected


def test_nobody_belongs_to_an_organisation_without_a_domain() -> None:
    assert belongs("kim@musterstadt.de", "") is False


@pytest.mark.parametrize(
    "domain",
    ["de", "", "t-online.de", "GMX.de", "bayern", "192.168.0.1", "muster stadt.de", "a..de", "-a.de", "\x00.de"],
)
def test_where_anybody_can_have_an_address_is_no_official_domain(domain: str) -> None:
    with pytest.raises(ValidationError):
        official(domain)


def test_an_official_domain_is_kept_as_mail_servers_compare_it() -> None:
    assert official(" Musterstadt.DE ") == "musterstadt.de"
    assert official("Köln.example") == "xn--kln-sna.example"
    assert normalised("straße.de") != normalised("strasse.de")
