import json
import os
import subprocess
import sys

import pytest
from django.test import override_settings

from portal.checks import check_map_tiles
from portal.outside import outside_hosts, tiles_host, tiles_origin

TILES = "https://tiles.example.org:8443/osm/{z}/{x}/{y}.png?key=abc"


def policy(url: str) -> list[str]:
    """The sources of pictures that the settings allow when they name this server."""
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "import competence_centre.settings as s, json; print(json.dumps(s.SECURE_CSP['img-src']))",
        ],
        env={**os.environ, "MAP_TILES_URL": url},
        capture_output=True,
        text=True,
        check=True,
    )
    sources: list[str] = json.loads(run.stdout)
    return sources


def test_without_a_setting_no_other_server_is_named_or_allowed() -> None:
    assert outside_hosts() == []
    assert policy("") == ["'self'", "data:"]
    assert check_map_tiles(None) is not None
    assert list(check_map_tiles(None)) == []


def test_a_tile_server_appears_in_policy_and_list_with_its_origin_alone() -> None:
    assert policy(TILES) == ["'self'", "data:", "https://tiles.example.org:8443"]
    with override_settings(MAP_TILES_URL=TILES, MAP_TILES_ATTRIBUTION="© Amt"):
        (host,) = outside_hosts()
        assert host.host == "tiles.example.org"
        assert host.purpose
        assert host.when
        assert list(check_map_tiles(None)) == []


@pytest.mark.parametrize(
    "url",
    [
        "http://tiles.example.org/{z}/{x}/{y}.png",
        "//tiles.example.org/{z}/{x}/{y}.png",
        "https://{s}.tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}.png",
        "https://tiles.example.org/{z}/{x}/{y}/{y}.png",
        "https://user:secret@tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org;script-src */{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}/{y}.png; script-src *",
        'https://tiles.example.org/{z}/{x}/{y}.png"onload="',
        "https:///{z}/{x}/{y}.png",
        "https://[/{z}/{x}/{y}.png",
        "quatsch",
    ],
)
def test_an_address_that_is_not_safe_is_refused_and_never_asked(url: str) -> None:
    assert (tiles_host(url), tiles_origin(url)) == ("", "")
    with override_settings(MAP_TILES_URL=url, MAP_TILES_ATTRIBUTION="© Amt"):
        assert outside_hosts() == []
        assert [error.id for error in check_map_tiles(None)] == ["portal.E020"]


def test_a_tile_server_without_its_authors_is_refused() -> None:
    with override_settings(MAP_TILES_URL=TILES, MAP_TILES_ATTRIBUTION=""):
        assert [error.id for error in check_map_tiles(None)] == ["portal.E021"]
